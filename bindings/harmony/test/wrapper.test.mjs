// The ArkTS files of the package, turned into JavaScript by OpenHarmony's compiler, over the TypeScript layer as it is packed,
// the real glue and the real core, against the scripted server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { layOut, load } from './package.mjs';

let server, reqtask, laidOut;

before(async () => {
  server = await startServer();
  laidOut = layOut();
  reqtask = await load(laidOut);
});

after(async () => {
  reqtask.close();
  await server.stop();
  laidOut.remove();
});

const chunked = (...steps) => ['status 200 OK', 'chunked', 'head-end', ...steps];
const eventStream = (...steps) => [
  'status 200 OK',
  'field content-type: text/event-stream',
  'chunked',
  'head-end',
  ...steps,
];

/** A promise and its resolve. */
function later() {
  let resolve;
  const promise = new Promise((r) => (resolve = r));
  return { promise, resolve };
}

const failure = (promise) =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

test('A-1 G-1: request returns a RequestTask whose result is the answer', async () => {
  const task = reqtask.request({
    url: `${server.http}/echo`,
    method: 'POST',
    data: { a: 1 },
    header: { 'x-mine': 'y' },
  });
  assert.ok(task instanceof reqtask.RequestTask);
  const { statusCode, data, header, errMsg } = await task.result;
  assert.deepEqual([statusCode, errMsg], [200, 'request:ok']);
  assert.match(data, /x-mine: y/i);
  assert.match(data, /\{"a":1\}$/);
  assert.equal(typeof header['content-length'], 'string');
});

test('A-3: a text is the url of a GET', async () => {
  const { data } = await reqtask.request(`${server.http}/hello`).result;
  assert.equal(typeof data, 'string');
});

test('A-5 A-11: bad options reject the result with a RequestError, and nobody has to look', async () => {
  reqtask.request(undefined);
  const error = await failure(reqtask.request({ url: 7 }).result);
  assert.ok(error instanceof reqtask.RequestError && error instanceof Error);
  assert.deepEqual([error.reason, error.errno], ['parameter error', 600009]);
});

test('B-1 B-6: abort ends a stalled request with reason abort', async () => {
  const task = reqtask.request(server.script(['stall'], 'abort-stalled'));
  await server.wait({ event: 'stall', path: '/script/abort-stalled' });
  task.abort();
  const error = await failure(task.result);
  assert.deepEqual([error.errMsg, error.reason, error.errno], ['request:fail abort', 'abort', 600004]);
  await server.wait({ event: 'peer-closed', path: '/script/abort-stalled' });
});

test('C-1 C-4 C-5 D-3 D-7: headers come before the body, and off takes the function or the number', async () => {
  const task = reqtask.request(server.script(['status 201 Made', 'length 2', 'head-end', 'gate headers', 'raw ok']));
  const removed = [];
  const byFunction = () => removed.push('function');
  task.onHeadersReceived(byFunction);
  const number = task.onHeadersReceived(() => removed.push('number'));
  task.offHeadersReceived(byFunction);
  task.offHeadersReceived(number);
  const headers = later();
  task.onHeadersReceived(headers.resolve);
  assert.equal((await headers.promise).statusCode, 201);
  await server.control('/_open/headers');
  assert.equal((await task.result).data, 'ok');
  assert.deepEqual(removed, []);
});

test('E-2 E-4 E-12: chunks arrive as they are sent, with their text', async () => {
  const task = reqtask.request({
    url: server.script(chunked('chunk one\\xc3', 'gate chunks', 'chunk \\xa4two', 'last-chunk')),
    enableChunked: true,
    chunkText: true,
  });
  const texts = [];
  const first = later();
  task.onChunkReceived(({ data, text }) => {
    assert.ok(data instanceof ArrayBuffer);
    texts.push(text);
    first.resolve();
  });
  await first.promise;
  assert.deepEqual(texts, ['one']);
  await server.control('/_open/chunks');
  await task.result;
  assert.equal(texts.join(''), 'oneätwo');
});

test('E-14: onMessage gets server-sent events, also when one chunk holds several', async () => {
  const task = reqtask.request({
    url: server.script(
      eventStream(
        'chunk data: a\\n\\nevent: x\\ndata: b',
        'chunk \\n\\n: comment\\n\\nid: 7\\ndata: c\\n\\n',
        'last-chunk',
      ),
    ),
    enableChunked: true,
  });
  const messages = [];
  task.onMessage(({ event, data, id }) => messages.push([event, data, id]));
  const removed = task.onMessage(() => assert.fail('removed'));
  task.offMessage(removed);
  await task.result;
  assert.deepEqual(messages, [
    ['message', 'a', ''],
    ['x', 'b', ''],
    ['message', 'c', '7'],
  ]);
});

