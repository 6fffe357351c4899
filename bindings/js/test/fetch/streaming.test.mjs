// The body as a stream: at the speed of its reader, and of nobody else; and what becomes of bodies that nobody reads.
import { test } from 'node:test';
import { inChild } from '../contract/setup.mjs';
import { spy } from '../contract/spy-host.mjs';
import { assert, createFetch, fetch, newRequester, newTag, pattern, rejection, Response, server } from './setup.mjs';

const WINDOW = 262144;
const READ_AHEAD = 65536;
/** What the turn in which the pause is asked for may bring: 1 MiB, and one dispatch of 16 chunks more (napi's turn.c). */
const ON_ITS_WAY = 1048576 + 16 * 65536;

test('chunks arrive as the server sends them, as Uint8Arrays', async () => {
  const tag = newTag();
  const steps = [
    'status 200 OK',
    'chunked',
    'head-end',
    'body one',
    `gate ${tag}-1`,
    'body two',
    `gate ${tag}-2`,
    'end',
  ];
  const reader = (await fetch(server.script(steps))).body.getReader();
  const first = await reader.read();
  assert.ok(first.value instanceof Uint8Array);
  assert.equal(Buffer.from(first.value).toString(), 'one');
  await server.control(`/_open/${tag}-1`);
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'two');
  await server.control(`/_open/${tag}-2`);
  assert.equal((await reader.read()).done, true);
});

test('a body of any length arrives byte for byte, by every way', async () => {
  for (const size of [0, 1, 65535, 65536, 65537, 1000000]) {
    const want = Buffer.from(pattern(size).buffer);
    const url = `${server.http}/bytes/${size}`;
    assert.ok(want.equals(Buffer.from(await (await fetch(url)).arrayBuffer())), `arrayBuffer of ${size}`);
    assert.ok(want.equals(Buffer.from(await (await fetch(url)).bytes())), `bytes of ${size}`);
    const parts = [];
    for await (const part of (await fetch(url)).body) parts.push(part);
    assert.ok(want.equals(Buffer.concat(parts)), `stream of ${size}`);
    const { readable, writable } = new TransformStream();
    const piped = (await fetch(url)).body.pipeTo(writable);
    assert.ok(want.equals(Buffer.from(await new Response(readable).arrayBuffer())), `piped ${size}`);
    await piped;
    const [one, two] = (await fetch(url)).body.tee();
    const both = await Promise.all([one, two].map(async (half) => Buffer.from(await new Response(half).arrayBuffer())));
    assert.ok(
      both.every((half) => want.equals(half)),
      `teed ${size}`,
    );
  }
});

test('nobody reads: JavaScript gets no more than the read-ahead and what was on its way, and the server stands still', async () => {
  const run = spy();
  const own = createFetch(run);
  const tag = newTag();
  const response = await own.fetch(
    server.script(['status 200 OK', 'length 100000000', 'head-end', 'bytes 100000000'], tag),
  );
  const { body } = response;
  await run.until(() => run.count('pause') > 0);
  // Others are served meanwhile; nothing comes for this one.
  for (let i = 0; i < 20; i++) await (await fetch(`${server.http}/hello`)).text();
  const before = run.seen.bytes;
  assert.ok(before <= READ_AHEAD + ON_ITS_WAY, `${before} bytes`);
  assert.deepEqual(await server.log({ event: 'done', path: `/script/${tag}` }), [], 'the server is not done');
  // One read takes one piece, and the rest follows only when that is used up.
  const reader = body.getReader();
  const { value } = await reader.read();
  assert.ok(value.length <= 65536);
  let got = value.length;
  while (got < before + 1) got += (await reader.read()).value.length;
  await run.until(() => run.count('pause') > 1);
  assert.ok(run.seen.bytes <= got + READ_AHEAD + ON_ITS_WAY, `${run.seen.bytes} bytes after ${got} were read`);
  assert.equal(run.seen.completed, 0);
  await reader.cancel();
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  await server.wait({ event: 'gone', conn });
});

