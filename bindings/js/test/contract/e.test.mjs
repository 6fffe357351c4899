// Lines E of the contract: chunks, early ones, none, slow takers, pauses.
import { test } from 'node:test';
import {
  assert,
  CHUNKED,
  chunksOf,
  headersOf,
  inChild,
  join,
  newTag,
  pattern,
  record,
  rejection,
  request,
  server,
  text,
} from './setup.mjs';
import { spy } from './spy-host.mjs';

/** What may come after JavaScript has had enough: the rest of a batch (the addon's limit, and a little more). */
const BATCH = 2 << 20;

const ab = (...more) => server.script([...CHUNKED, 'body a', 'body b', ...more, 'end']);
const json402 = server.script([
  'status 402 Payment Required',
  'field content-type: application/json',
  'chunked',
  'head-end',
  'body {"why":',
  'body "money"}',
  'end',
]);

test('E-1: without enableChunked: true no chunk event fires', async () => {
  for (const enableChunked of [undefined, false, 1, 'true']) {
    const run = record({ url: ab(), enableChunked });
    await run.settled;
    assert.deepEqual(run.names, ['headers', 'success', 'complete', 'resolved']);
    assert.equal(run.get('success').data, 'ab');
  }
});

test('E-2 E-3 E-5: the chunks are the body, as ArrayBuffers that are not empty', async () => {
  for (const path of ['/chunked/300000', '/bytes/300000', '/close-delimited/300000', '/bytes/0', '/chunked/1?size=1']) {
    const run = record({ url: server.http + path, enableChunked: true });
    await run.settled;
    const chunks = run.all('chunk').map((event) => event.data);
    for (const chunk of chunks) {
      assert.ok(chunk instanceof ArrayBuffer);
      assert.ok(chunk.byteLength > 0);
    }
    assert.deepEqual(join(chunks), pattern(Number(/\d+/.exec(path)[0])), path);
    assert.deepEqual(Object.keys(run.get('chunk') ?? { data: 0 }), ['data']);
  }
});

test('E-3: a chunk does not change later, and may be given away', async () => {
  const chunks = [];
  const task = request({ url: `${server.http}/chunked/200000`, enableChunked: true, chunkedKeepBody: true });
  task.responseType = 'ignored';
  task.onChunkReceived(({ data }) => chunks.push(structuredClone(data, { transfer: [data] })));
  await task;
  assert.deepEqual(join(chunks), pattern(200000));
});

test('E-4: what the server flushes comes at once', async () => {
  const tag = newTag();
  const steps = ['a', 'b', 'c'].flatMap((letter) => [`body ${letter}`, `gate ${tag}-${letter}`]);
  const task = request({ url: server.script([...CHUNKED, ...steps, 'end'], tag), enableChunked: true });
  const chunks = task[Symbol.asyncIterator]();
  for (const letter of ['a', 'b', 'c']) {
    assert.equal(text((await chunks.next()).value.data), letter);
    await server.control(`/_open/${tag}-${letter}`);
  }
  await task;
});

test('E-6: chunks that come before the first listener are kept and told in order, as events of their own', async () => {
  const { request: send, until } = spy();
  const tag = newTag();
  const steps = ['a', 'b', 'c'].flatMap((letter) => [`gate ${tag}-${letter}`, `body ${letter}`]);
  const task = send({ url: server.script([...CHUNKED, ...steps, `gate ${tag}-end`, 'end'], tag), enableChunked: true });
  for (const [i, letter] of ['a', 'b', 'c'].entries()) {
    await server.control(`/_open/${tag}-${letter}`);
    await until((seen) => seen.bytes === i + 1);
  }
  const log = [];
  task.onChunkReceived(({ data }) => log.push('first ' + text(data)));
  task.onChunkReceived(({ data }) => log.push('second ' + text(data)));
  assert.deepEqual(log, [], 'not inside onChunkReceived');
  await server.control(`/_open/${tag}-end`);
  await task;
  assert.deepEqual(log, ['first a', 'second a', 'first b', 'second b', 'first c', 'second c']);
});

test('E-6: a listener that is added in the headers event sees every chunk', async () => {
  const chunks = [];
  const task = request({ url: `${server.http}/chunked/100000?size=1000`, enableChunked: true });
  task.onHeadersReceived(() => task.onChunkReceived(({ data }) => chunks.push(data)));
  await task;
  assert.deepEqual(join(chunks), pattern(100000));
});

