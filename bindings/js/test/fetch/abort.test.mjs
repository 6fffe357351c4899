// AbortSignals: what fetch rejects with, that the connection closes, and that nothing stays on a signal. After the WPT files
// fetch/api/abort/*.
import { test } from 'node:test';
import { assert, defer, fetch, newTag, rejection, Request, server } from './setup.mjs';

/** A signal that counts its listeners. */
class CountingSignal {
  aborted = false;
  listeners = new Set();
  addEventListener(type, listener) {
    assert.equal(type, 'abort');
    this.listeners.add(listener);
  }
  removeEventListener(type, listener) {
    this.listeners.delete(listener);
  }
  abort(reason) {
    this.aborted = true;
    if (reason !== undefined) this.reason = reason;
    for (const listener of [...this.listeners]) listener();
  }
}

function assertAbortError(error) {
  assert.ok(error instanceof DOMException, String(error));
  assert.deepEqual([error.name, error.code], ['AbortError', 20]);
}

test('aborted before: nothing is sent, and the reason is what it rejects with', async () => {
  const tag = newTag();
  const url = server.script(['ok'], tag);
  assertAbortError(await rejection(fetch(url, { signal: AbortSignal.abort() })));
  for (const reason of ['mine', new Error('mine'), 0, null]) {
    assert.equal(await rejection(fetch(url, { signal: AbortSignal.abort(reason) })), reason);
    assert.equal(await rejection(fetch(new Request(url, { signal: AbortSignal.abort(reason) }))), reason);
  }
  const stream = new ReadableStream({ cancel: (reason) => cancelled.resolve(reason) });
  const cancelled = defer();
  await rejection(fetch(url, { method: 'POST', body: stream, duplex: 'half', signal: AbortSignal.abort('why') }));
  assert.equal(await cancelled.promise, 'why');
  assert.deepEqual(await server.log({ path: `/script/${tag}` }), []);
});

test('a signal without a reason gives an AbortError', async () => {
  const signal = new CountingSignal();
  const answer = rejection(fetch(server.script(['stall']), { signal }));
  signal.abort();
  assertAbortError(await answer);
});

test('before the headers: rejects, and the connection closes', async () => {
  const tag = newTag();
  const controller = new AbortController();
  const answer = rejection(fetch(server.script(['stall'], tag), { signal: controller.signal }));
  await server.wait({ event: 'request', path: `/script/${tag}` });
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  controller.abort();
  assertAbortError(await answer);
  await server.wait({ event: 'gone', conn });
});

test('in the tick of the call: nothing is sent', async () => {
  const tag = newTag();
  const controller = new AbortController();
  const answer = rejection(fetch(server.script(['ok'], tag), { signal: controller.signal }));
  controller.abort('now');
  assert.equal(await answer, 'now');
  await (await fetch(`${server.http}/hello`)).text();
  assert.deepEqual(await server.log({ path: `/script/${tag}` }), []);
});

test('mid-body: reads and methods reject with the reason, the stream fails at once, the connection closes', async () => {
  const tag = newTag();
  const url = server.script(['status 200 OK', 'chunked', 'head-end', 'body one', 'stall'], tag);
  const controller = new AbortController();
  const streamed = await fetch(url, { signal: controller.signal });
  const reader = streamed.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'one');
  const text = rejection((await fetch(url, { signal: controller.signal })).text());
  const unread = await fetch(url, { signal: controller.signal });
  const opened = await fetch(url, { signal: controller.signal });
  const closed = opened.body.getReader().closed;
  const pending = rejection(reader.read());
  const reason = new Error('enough');
  controller.abort(reason);
  for (const error of [await pending, await text, await rejection(unread.text()), await rejection(closed)]) {
    assert.equal(error, reason);
  }
  const conns = (await server.log({ event: 'request', path: `/script/${tag}` })).map(({ conn }) => conn);
  assert.equal(new Set(conns).size, 4);
  for (const conn of conns) await server.wait({ event: 'gone', conn });
});

test('after the last byte, but before it was read: the same, as the standard says', async () => {
  const controller = new AbortController();
  const response = await fetch(`${server.http}/hello`, { signal: controller.signal });
  await (await fetch(`${server.http}/hello`)).text();
  controller.abort();
  assertAbortError(await rejection(response.text()));
});

test('after the body was read it changes nothing', async () => {
  const controller = new AbortController();
  const response = await fetch(`${server.http}/hello`, { signal: controller.signal });
  const copy = response.clone();
  assert.match(await response.text(), /Hello/);
  controller.abort();
  assert.match(await copy.text(), /Hello/);
});

test('AbortSignal.timeout rejects with its TimeoutError, before the headers and in the body', async () => {
  for (const steps of [['stall'], ['status 200 OK', 'chunked', 'head-end', 'body x', 'stall']]) {
    const error = await rejection(
      fetch(server.script(steps), { signal: AbortSignal.timeout(20) }).then((response) => response.text()),
    );
    assert.equal(error.name, 'TimeoutError');
  }
});

test('an upload that is still read is given up', async () => {
  const controller = new AbortController();
  const cancelled = defer();
  const stream = new ReadableStream({ cancel: cancelled.resolve });
  const answer = rejection(
    fetch(server.http, { method: 'POST', body: stream, duplex: 'half', signal: controller.signal }),
  );
  controller.abort('why');
  assert.deepEqual([await answer, await cancelled.promise], ['why', 'why']);
});

test('no listener stays on a signal: not after success, failure, abort, cancel, or an answer without a body', async () => {
  const uses = {
    read: async (signal) => (await fetch(`${server.http}/hello`, { signal })).text(),
    streamed: async (signal) => {
      for await (const part of (await fetch(`${server.http}/bytes/300000`, { signal })).body)
        assert.ok(part.length > 0);
    },
    upload: async (signal) => {
      const body = new Blob(['x']);
      return (await fetch(`${server.http}/sink`, { method: 'POST', body, signal })).text();
    },
    cancelled: async (signal) => (await fetch(`${server.http}/bytes/5000000`, { signal })).body.cancel(),
    bodiless: async (signal) => fetch(`${server.http}/status/204`, { signal }),
    head: async (signal) => fetch(`${server.http}/hello`, { signal, method: 'HEAD' }),
    refused: (signal) => fetch(`http://127.0.0.1:${server.ports.refused}/`, { signal }),
    'cut short': async (signal) =>
      (await fetch(server.script(['status 200 OK', 'length 9', 'head-end', 'close']), { signal })).text(),
    'a redirect that is an error': (signal) => fetch(`${server.http}/redirect/1`, { signal, redirect: 'error' }),
    'an unknown scheme': (signal) => fetch('ftp://a/', { signal }),
    data: async (signal) => (await fetch('data:,x', { signal })).text(),
  };
  for (const [name, use] of Object.entries(uses)) {
    const signal = new CountingSignal();
    await use(signal).catch(() => {});
    // What has no body ends a moment after its headers.
    for (let i = 0; i < 100 && signal.listeners.size > 0; i++) await (await fetch(`${server.http}/hello`)).text();
    assert.equal(signal.listeners.size, 0, name);
  }
  const signal = new CountingSignal();
  const answer = rejection(fetch(server.script(['stall']), { signal }));
  signal.abort('x');
  assert.equal(await answer, 'x');
  assert.equal(signal.listeners.size, 0);
});
