// The same answers to Node's fetch and to ours: what an app can see must be the same, but for the words of the status line, and
// where docs/fetch.md says so.
import { test } from 'node:test';
import { assert, fetch, node, server } from './setup.mjs';

async function see(which, url, init) {
  try {
    const response = await which(url, typeof init === 'function' ? init() : init);
    const seen = {
      status: response.status,
      ok: response.ok,
      url: response.url,
      redirected: response.redirected,
      type: response.type,
      headers: [...response.headers],
      hasBody: response.body !== null,
    };
    try {
      seen.text = await response.text();
    } catch (error) {
      seen.readError = [error.constructor.name, error.name];
    }
    seen.bodyUsed = response.bodyUsed;
    return seen;
  } catch (error) {
    return { error: [error.constructor.name, error.name] };
  }
}

/** What differs by design: which fields a client adds. */
const ADDED = /^(user-agent|accept-encoding|accept-language|sec-fetch-mode|connection|host): .*\r\n/gim;

function requestOf({ text, ...seen }) {
  if (text === undefined) return seen;
  const [head, ...body] = text.replace(ADDED, '').split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const boundary = /boundary=(\S+)/.exec(head)?.[1];
  // Names of fields have any case.
  const lower = (field) => field.replace(/^[^:]+/, (name) => name.toLowerCase());
  const plain = (part) => (boundary ? part.replaceAll(boundary, 'BOUNDARY') : part);
  return {
    ...seen,
    headers: [],
    line,
    fields: fields
      .filter((field) => !boundary || !/^content-length/.test(field))
      .map(plain)
      .map(lower)
      .sort(),
    body: body.map(plain),
  };
}

const table = {
  'a plain answer': ['/hello'],
  'with a fragment': ['/hello#part'],
  'other statuses': ['/status/404'],
  'no content': ['/status/204'],
  'not modified': ['/status/304'],
  head: ['/bytes/100', { method: 'HEAD' }],
  gzip: [
    [
      'status 200 OK',
      'encode gzip',
      'field content-encoding: gzip',
      'chunked',
      'head-end',
      'body one',
      'body two',
      'end',
    ],
  ],
  brotli: [
    ['status 200 OK', 'encode br', 'field content-encoding: br', 'chunked', 'head-end', 'body one', 'body two', 'end'],
  ],
  'closed at the end': ['/close-delimited/100'],
  'followed redirects': ['/redirect/3'],
  'a redirect to nowhere': ['/redirect-to?url=http%3A%2F%2F127.0.0.1%3A1%2F'],
  'too many redirects': ['/redirect/21'],
  'twenty redirects': ['/redirect/20'],
  'redirect: error': ['/redirect/1', { redirect: 'error' }],
  'redirect: error without one': ['/hello', { redirect: 'error' }],
  'redirect: manual': ['/redirect/1', { redirect: 'manual' }],
  'a body that is cut short': [['status 200 OK', 'length 9', 'head-end', 'raw four', 'close']],
  'chunks that are cut short': [['status 200 OK', 'chunked', 'head-end', 'chunk four', 'close']],
  'closed before the headers': [['close']],
  'no HTTP at all': [['raw garbage\\r\\n\\r\\n', 'close']],
  'interim answers': [['early-hints', 'ok late']],
  'a 303 for a POST': [['redirect 303 /hello'], { method: 'POST', body: 'x' }],
  'a redirect without location': [['status 302 Found', 'length 1', 'head-end', 'raw x']],
  'fields that repeat': [
    [
      'status 200 OK',
      'field a: 1',
      'field A: 2',
      'field set-cookie: x=1',
      'field set-cookie: y=2',
      'length 0',
      'head-end',
    ],
  ],
  'an unknown scheme': ['ftp://a.test/'],
  'a relative URL': ['/relative', undefined, ''],
  'a password in the URL': ['http://u:p@a.test/'],
  'a GET with a body': ['/hello', { body: 'x' }],
  'data:': ['data:text/plain;charset=utf-8,h%C3%A9%20x#f'],
  'data: in base64': ['data:image/png;base64,aGk%3D'],
  'data: without a type': ['data:,x'],
  'data: with a parameter alone': ['data:;charset=utf-8,x'],
  'data: for HEAD': ['data:,x', { method: 'HEAD' }],
  'data: that is damaged': ['data:text/plain'],
  'data: in bad base64': ['data:;base64,a'],
};

for (const [name, [where, init, base = server.http]] of Object.entries(table)) {
  test(`as Node’s fetch: ${name}`, async () => {
    const url = Array.isArray(where) ? server.script(where) : /^[a-z]+:/.test(where) ? where : base + where;
    const [ours, theirs] = [await see(fetch, url, init), await see(node.fetch, url, init)];
    if (name === 'a redirect without location') (delete theirs.headers, delete ours.headers);
    assert.deepEqual(ours, theirs);
  });
}

const form = () => {
  const all = new node.FormData();
  all.append('a', '1');
  all.append('"', 'x\ny');
  all.append('f', new File(['z'], 'n"m.txt', { type: 'text/x' }));
  return all;
};
const sent = {
  'a GET': {},
  'a header': { headers: { 'X-Own': ' v ', accept: 'a/b' } },
  'two values of a header': {
    headers: [
      ['x', '1'],
      ['X', '2'],
    ],
  },
  'two cookies': {
    headers: [
      ['cookie', 'a=1'],
      ['Cookie', 'b=2'],
    ],
  },
  'a text': { method: 'POST', body: 'hé' },
  'an empty text': { method: 'POST', body: '' },
  'no body': { method: 'POST' },
  'no body for PUT': { method: 'PUT' },
  'no body for DELETE': { method: 'DELETE' },
  bytes: { method: 'PUT', body: new Uint8Array([1, 2, 3]).subarray(1) },
  'a buffer': { method: 'PATCH', body: new ArrayBuffer(2) },
  'a Blob': { method: 'POST', body: new Blob(['x'], { type: 'text/x' }) },
  'a Blob without a type': { method: 'POST', body: new Blob(['x']) },
  pairs: { method: 'POST', body: new URLSearchParams({ a: 'b c', d: 'é' }) },
  'a content-type of the app': { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } },
  'a form': () => ({ method: 'POST', body: form() }),
  'an object, as its text': { method: 'POST', body: { a: 1 } },
  options: { method: 'options' },
};

for (const [name, init] of Object.entries(sent)) {
  test(`sends as Node’s fetch: ${name}`, async () => {
    const url = `${server.http}/echo?q=%20#f`;
    const [ours, theirs] = [await see(fetch, url, init), await see(node.fetch, url, init)];
    // Boundaries differ, and undici ends its form with a line end more or less by version.
    const trim = ({ body, ...rest }) => ({ ...rest, body: body?.map((part) => part.trimEnd()) });
    assert.deepEqual(trim(requestOf(ours)), trim(requestOf(theirs)));
  });
}
