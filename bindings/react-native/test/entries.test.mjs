// The entries over one requester, and what ./fetch adds for React Native.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { withModule } from './app-engine.mjs';

let server;
let entry;
before(async () => {
  server = await startServer();
  entry = withModule();
});
after(async () => {
  entry('index').close();
  await server.stop();
});

/** What a request to a server of our own sent. */
async function received(send) {
  let heard;
  const peer = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    heard = { headers: request.headers, body: Buffer.concat(chunks) };
    response.end();
  });
  await new Promise((resolve) => peer.listen(0, '127.0.0.1', resolve));
  try {
    await send(`http://127.0.0.1:${peer.address().port}/`);
  } finally {
    peer.close();
  }
  return heard;
}

/** Puts globals into their places while `run` runs. */
async function withGlobals(globals, run) {
  const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    return await run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  }
}

test('the names of each entry', () => {
  const names = (name) => Object.keys(entry(name)).filter((key) => key !== '__esModule');
  for (const name of ['request', 'configure', 'close', 'createRequest', 'RequestError', 'events', 'ndjson']) {
    assert.ok(names('index').includes(name), name);
  }
  assert.deepEqual(names('taro').sort(), ['addInterceptor', 'cleanInterceptors', 'request']);
  for (const name of ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'install', 'EventSource']) {
    assert.ok(names('fetch').includes(name), name);
  }
});

test('configure() of the one is for all', async () => {
  entry('index').configure({ header: { 'x-app': 'ours' } });
  try {
    for (const send of [entry('index').request, entry('taro').request, entry('fetch').fetch]) {
      assert.equal((await received(send)).headers['x-app'], 'ours');
    }
  } finally {
    entry('index').configure({ header: undefined });
  }
});

test('./fetch has an EventSource: over the same requester, and it asks again with the last id', async () => {
  entry('index').configure({ header: { 'x-app': 'ours' } });
  const asked = [];
  const peer = createServer(({ headers }, response) => {
    asked.push([headers['x-app'], headers['last-event-id']]);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`retry: 1\nid: ${asked.length}\ndata: part\n\n`);
  });
  await new Promise((resolve) => peer.listen(0, '127.0.0.1', resolve));
  const { EventSource } = entry('fetch');
  const source = new EventSource(`http://127.0.0.1:${peer.address().port}/`);
  try {
    await new Promise((resolve, reject) => {
      source.onmessage = ({ lastEventId }) => lastEventId === '2' && resolve();
      source.onerror = ({ message }) => source.readyState === EventSource.CLOSED && reject(new Error(message));
    });
  } finally {
    source.close();
    entry('index').configure({ header: undefined });
    peer.close();
  }
  assert.deepEqual(asked, [
    ['ours', undefined],
    ['ours', '1'],
  ]);
});

test("./taro: interceptors see Taro's requests and no others", async () => {
  const { request, addInterceptor, cleanInterceptors } = entry('taro');
  const seen = [];
  addInterceptor((chain) => {
    seen.push(chain.requestParams.url);
    return chain.proceed(chain.requestParams);
  });
  const url = server.script(['ok a']);
  await request({ url });
  await entry('index').request({ url });
  cleanInterceptors();
  assert.deepEqual(seen, [url]);
});

test('./fetch streams: with the ponyfill where the engine has no ReadableStream, with its own where it has', async () => {
  const { ReadableStream: ponyfill } = await import('web-streams-polyfill');
  const read = async (expected) => {
    const url = server.script(['status 200 OK', 'chunked', 'head-end', 'body one', 'body two', 'end']);
    const { body } = await entry('fetch').fetch(url);
    assert.equal(body.constructor.name, expected.name);
    const reader = body.getReader();
    let text = '';
    for (let part; !(part = await reader.read()).done;) text += Buffer.from(part.value).toString();
    assert.equal(text, 'onetwo');
    return body;
  };
  const own = await read(ReadableStream);
  assert.ok(own instanceof ReadableStream);
  const other = await withGlobals({ ReadableStream: undefined }, () => read(ponyfill));
  assert.equal(other instanceof ReadableStream, false);
});

test("./fetch sends React Native's { uri } parts, read by its XMLHttpRequest as a Blob", async () => {
  const log = [];
  class XMLHttpRequest {
    open(method, url) {
      this.url = url;
      log.push(`${method} ${url} as ${this.responseType}`);
    }
    send() {
      queueMicrotask(() => {
        if (this.url.endsWith('gone')) return this.onerror();
        this.status = this.url.startsWith('https:') ? 404 : 0;
        this.response = { bytes: Uint8Array.of(0, 255, 10), close: () => log.push('closed') };
        this.onload();
      });
    }
  }
  class FileReader {
    readAsArrayBuffer(blob) {
      this.result = blob.bytes.buffer;
      queueMicrotask(() => this.onload());
    }
  }
  const { fetch, FormData } = entry('fetch');
  const form = (uri) => {
    const made = new FormData();
    made.append('picture', { uri, name: 'a.png', type: 'image/png' });
    return made;
  };
  await withGlobals({ XMLHttpRequest, FileReader }, async () => {
    const { headers, body } = await received((url) => fetch(url, { method: 'POST', body: form('file:///a.png') }));
    assert.match(headers['content-type'], /^multipart\/form-data; boundary=/);
    assert.match(
      body.toString('latin1'),
      /name="picture"; filename="a.png"\r\ncontent-type: image\/png\r\n\r\n\0\xff\n\r\n/i,
    );
    assert.deepEqual(log, ['GET file:///a.png as blob', 'closed']);
    for (const uri of ['content://gone', 'https://a.test/no-such-picture']) {
      await assert.rejects(
        received((url) => fetch(url, { method: 'POST', body: form(uri) })),
        (error) => error instanceof TypeError && `${error.message} ${error.cause?.message}`.includes(uri),
      );
    }
  });
});
