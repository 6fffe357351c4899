// fetch in an engine that has nothing but ECMAScript and timers: no URL, TextDecoder, TextEncoder, ReadableStream, Blob,
// AbortController, DOMException, queueMicrotask, WeakRef, FinalizationRegistry, Symbol.asyncIterator.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareEngine } from '../unit/bare-engine.mjs';
import { chunk, complete, headers, ScriptedHost, settle } from '../contract/scripted-host.mjs';

function engine(platform) {
  const { load, run } = bareEngine({ setTimeout, clearTimeout });
  const host = new ScriptedHost();
  const requester = load('request.js').createRequest(host);
  return { host, run, ...load('fetch/index.js').createFetch(requester, platform) };
}

/** The host's task of the last start, and what it was started with. */
async function started(host) {
  await settle();
  await settle();
  const [, id, , method, url, fields, body] = host.calls.filter(([name]) => name === 'start').at(-1);
  return { id, method, url, fields, body };
}

test('an answer, by every way that needs no class of the engine', async () => {
  const { host, fetch } = engine();
  const answer = fetch('http://a.test/x');
  const { id, method, url, fields } = await started(host);
  assert.deepEqual([method, url, [...fields]], ['GET', 'http://a.test/x', ['accept', '*/*']]);
  host.batch(headers(id, 200, 'content-type\napplication/json'), chunk(id, '{"a":'), chunk(id, '"你"}'), complete(id));
  const response = await answer;
  assert.equal(response.headers.get('Content-Type'), 'application/json');
  assert.deepEqual([...response.headers.keys()], ['content-type']);
  assert.throws(() => response.body, { name: 'TypeError', message: /no ReadableStream/ });
  const copies = [response.clone(), response.clone(), response.clone()];
  assert.deepEqual({ ...(await response.json()) }, { a: '你' });
  assert.equal(await copies[0].text(), '{"a":"你"}');
  assert.equal((await copies[1].arrayBuffer()).byteLength, 11);
  assert.equal((await copies[2].bytes()).length, 11);
  assert.equal(response.bodyUsed, true);
});

test('forms, texts and bytes are sent', async () => {
  const { host, fetch, FormData } = engine({ readUri: async () => new Uint8Array([65, 66]) });
  const form = new FormData();
  form.append('ü', '你😀\ud800');
  form.append('file', { uri: 'file:///x', name: 'x.bin' });
  void fetch('http://a.test/', { method: 'POST', body: form });
  const { fields, body } = await started(host);
  const boundary = /boundary=(.+)$/.exec(fields[fields.indexOf('content-type') + 1])[1];
  assert.equal(
    Buffer.from(body).toString(),
    `--${boundary}\r\nContent-Disposition: form-data; name="ü"\r\n\r\n你😀\ufffd\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.bin"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\nAB\r\n--${boundary}--\r\n`,
  );
  void fetch('http://a.test/', { method: 'POST', body: 'text' });
  assert.equal((await started(host)).body, 'text');
  void fetch('http://a.test/', { method: 'POST', body: new Uint8Array([1, 2]) });
  const raw = await started(host);
  assert.deepEqual([...new Uint8Array(raw.body)], [1, 2]);
  assert.ok(!raw.fields.includes('content-type'));
});

test('a signal of one’s own: an AbortError that is an Error', async () => {
  const { host, fetch } = engine();
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (type, listener) => listeners.add(listener),
    removeEventListener: (type, listener) => listeners.delete(listener),
  };
  const answer = fetch('http://a.test/', { signal });
  const { id } = await started(host);
  for (const listener of [...listeners]) listener();
  const error = await answer.then(assert.fail, (reason) => reason);
  assert.deepEqual([error.name, error.code, listeners.size], ['AbortError', 20, 0]);
  assert.ok(host.calls.some(([name, task]) => name === 'abort' && task === id));
});

test('URLs are judged by the core, but relative ones and passwords at once', async () => {
  const { host, fetch } = engine();
  for (const url of ['/x', 'x', '', 'http://u:p@a.test/', 'http:\\\\u@a.test']) {
    const error = await fetch(url).then(assert.fail, (reason) => reason);
    assert.equal(error.name, 'TypeError', url);
  }
  assert.deepEqual(host.calls, []);
  host.startThrows = Object.assign(new Error('no host'), { code: -1, step: 'request' });
  const error = await fetch('http:').then(assert.fail, (reason) => reason);
  assert.deepEqual([error.name, error.cause.reason], ['TypeError', 'invalid url']);
});

test('a failure in the body, and what was there before it', async () => {
  const { host, fetch } = engine();
  const answer = fetch('http://a.test/');
  const { id } = await started(host);
  host.batch(headers(id), chunk(id, 'x'), complete(id, -107));
  const error = await (await answer).text().then(assert.fail, (reason) => reason);
  assert.deepEqual([error.name, error.cause.reason], ['TypeError', 'interrupted']);
});

test('what needs a class that is not there says which', async () => {
  const { Response } = engine();
  const error = await new Response('x').blob().then(assert.fail, (reason) => reason);
  assert.match(error.message, /no Blob/);
});

test('an engine whose URL class is not one (React Native’s of old) is not asked', async () => {
  const { load } = bareEngine({
    setTimeout,
    clearTimeout,
    URL: class {
      constructor(url) {
        this.href = `${url}/`;
      }
    },
  });
  const host = new ScriptedHost();
  const { fetch, Request } = load('fetch/index.js').createFetch(load('request.js').createRequest(host));
  assert.equal(new Request('http://a.test/b?c').url, 'http://a.test/b?c');
  void fetch({ href: 'http://a.test/b?c' });
  assert.equal((await started(host)).url, 'http://a.test/b?c');
});
