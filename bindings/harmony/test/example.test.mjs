// The example's classes in Node: an answer of a language model that is streamed by the scripted server, and stopped.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, copyFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startServer } from '../../testing/server.mjs';
import { harmony } from './manifests.mjs';
import { layOut, load } from './package.mjs';

let server, laidOut, reqtask, chat, network;

before(async () => {
  server = await startServer();
  laidOut = layOut();
  const copy = (name) => {
    const to = join(laidOut.folder, 'example', name);
    mkdirSync(join(laidOut.folder, 'example'), { recursive: true });
    copyFileSync(join(harmony, 'example/ets', name), to);
    return to;
  };
  const files = ['ChatStream.ets', 'NetworkSettings.ets'].map(copy);
  // A device whose state the test sets.
  const kit = join(laidOut.folder, 'kit.js');
  writeFileSync(
    kit,
    `export const device = { proxy: { host: '', port: 0, exclusionList: [] }, cleartext: true, listeners: [] };
     export const connection = {
       getDefaultHttpProxy: async () => device.proxy,
       createNetConnection: () => ({ on: (type, listener) => device.listeners.push(listener), register: (done) => done() }),
     };
     export const networkSecurity = { isCleartextPermitted: () => device.cleartext };\n`,
  );
  const kits = { '@kit.NetworkKit': pathToFileURL(kit).href };
  reqtask = await load(laidOut, undefined, files, kits);
  chat = await import(pathToFileURL(files[0].replace(/ets$/, 'js')).href);
  network = {
    ...(await import(pathToFileURL(files[1].replace(/ets$/, 'js')).href)),
    ...(await import(kits['@kit.NetworkKit'])),
  };
});

after(async () => {
  reqtask.close();
  await server.stop();
  laidOut.remove();
});

const piece = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\\n\\n`;
const stream = (...steps) => [
  'status 200 OK',
  'field content-type: text/event-stream',
  'chunked',
  'head-end',
  ...steps,
];
const chatOn = (url) => new chat.ChatStream({ url, key: 'secret', model: 'm' });
const question = [{ role: 'user', content: 'Why?' }];

test('E-14: an answer arrives in pieces, and is complete', async () => {
  const texts = [];
  const url = server.script(
    stream(
      `chunk ${piece('Bec')}${piece('ause')}`,
      `chunk ${piece(' of 世界')}`,
      'chunk data: [DONE]\\n\\n',
      'last-chunk',
    ),
  );
  const end = await chatOn(url).ask(question, (text) => texts.push(text));
  assert.deepEqual(end, { kind: 'complete', sentence: '' });
  assert.deepEqual(texts, ['Bec', 'ause', ' of 世界']);
});

test('B-1 B-5: Stop ends the answer at once and closes the connection', async () => {
  const texts = [];
  const asking = chatOn(server.script(stream(`chunk ${piece('On')}${piece('ce')}`, 'stall'), 'chat-stop'));
  const end = await asking.ask(question, (text) => {
    texts.push(text);
    asking.stop();
  });
  assert.deepEqual(end, { kind: 'stopped', sentence: '' });
  assert.deepEqual(texts, ['On']);
  await server.wait({ event: 'peer-closed', path: '/script/chat-stop' });
});

test('E-8: an answer that is no stream is told with its body', async () => {
  const body = JSON.stringify({ error: 'no credit' });
  const url = server.script([
    'status 402 Payment Required',
    'field content-type: application/json',
    `length ${body.length}`,
    'head-end',
    `raw ${body}`,
  ]);
  const end = await chatOn(url).ask(question, () => assert.fail('no text'));
  assert.deepEqual(end, { kind: 'trouble', sentence: 'The server answered 402: {"error":"no credit"}' });
});

test('E-11: an answer that breaks off is trouble, also when it broke off between two messages', async () => {
  const cut = await chatOn(server.script(stream(`chunk ${piece('On')}`, 'close'))).ask(question, () => {});
  assert.equal(cut.kind, 'trouble');
  assert.match(cut.sentence, /^request:fail interrupted/);
  const short = await chatOn(server.script(stream(`chunk ${piece('On')}`, 'last-chunk'))).ask(question, () => {});
  assert.deepEqual(short, { kind: 'trouble', sentence: 'The answer broke off.' });
});

test('F-5: the question goes out as the API wants it', async (t) => {
  const asked = [];
  const api = createServer(async (incoming, answer) => {
    asked.push([incoming.method, incoming.headers, JSON.parse(await text(incoming))]);
    answer.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: [DONE]\n\n');
  });
  await once(api.listen(0, '127.0.0.1'), 'listening');
  t.after(() => api.close());
  const end = await chatOn(`http://127.0.0.1:${api.address().port}/v1`).ask(question, () => {});
  assert.equal(end.kind, 'complete');
  const [[method, headers, body]] = asked;
  assert.equal(method, 'POST');
  assert.deepEqual(
    [headers.authorization, headers.accept, headers['content-type']],
    ['Bearer secret', 'text/event-stream', 'application/json'],
  );
  assert.deepEqual(body, { model: 'm', messages: question, stream: true });
});

test("the device's proxy and its policy for plain http are obeyed, again after a change of network", async () => {
  const { device } = network;
  await network.followNetwork({});
  assert.equal((await reqtask.request(`${server.http}/hello`).result).statusCode, 200);

  Object.assign(device, {
    proxy: {
      host: '127.0.0.1',
      port: Number(server.ports['proxy-auth']),
      username: 'user',
      password: 'pass word',
      exclusionList: [],
    },
  });
  device.listeners[0]();
  await new Promise((resolve) => setImmediate(resolve));
  // Only the proxy knows names below .test.
  const { statusCode } = await reqtask.request(`http://origin.test:${server.ports.http}/hello`).result;
  assert.equal(statusCode, 200);

  device.cleartext = false;
  await network.applyNetworkSettings({});
  await assert.rejects(
    reqtask.request(`${server.http}/hello`).result,
    (error) => error instanceof reqtask.RequestError,
  );
});