test('the server can write only so much for a body that nobody reads', async () => {
  // What it wrote is counted by gates: each opens after the piece before it has left the server.
  const tag = newTag();
  const piece = 4000000;
  const steps = Array.from({ length: 20 }, (_, i) => [`bytes ${piece}`, `gate ${tag}-${i}`]).flat();
  const url = server.script(['status 200 OK', `length ${piece * 20}`, 'head-end', ...steps], tag);
  for (let i = 0; i < 20; i++) await server.control(`/_open/${tag}-${i}`);
  const response = await fetch(url);
  // In the time that others take for the whole of it, three times over, the server gets rid of a part.
  for (let i = 0; i < 3; i++)
    assert.equal((await (await fetch(`${server.http}/bytes/${piece * 20}`)).bytes()).length, piece * 20);
  const passed = (await server.log({ event: 'gate', path: `/script/${tag}` })).length;
  // The window here, and what the system's socket buffers hold on both ends: some megabytes of eighty.
  assert.ok(passed * piece <= WINDOW + READ_AHEAD + ON_ITS_WAY + 16000000, `${passed} pieces`);
  assert.equal((await response.arrayBuffer()).byteLength, piece * 20);
});

test('cancel closes the connection, before and after the first read; later reads are done', async () => {
  const tag = newTag();
  const url = server.script(['status 200 OK', 'chunked', 'head-end', 'body x', 'stall'], tag);
  await (await fetch(url)).body.cancel('unused');
  const reader = (await fetch(url)).body.getReader();
  await reader.read();
  await reader.cancel(new Error('enough'));
  assert.equal((await reader.read()).done, true);
  const requests = await server.log({ event: 'request', path: `/script/${tag}` });
  assert.equal(requests.length, 2);
  for (const { conn } of requests) await server.wait({ event: 'gone', conn });
});

test('leaving a loop closes the connection', async () => {
  const tag = newTag();
  for await (const part of (
    await fetch(server.script(['status 200 OK', 'chunked', 'head-end', 'body x', 'stall'], tag))
  ).body) {
    assert.equal(part.length, 1);
    break;
  }
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  await server.wait({ event: 'gone', conn });
});

test('a body that is cut short is a TypeError on the read after its last byte, and of every method', async () => {
  const shapes = [
    ['status 200 OK', 'length 10', 'head-end', 'bytes 4', 'close'],
    ['status 200 OK', 'chunked', 'head-end', 'bytes 4', 'close'],
    ['status 200 OK', 'field content-encoding: gzip', 'chunked', 'head-end', 'chunk garbage', 'last-chunk'],
  ];
  for (const steps of shapes) {
    const url = server.script(steps);
    for (const method of ['text', 'json', 'arrayBuffer', 'bytes', 'blob', 'formData']) {
      const error = await rejection((await fetch(url))[method]());
      assert.ok(error instanceof TypeError, method);
      assert.ok(['interrupted', 'decode'].includes(error.cause.reason), error.cause.message);
      assert.equal(error.message, 'terminated');
    }
    const reader = (await fetch(url)).body.getReader();
    let got = 0;
    const error = await rejection(
      (async () => {
        for (;;) got += (await reader.read()).value.length;
      })(),
    );
    assert.ok(error instanceof TypeError && error.cause);
    assert.equal(got, steps[1] === 'field content-encoding: gzip' ? 0 : 4);
    assert.equal(await rejection(reader.closed), error);
  }
});

test('HEAD, 204, 205, 304: no body, and none is waited for', async () => {
  for (const status of [204, 205, 304]) {
    const response = await fetch(`${server.http}/status/${status}`);
    assert.deepEqual([response.status, response.body, response.bodyUsed], [status, null, false]);
    assert.equal(await response.text(), '');
    assert.equal(response.bodyUsed, false);
  }
  const head = await fetch(`${server.http}/bytes/1000`, { method: 'HEAD' });
  assert.deepEqual([head.headers.get('content-length'), head.body], ['1000', null]);
  const empty = await fetch(server.script(['status 200 OK', 'length 0', 'head-end']));
  assert.notEqual(empty.body, null);
  assert.equal(await empty.text(), '');
  // A server that sends a body with a 205 all the same loses its connection.
  const tag = newTag();
  await fetch(server.script(['status 205 R', 'chunked', 'head-end', 'body x', 'stall'], tag));
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  await server.wait({ event: 'gone', conn });
});

