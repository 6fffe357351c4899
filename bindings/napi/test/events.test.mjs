// What is delivered: which events, in which order, with which bytes.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { Client, fake, Flag, joined, Kind, native, pattern } from './host.mjs';

const server = await startServer();
after(() => server.stop());
const client = new Client();
after(() => client.close());

test('the exports are a NativeHost and nothing else', () => {
  const names = ['version', 'platform', 'open', 'close', 'start', 'abort', 'pause', 'resume'];
  assert.deepEqual(
    Object.keys(native).filter((name) => name !== 'fake'),
    names,
  );
  assert.match(native.version, /^\d+\.\d+\.\d+$/);
  assert.equal(native.platform, fake ? 'harmony' : 'node');
});

test('C-1 A-9: headers once, then chunks, then the completion, then nothing', async () => {
  const task = client.start(server.http + '/chunked/300000?size=1000', { flags: Flag.Chunks });
  const kinds = (await client.end(task)).map(([kind]) => kind);
  assert.equal(kinds[0], Kind.Headers);
  assert.equal(kinds.at(-1), Kind.Complete);
  assert.ok(kinds.length > 3 && kinds.slice(1, -1).every((kind) => kind === Kind.Chunk));
});

test('C-1: the head is names and values in the order received, bytes as Latin-1', async () => {
  const steps = [
    'status 201 Made',
    'field A: 1',
    'field set-cookie: a=b',
    'field x: caf\\xE9 \\xC3\\xA9',
    'field Set-Cookie: c',
    'length 0',
    'head-end',
  ];
  const task = client.start(server.script(steps));
  const [kind, id, status, head] = (await client.end(task))[0];
  assert.deepEqual([kind, id, status], [Kind.Headers, task, 201]);
  const want = ['a', '1', 'set-cookie', 'a=b', 'x', 'caf\xe9 \xc3\xa9', 'set-cookie', 'c', 'content-length', '0'];
  assert.equal(head, want.join('\n'));
});

test('C-2: the headers tell where the answer came from, and after how many redirects', async () => {
  for (const [path, redirects] of [
    ['/hello', 0],
    ['/redirect/2', 2],
  ]) {
    const event = (await client.end(client.start(server.http + path)))[0];
    assert.deepEqual([event.length, ...event.slice(4)], [6, server.http + '/hello', redirects]);
  }
});

test('C-1: an answer without any field has an empty head', async () => {
  const task = client.start(server.script(['status 200 OK', 'head-end', 'close']));
  const [headers, completion] = await client.end(task);
  assert.deepEqual(headers.slice(0, 4), [Kind.Headers, task, 200, '']);
  assert.equal(completion[2], 0);
});

for (const size of [1, 1000, 16384, 70000, 1048576, 5000000]) {
  test(`E-2 E-5: ${size} bytes arrive as chunks, byte for byte, none empty`, async () => {
    const task = client.start(server.http + `/bytes/${size}`, { flags: Flag.Chunks });
    const chunks = (await client.end(task)).filter(([kind]) => kind === Kind.Chunk);
    assert.ok(chunks.every(([, , data]) => data instanceof ArrayBuffer && data.byteLength > 0));
    assert.ok(joined(chunks).equals(pattern(size)));
    assert.equal((await client.completion(task)).answer.body, null);
  });

  test(`G-1: ${size} bytes arrive as one body, byte for byte`, async () => {
    const task = client.start(server.http + `/bytes/${size}`);
    const { status, answer } = await client.completion(task);
    assert.equal(status, 0);
    assert.ok(answer.body instanceof ArrayBuffer);
    assert.ok(Buffer.from(answer.body).equals(pattern(size)));
    assert.equal(client.of(task, Kind.Chunk).length, 0);
  });
}

test('G-5: HEAD, 204 and an empty body give an empty ArrayBuffer', async () => {
  for (const [path, method] of [
    ['/hello', 'HEAD'],
    ['/status/204', 'GET'],
    ['/bytes/0', 'GET'],
  ]) {
    const { status, answer } = await client.completion(client.start(server.http + path, { method }));
    assert.equal(status, 0);
    assert.ok(answer.body instanceof ArrayBuffer && answer.body.byteLength === 0, path);
  }
});

test('G-1: the answer tells version, redirects, final URL and peer', async () => {
  const { answer } = await client.completion(client.start(server.http + '/redirect/2'));
  assert.equal(answer.httpVersion, 11);
  assert.equal(answer.redirects, 2);
  assert.equal(answer.url, server.http + '/hello');
  assert.equal(answer.peer, `127.0.0.1:${server.ports.http}`);
});

