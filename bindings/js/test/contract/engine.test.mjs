// What the TypeScript layer asks of an engine and of those who read its README.
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assert, CHUNKED, inChild, server } from './setup.mjs';

test('E-12: an engine without queueMicrotask, TextDecoder, URL, AbortController, reportError and WeakRef is enough', async () => {
  const url = server.script([...CHUNKED, 'body \\xe4', 'body \\xbd\\xa0', 'end']);
  const { code, out, errors } = await inChild(`
    for (const name of ['queueMicrotask', 'TextDecoder', 'URL', 'URLSearchParams', 'AbortController', 'AbortSignal',
      'ReadableStream', 'WeakRef', 'FinalizationRegistry', 'structuredClone', 'fetch', 'FormData', 'Blob', 'setImmediate']) delete globalThis[name];
    const url = ${JSON.stringify(url)};
    const listeners = new Set();
    const signal = { aborted: false, addEventListener: (_, run) => listeners.add(run), removeEventListener: (_, run) => listeners.delete(run) };
    const task = request({ url, enableChunked: true, chunkText: true, signal });
    const texts = [];
    for await (const { text } of task) texts.push(text);
    console.log(texts.join(''), listeners.size);
    console.log((await request({ url: base + '/echo', data: { a: 'ä' }, method: 'POST' })).data.endsWith('{"a":"ä"}'));
    const late = request({ url, enableChunked: true });
    await new Promise((resolve) => late.onHeadersReceived(resolve));
    console.log((await late.finally(() => {})).data);`);
  assert.equal(errors, '');
  assert.equal(out, '你 0\ntrue\n你\n');
  assert.equal(code, 0);
});

test('the example of the README runs', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example] = /```js\n(.*?)```/s.exec(readme);
  const url = server.script([
    'status 200 OK',
    'field content-type: text/plain',
    'chunked',
    'head-end',
    'body hello',
    'end',
  ]);
  const { code, out, errors } = await inChild(
    example
      .replace(/^import .*\n/gm, '')
      .replace('const { request, configure, close } = createRequest(native);', '')
      .replace('http://127.0.0.1:8080/answer', url),
  );
  assert.equal(errors, '');
  assert.equal(out, '200 text/plain\nhello\n');
  assert.equal(code, 0);
});