test('E-6: beyond the limit nothing more is read until a listener comes; then all of it is told', async () => {
  const { request: send, until, seen, count } = spy();
  const size = 32 << 20;
  const task = send({ url: `${server.http}/bytes/${size}`, enableChunked: true, chunkBufferBytes: 100000 });
  await until(() => count('pause') === 1);
  for (let i = 0; i < 20; i++) await send(`${server.http}/hello`);
  assert.ok(seen.bytes > 100000 && seen.bytes <= 100000 + BATCH, `${seen.bytes}`);
  const chunks = [];
  task.onChunkReceived(({ data }) => chunks.push(data));
  await task;
  assert.deepEqual(join(chunks), pattern(size));
});

test('E-6: the default limit is 1 MiB, and a body of just that size needs no listener', async () => {
  const { request: send, until, count } = spy();
  const options = { enableChunked: true, responseType: 'arraybuffer' };
  const { data } = await send({ ...options, url: `${server.http}/bytes/${1 << 20}` });
  assert.deepEqual(new Uint8Array(data), pattern(1 << 20));
  assert.equal(count('pause'), 0);
  const task = send({ ...options, url: `${server.http}/bytes/${4 << 20}` });
  await until(() => count('pause') === 1);
  task.abort();
  await rejection(task);
});

test('A-6 E-6: chunks that nobody takes for too long end in a timeout, with one warning', async () => {
  const stalls = server.script([...CHUNKED, 'bytes 5000', 'stall'], '', '');
  const program = (limit) => `
    const log = [];
    for (let i = 0; i < 2; i++) {
      const error = await request({
        url: base + ${JSON.stringify(stalls)}, enableChunked: true, chunkBufferBytes: 1000, ${limit},
        fail: () => log.push('fail'), complete: () => log.push('complete'),
      }).catch((error) => error);
      log.push(error.errMsg, error.errno, error.phase, error.statusCode);
    }
    console.log(log.join());`;
  for (const limit of ['timeouts: { idle: 30 }', 'timeout: 60']) {
    const { code, out, errors } = await inChild(program(limit));
    const once = 'fail,complete,request:fail timeout,5,body,200';
    assert.equal(out, `${once},${once}\n`);
    assert.equal(errors.match(/chunkBufferBytes/g)?.length, 1);
    assert.equal(code, 0);
  }
});

test("E-7: if a chunk listener was ever attached, success has data ''", async () => {
  for (const url of [ab(), json402]) {
    const text = record({ url, enableChunked: true });
    await text.settled;
    assert.equal(text.get('success').data, '');
    const buffer = record({ url, enableChunked: true, responseType: 'arraybuffer' });
    await buffer.settled;
    assert.ok(buffer.get('success').data instanceof ArrayBuffer);
    assert.equal(buffer.get('success').data.byteLength, 0);
  }
  const removed = request({ url: ab(), enableChunked: true });
  removed.offChunkReceived(removed.onChunkReceived(assert.fail));
  assert.equal((await removed).data, '');
});

test('E-8: if none was, success carries the whole body, parsed as usual', async () => {
  const run = record({ url: json402, enableChunked: true }, { listen: false });
  await run.settled;
  assert.equal(run.get('success').statusCode, 402);
  assert.deepEqual(run.get('success').data, { why: 'money' });
  assert.equal((await request({ url: ab(), enableChunked: true })).data, 'ab');
  const whole = await request({
    url: `${server.http}/chunked/300000`,
    enableChunked: true,
    responseType: 'arraybuffer',
  });
  assert.deepEqual(new Uint8Array(whole.data), pattern(300000));
  const literal = server.script([...CHUNKED, 'body null', 'end']);
  assert.equal((await request({ url: literal, enableChunked: true })).data, null);
});

test('E-9: chunkedKeepBody delivers the body in success as well, beyond any limit', async () => {
  const run = record({ url: json402, enableChunked: true, chunkedKeepBody: true });
  await run.settled;
  assert.equal(text(join(run.all('chunk').map((event) => event.data))), '{"why":"money"}');
  assert.deepEqual(run.get('success').data, { why: 'money' });
  const options = { enableChunked: true, chunkedKeepBody: true, chunkBufferBytes: 1000, responseType: 'arraybuffer' };
  const { request: send, count } = spy();
  const { data } = await send({ ...options, url: `${server.http}/bytes/400000` });
  assert.deepEqual(new Uint8Array(data), pattern(400000));
  assert.equal(count('pause'), 0);
});

test('E-10: answers with any status produce chunk events', async () => {
  for (const status of ['404 Not Found', '500 Oh', '402 Payment Required', '299 Other']) {
    const run = record({
      url: server.script([`status ${status}`, 'chunked', 'head-end', 'body why', 'end']),
      enableChunked: true,
    });
    await run.settled;
    assert.equal(text(join(run.all('chunk').map((event) => event.data))), 'why');
    assert.equal(run.get('success').statusCode, parseInt(status));
  }
});