test('H-12: timing comes with its flag alone: 17 numbers', async () => {
  const without = await client.completion(client.start(server.http + '/hello'));
  assert.equal(without.answer.timing, null);
  const { answer } = await client.completion(client.start(server.http + '/hello', { flags: Flag.Timing }));
  assert.equal(answer.timing.length, 17);
  assert.ok(answer.timing.every((number) => Number.isInteger(number)));
  const [, started] = answer.timing;
  assert.ok(Math.abs(started / 1000 - Date.now()) < 60_000);
});

test('H-6 H-7: a failure has status, phase, OS error and a sentence; no answer if no head came', async () => {
  const { status, phase, osError, message, answer } = await client.completion(
    client.start(`http://127.0.0.1:${server.ports.refused}/`),
  );
  assert.equal(status, -103);
  assert.equal(phase, 3);
  assert.equal(osError, 111);
  assert.match(message, /\w+ \w+/);
  assert.equal(answer, null);
});

test('E-11: a failure after the head has an answer without a body', async () => {
  const { status, answer } = await client.completion(
    client.start(server.script(['status 200 OK', 'length 10', 'head-end', 'bytes 4', 'close'])),
  );
  assert.equal(status, -107);
  assert.equal(answer.body, null);
  assert.equal(answer.httpVersion, 11);
});

test('F-8 F-9 F-10: bodies go out as they are: bytes, text as UTF-8, empty', async () => {
  const echo = async (body) => {
    const { answer } = await client.completion(client.start(server.http + '/echo', { method: 'POST', body }));
    return Buffer.from(answer.body).toString('latin1');
  };
  const bytes = pattern(300_000);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  assert.ok((await echo(buffer)).endsWith('\r\n\r\n' + bytes.toString('latin1')));
  assert.ok((await echo('h\u00e9 \u{1f600}\0x')).endsWith('\r\n\r\nh\xc3\xa9 \xf0\x9f\x98\x80\0x'));
  assert.match(await echo(''), /content-length: 0\r\n/);
  assert.match(await echo(new ArrayBuffer(0)), /content-length: 0\r\n/);
});

test('F-8: bytes are copied: what happens to the ArrayBuffer afterwards does not matter', async () => {
  const body = new Uint8Array(2_000_000).fill(65).buffer;
  const task = client.start(server.http + '/echo', { method: 'POST', body });
  new Uint8Array(body).fill(66);
  structuredClone(body, { transfer: [body] });
  const { answer } = await client.completion(task);
  const back = Buffer.from(answer.body);
  assert.ok(back.subarray(back.indexOf('\r\n\r\n') + 4).equals(Buffer.alloc(2_000_000, 65)));
});

test('F-14: fields go out, repeated ones in their order, values as UTF-8', async () => {
  const fields = ['x-b', '1', 'x-b', '2', 'X-A', 'caf\u00e9'];
  const { answer } = await client.completion(client.start(server.http + '/echo', { fields }));
  const lines = Buffer.from(answer.body).toString().split('\r\n');
  assert.deepEqual(
    lines.filter((line) => /^x-/i.test(line)).map((line) => line.toLowerCase()),
    ['x-b: 1', 'x-b: 2', 'x-a: caf\u00e9'],
  );
});

test('A-10: 200 tasks at once keep their own bytes, and their numbers are unique', async () => {
  const tasks = Array.from({ length: 200 }, (_, i) => [
    i,
    client.start(server.http + `/bytes/${i * 37}`, { flags: i % 2 }),
  ]);
  assert.equal(new Set(tasks.map(([, task]) => task)).size, 200);
  for (const [i, task] of tasks) {
    const { status, answer } = await client.completion(task);
    assert.equal(status, 0);
    const bytes = i % 2 ? joined(client.of(task, Kind.Chunk)) : Buffer.from(answer.body);
    assert.ok(bytes.equals(pattern(i * 37)));
  }
});

test('A-8: deliver is never called from inside another call', async () => {
  let inside = false;
  const calls = new Client();
  calls.onDeliver = () => assert.equal(inside, false);
  const within = (call) => {
    inside = true;
    const result = call();
    inside = false;
    return result;
  };
  const tasks = Array.from({ length: 20 }, () => within(() => calls.start(server.http + '/hello')));
  for (const task of tasks) {
    within(() => native.pause(task));
    within(() => native.resume(task));
    within(() => native.abort(task));
  }
  for (const task of tasks) await calls.end(task);
  within(() => calls.close());
});