test('B-4 B-9: abort inside a message listener: no further message, also of the same chunk', async () => {
  const task = reqtask.request({
    url: server.script(eventStream('chunk data: a\\n\\ndata: b\\n\\n', 'stall')),
    enableChunked: true,
  });
  const messages = [];
  task.onMessage(({ data }) => {
    messages.push(data);
    task.abort();
  });
  task.onMessage(({ data }) => messages.push(`second ${data}`));
  assert.equal((await failure(task.result)).reason, 'abort');
  assert.deepEqual(messages, ['a']);
});

test('B-4 H-13: the signal and close() inside a message listener do what abort does: no further message of the same chunk', async () => {
  const end = {
    signal: (controller) => controller.abort(),
    close: () => reqtask.close(),
  };
  for (const [name, stop] of Object.entries(end)) {
    const controller = new AbortController();
    const task = reqtask.request({
      url: server.script(eventStream('chunk data: a\\n\\ndata: b\\n\\n', 'stall'), `ended-by-${name}`),
      enableChunked: true,
      signal: controller.signal,
    });
    const messages = [];
    task.onMessage(({ data }) => {
      messages.push(data);
      stop(controller);
    });
    task.onMessage(({ data }) => messages.push(`second ${data}`));
    await server.wait({ event: 'peer-closed', path: `/script/ended-by-${name}` });
    assert.deepEqual(messages, ['a'], name);
  }
});

test('E-17: pause inside a message listener holds back the rest of the same chunk, resume brings it before the end', async () => {
  const task = reqtask.request({
    url: server.script(eventStream('chunk data: a\\n\\ndata: b\\n\\n', 'last-chunk')),
    enableChunked: true,
  });
  const log = [];
  const paused = later();
  task.onMessage(({ data }) => {
    log.push(data);
    if (data === 'a') {
      task.pause();
      paused.resolve();
    }
  });
  const end = task.result.then(() => log.push('end'));
  await paused.promise;
  // Whatever might come has come when another request has gone there and back.
  await reqtask.request(`${server.http}/hello`).result;
  assert.deepEqual(log, ['a']);
  task.resume();
  await end;
  assert.deepEqual(log, ['a', 'b', 'end']);
});

test('onMessage without enableChunked says what it needs', async () => {
  const task = reqtask.request(`${server.http}/hello`);
  assert.throws(() => task.onMessage(() => {}), /enableChunked: true/);
  await task.result;
});

test('D-5: a message listener that throws stops neither the others nor the stream', async () => {
  // node --test owns the handler of uncaught errors, so this one takes its place for a moment.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const reported = once(process, 'uncaughtException');
  const task = reqtask.request({
    url: server.script(eventStream('chunk data: a\\n\\n', 'chunk data: b\\n\\n', 'last-chunk')),
    enableChunked: true,
  });
  const messages = [];
  task.onMessage(({ data }) => {
    messages.push(data);
    if (data === 'a') throw new Error('thrown on purpose');
  });
  task.onMessage(({ data }) => messages.push(`second ${data}`));
  await task.result;
  const [error] = await reported;
  for (const other of others) process.on('uncaughtException', other);
  assert.equal(error.message, 'thrown on purpose');
  assert.deepEqual(messages, ['a', 'second a', 'b', 'second b']);
});

test('configure: httpsOnly refuses plain http, a bad option throws and names itself', async () => {
  reqtask.configure({ httpsOnly: true });
  const error = await failure(reqtask.request(`${server.http}/hello`).result);
  assert.match(error.errMsg, /https/i);
  assert.throws(() => reqtask.configure({ maxConcurrent: 'many' }), /maxConcurrent/);
  reqtask.configure({ httpsOnly: false, rootsPem: server.caPem });
  assert.equal((await reqtask.request(`${server.https}/hello`).result).statusCode, 200);
});

test('H-13: close ends what runs without a further callback, and later requests work', async () => {
  const task = reqtask.request(server.script(['stall'], 'closed'));
  let told = false;
  task.result.finally(() => (told = true)).catch(() => {});
  await server.wait({ event: 'stall', path: '/script/closed' });
  reqtask.close();
  await server.wait({ event: 'peer-closed', path: '/script/closed' });
  assert.equal((await reqtask.request(`${server.http}/hello`).result).statusCode, 200);
  assert.equal(told, false);
});