test('E-11: a connection lost before the end of the body is a failure', async () => {
  for (const head of [['status 200 OK', 'length 10', 'head-end'], CHUNKED]) {
    for (const enableChunked of [true, false]) {
      const run = record({ url: server.script([...head, 'body abc', 'close']), enableChunked });
      await run.settled;
      assert.deepEqual(run.names, ['headers', ...(enableChunked ? ['chunk'] : []), 'fail', 'complete', 'rejected']);
      const error = run.get('fail');
      assert.match(error.errMsg, /^request:fail interrupted/);
      assert.equal(error.errno, 600003);
      assert.equal(error.phase, 'body');
      assert.equal(error.statusCode, 200);
      assert.equal(typeof error.header, 'object');
    }
  }
});

test('E-12 E-13: joined texts are the decoding of the body, at every split; an unfinished end is one U+FFFD', async () => {
  const hex = (buffer) => [...buffer].map((byte) => '\\x' + byte.toString(16).padStart(2, '0'));
  for (const body of ['\ufeff你好 😀!', '汉', '😀'.slice(0, 1) + 'x']) {
    const encoded = Buffer.from(body);
    for (const cut of [encoded.length, encoded.length - 1, encoded.length - 2]) {
      const steps = hex(encoded.subarray(0, cut)).map((byte) => `body ${byte}`);
      const run = record({ url: server.script([...CHUNKED, ...steps, 'end']), enableChunked: true, chunkText: true });
      await run.settled;
      const events = run.all('chunk');
      assert.equal(events.map((event) => event.text).join(''), new TextDecoder().decode(encoded.subarray(0, cut)));
      assert.equal(join(events.map((event) => event.data)).length, cut);
      for (const { data, text } of events) assert.ok(data.byteLength > 0 || text === '\ufffd');
    }
  }
});

test('E-12: what comes before the first listener has its text as well', async () => {
  const { request: send, until } = spy();
  const tag = newTag();
  const script = [...CHUNKED, 'body \\xe4', `gate ${tag}`, 'body \\xbd\\xa0', 'end'];
  const task = send({ url: server.script(script, tag), enableChunked: true, chunkText: true });
  await until((seen) => seen.bytes === 1);
  const texts = [];
  task.onChunkReceived((event) => texts.push(event.text));
  await server.control(`/_open/${tag}`);
  await task;
  assert.deepEqual(texts, ['', '你']);
});

test('E-16 E-17: what is not taken is not read; pause holds back all, and resume releases it in order', async () => {
  const { request: send, seen } = spy();
  const size = 32 << 20;
  const run = record({ url: `${server.http}/bytes/${size}`, enableChunked: true }, { send });
  await chunksOf(run.task, 1);
  run.task.pause();
  const { names } = run;
  for (let i = 0; i < 20; i++) await send(`${server.http}/hello`);
  assert.deepEqual(run.names, names, 'nothing is told while it is paused');
  assert.ok(seen.bytes <= names.length * 65536 + BATCH, `${seen.bytes}`);
  assert.equal(run.task.resume(), run.task);
  assert.deepEqual(run.names, names, 'not inside resume()');
  await run.settled;
  assert.deepEqual(join(run.all('chunk').map((event) => event.data)), pattern(size));
  assert.deepEqual(run.names.slice(-3), ['success', 'complete', 'resolved']);
});

test('E-17: paused before the start, it tells nothing until it is resumed, not even the end', async () => {
  for (const enableChunked of [true, false]) {
    const { request: send } = spy();
    const tag = newTag();
    const run = record({ url: server.script(['ok all', 'close'], tag), enableChunked }, { send });
    assert.equal(run.task.pause(), run.task);
    run.task.pause();
    await server.wait({ event: 'gone', path: `/script/${tag}` });
    for (let i = 0; i < 5; i++) await send(`${server.http}/hello`);
    assert.deepEqual(run.names, []);
    run.task.resume();
    await run.settled;
    const chunk = enableChunked ? ['chunk'] : [];
    assert.deepEqual(run.names, ['headers', ...chunk, 'success', 'complete', 'resolved']);
  }
});

test('B-1 E-17: an abort ends a paused task at once', async () => {
  const run = record({ url: `${server.http}/bytes/${4 << 20}`, enableChunked: true });
  await headersOf(run.task);
  run.task.pause();
  const { names } = run;
  run.task.abort();
  await run.settled;
  assert.deepEqual(run.names, [...names, 'fail', 'complete', 'rejected']);
  assert.equal(run.get('fail').errMsg, 'request:fail abort');
});
