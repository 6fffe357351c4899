// fetch over the real core and server: what it sends, what it gives back, and when.
import { test } from 'node:test';
import { assert, createFetch, fetch, newRequester, newTag, rejection, Request, Response, server } from './setup.mjs';

test('the promise is fulfilled with the headers, before the body', async () => {
  const tag = newTag();
  const response = await fetch(
    server.script(['status 201 Made', 'field x-a: 1', 'chunked', 'head-end', `gate ${tag}`, 'body text', 'end']),
  );
  assert.ok(response instanceof Response);
  assert.deepEqual(
    [response.status, response.ok, response.type, response.redirected, response.statusText, response.bodyUsed],
    [201, true, 'basic', false, '', false],
  );
  assert.equal(response.headers.get('x-a'), '1');
  await server.control(`/_open/${tag}`);
  assert.equal(await response.text(), 'text');
  assert.equal(response.bodyUsed, true);
});

test('any status is an answer; ok is for 200 to 299', async () => {
  for (const status of [200, 299, 300, 404, 500]) {
    const response = await fetch(server.script([`status ${status} X`, 'length 2', 'head-end', 'raw hi']));
    assert.deepEqual([response.status, response.ok], [status, status < 300]);
    assert.equal(await response.text(), 'hi');
  }
});

test('what goes wrong on the network is a TypeError, with the RequestError as its cause', async () => {
  const cases = [
    [`http://127.0.0.1:${server.ports.refused}/`, 'connect'],
    ['http://no-such-host.invalid/', 'dns'],
    [server.script(['close']), 'interrupted'],
    [server.script(['raw garbage\\r\\n\\r\\n', 'close']), 'protocol'],
    [`https://localhost:${server.ports.untrusted}/`, 'certificate'],
    [`${server.http}/redirect/21`, 'redirect'],
  ];
  for (const [url, reason] of cases) {
    const error = await rejection(fetch(url));
    assert.ok(error instanceof TypeError, String(error));
    assert.equal(error.cause.reason, reason);
    assert.equal(error.message, 'fetch failed', 'the text that libraries look for');
    assert.match(error.cause.message, new RegExp(`^request:fail ${reason}`));
  }
});

test('a URL, its text, and a Request are the same; only http and https are fetched, and data:', async () => {
  const url = `${server.http}/hello`;
  for (const input of [url, new URL(url), new Request(url)]) assert.equal((await fetch(input)).status, 200);
  for (const other of ['ftp://a/', 'blob:x', 'file:///x', 'about:blank']) {
    const error = await rejection(fetch(other));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /scheme/);
  }
  assert.ok((await rejection(fetch())) instanceof TypeError);
});

test('nothing is thrown in the call: all is told by the promise', async () => {
  for (const given of [[], [null], ['x'], ['http://a/', { method: 'TRACE' }], ['http://a/', 1]]) {
    const promise = fetch(...given);
    assert.ok((await rejection(promise)) instanceof TypeError);
  }
});

test('redirects: 20 are followed; manual gives the 3xx itself; error is a TypeError and closes', async () => {
  const followed = await fetch(`${server.http}/redirect/20`);
  assert.deepEqual([followed.status, followed.redirected, followed.url], [200, true, `${server.http}/hello`]);
  const manual = await fetch(`${server.http}/redirect/1`, { redirect: 'manual' });
  assert.deepEqual([manual.status, manual.type, manual.redirected], [302, 'basic', false]);
  assert.match(manual.headers.get('location'), /hello/);
  const tag = newTag();
  const steps = ['status 302 Found', 'field location: /x', 'chunked', 'head-end', 'stall'];
  const error = await rejection(fetch(server.script(steps, tag), { redirect: 'error' }));
  assert.ok(error instanceof TypeError);
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  await server.wait({ event: 'gone', conn });
});

test('credentials do not follow a redirect to another origin, nor a request to http', async () => {
  const other = (await server.control('/_listen?kind=http')).trim();
  const to = encodeURIComponent(`http://127.0.0.1:${other}/echo`);
  const headers = { authorization: 'secret', cookie: 'a=secret', 'x-own': 'kept' };
  const seen = await (await fetch(`${server.http}/redirect-to?url=${to}`, { headers })).text();
  assert.ok(!seen.includes('secret') && seen.includes('kept'));
  const own = createFetch(newRequester({ warnings: false, rootsPem: server.caPem }));
  const down = `${server.https}/redirect-to?url=${encodeURIComponent(`${server.http}/echo`)}`;
  const error = await rejection(own.fetch(down));
  assert.deepEqual([error.constructor, error.cause.reason], [TypeError, 'redirect']);
});

test('what cannot be kept is refused: integrity, only-if-cached', async () => {
  for (const init of [{ integrity: 'sha256-x' }, { cache: 'only-if-cached', mode: 'same-origin' }]) {
    assert.ok((await rejection(fetch(`${server.http}/hello`, init))) instanceof TypeError);
  }
  assert.equal(
    (await fetch(`${server.http}/hello`, { cache: 'no-store', credentials: 'omit', keepalive: true })).status,
    200,
  );
});

test('a method that the core does not send, and a field that it judges, are TypeErrors', async () => {
  const method = await rejection(fetch(server.http, { method: 'PROPFIND' }));
  assert.deepEqual([method.constructor, method.cause.reason], [TypeError, 'parameter error']);
  assert.match(method.message, /^fetch failed: parameter error: .*PROPFIND/);
  const length = await rejection(fetch(server.http, { method: 'POST', body: 'x', headers: { 'content-length': '5' } }));
  assert.ok(length instanceof TypeError && length.cause);
});

test('fields that configure() sets are sent, and those of the request win', async () => {
  const own = createFetch(newRequester({ warnings: false, header: { 'x-a': 'configured', 'x-b': 'configured' } }));
  const seen = await (await own.fetch(`${server.http}/echo`, { headers: { 'X-A': 'given' } })).text();
  assert.match(seen, /x-a: given\r\n/);
  assert.match(seen, /x-b: configured\r\n/);
});

test('a failure that nobody awaits is an unhandled rejection, once, as in the standard; a body that nobody reads is none', async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  const before = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  try {
    const controller = new AbortController();
    const cut = await fetch(server.script(['status 200 OK', 'length 9', 'head-end', 'close']));
    const opened = await fetch(server.script(['status 200 OK', 'chunked', 'head-end', 'stall']), {
      signal: controller.signal,
    });
    const copied = opened.clone();
    assert.equal(opened.body.locked || copied.body.locked, false);
    controller.abort();
    void fetch(`http://127.0.0.1:${server.ports.refused}/`);
    while (unhandled.length === 0) await (await fetch(`${server.http}/hello`)).text();
    for (let i = 0; i < 5; i++) await (await fetch(`${server.http}/hello`)).text();
    assert.equal(unhandled.length, 1);
    assert.equal(unhandled[0].cause.reason, 'connect');
    assert.equal(cut.bodyUsed, false);
  } finally {
    process.off('unhandledRejection', note);
    for (const listener of before) process.on('unhandledRejection', listener);
  }
});