test('a reader that rests longer than the idle limit is not failed; a server that rests is', async () => {
  const own = createFetch(newRequester({ warnings: false }), { timeouts: { idle: 150 } });
  const response = await own.fetch(`${server.http}/bytes/3000000`);
  const copy = await own.fetch(`${server.http}/bytes/3000000`);
  const reader = copy.body.getReader();
  await reader.read();
  const silent = server.script(['status 200 OK', 'chunked', 'head-end', 'body x', 'stall']);
  // Each of these waits for the limit; several of them are several limits.
  for (let i = 0; i < 3; i++) {
    const error = await rejection((await own.fetch(silent)).text());
    assert.deepEqual([error.constructor, error.cause.reason, error.cause.phase], [TypeError, 'timeout', 'body']);
  }
  assert.equal((await response.arrayBuffer()).byteLength, 3000000);
  let got = 0;
  for (let part; !(part = await reader.read()).done;) got += part.value.length;
  assert.ok(got > 0);
});

test('limits: headers and total are told as TypeErrors whose cause says timeout', async () => {
  for (const timeouts of [{ headers: 50 }, { total: 50 }]) {
    const own = createFetch(newRequester({ warnings: false }), { timeouts });
    const error = await rejection(own.fetch(server.script(['stall'])));
    assert.ok(error instanceof TypeError);
    assert.equal(error.cause.reason, 'timeout');
  }
});

test('bodies that nobody reads hold up no other request, however few may run at once', async () => {
  const own = createFetch(newRequester({ warnings: false, maxConcurrent: 2 }));
  const unread = [];
  for (let i = 0; i < 6; i++) unread.push(await own.fetch(`${server.http}/bytes/5000000`));
  for (let i = 0; i < 6; i++)
    unread.push(await own.fetch(server.script(['status 200 OK', 'chunked', 'head-end', 'body x', 'stall'])));
  assert.match(await (await own.fetch(`${server.http}/hello`)).text(), /Hello/);
  for (const response of unread) await response.body.cancel();
});

test('a small body that nobody reads ends by itself, and gives its connection back', async () => {
  const run = spy({ maxConcurrent: 1 });
  const own = createFetch(run);
  const port = await server.control('/_listen?kind=http');
  for (let i = 0; i < 3; i++) {
    await own.fetch(`http://127.0.0.1:${port.trim()}/bytes/60000`);
    await run.until(({ completed }) => completed === i + 1);
  }
  assert.equal((await server.log({ event: 'accepted', port: port.trim() })).length, 1);
  assert.equal(run.count('pause'), 0);
});

test('clone: both halves are whole, together or one after the other; cancelling one leaves the other', async () => {
  const want = Buffer.from(pattern(300000).buffer);
  const url = `${server.http}/bytes/300000`;
  const response = await fetch(url);
  const copy = response.clone();
  assert.deepEqual([copy.url, copy.status, copy.type], [url, 200, 'basic']);
  assert.ok(want.equals(Buffer.from(await response.arrayBuffer())));
  assert.ok(want.equals(Buffer.from(await copy.arrayBuffer())));
  const together = await fetch(url);
  const halves = await Promise.all([together.clone().bytes(), together.bytes()]);
  assert.ok(halves.every((half) => want.equals(Buffer.from(half))));
  const left = await fetch(url);
  const right = left.clone();
  await left.body.cancel();
  assert.ok(want.equals(Buffer.from(await right.arrayBuffer())));
  const opened = await fetch(url);
  assert.ok(opened.body.locked === false);
  const fromStream = opened.clone();
  assert.deepEqual([opened.bodyUsed, fromStream.bodyUsed], [false, false]);
  assert.ok(want.equals(Buffer.from(await opened.bytes())));
  const tag = newTag();
  const both = await fetch(server.script(['status 200 OK', 'chunked', 'head-end', 'body x', 'stall'], tag));
  const other = both.clone();
  await Promise.all([both.body.cancel(), other.body.cancel()]);
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  await server.wait({ event: 'gone', conn });
});

test('a process ends though nobody has read a body, short or long', async () => {
  const program = `
    import { createFetch } from ${JSON.stringify(new URL('../../dist/esm/fetch/index.js', import.meta.url).href)};
    const { fetch } = createFetch({ request });
    for (const size of [10, 100000, 20000000]) console.log((await fetch(base + '/bytes/' + size)).status);`;
  assert.deepEqual(await inChild(program), { code: 0, out: '200\n200\n200\n', errors: '' });
});
