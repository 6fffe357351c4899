// axios with its fetch adapter over our fetch.
import { test } from 'node:test';
import axios, { AxiosError, CanceledError } from 'axios';
import { answers, assert, nextExchange, ours, rejection } from './setup.mjs';

const { fetch, Request, Response, FormData } = ours;
const client = axios.create({ adapter: 'fetch', baseURL: answers.base, env: { fetch, Request, Response } });

test('axios: JSON both ways, fields and query', async () => {
  const asked = client.post('/a', { q: 'ä' }, { params: { x: 1 }, headers: { 'X-Own': 'y' } });
  const exchange = await nextExchange();
  assert.deepEqual(
    [exchange.request.method, exchange.request.url, exchange.headers['x-own'], JSON.parse(exchange.body)],
    ['POST', '/a?x=1', 'y', { q: 'ä' }],
  );
  exchange.json({ answer: 42 }, 201, { 'x-back': 'z' });
  const { status, data, headers } = await asked;
  assert.deepEqual([status, data, headers.get('x-back')], [201, { answer: 42 }, 'z']);
});

test('axios: bytes, and a download with progress', async () => {
  const loaded = [];
  const asked = client.get('/b', {
    responseType: 'arraybuffer',
    onDownloadProgress: (event) => loaded.push([event.loaded, event.total]),
  });
  const exchange = await nextExchange();
  exchange.response.writeHead(200, { 'content-length': '6' });
  exchange.response.write(Buffer.from([1, 2, 3]));
  exchange.response.end(Buffer.from([0, 255, 6]));
  assert.deepEqual([...new Uint8Array((await asked).data)], [1, 2, 3, 0, 255, 6]);
  assert.deepEqual(loaded.at(-1), [6, 6]);
});

test('axios: responseType "stream" gives the parts as they come', async () => {
  const asked = client.get('/s', { responseType: 'stream' });
  const exchange = await nextExchange();
  exchange.stream('one');
  const reader = (await asked).data.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'one');
  exchange.stream('two');
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'two');
  await reader.cancel();
  await exchange.closed;
});

test('axios: an upload of our FormData', async () => {
  const form = new FormData();
  form.append('a', 'ä\r\n');
  form.append('file', new Blob(['content'], { type: 'text/plain' }), 'f.txt');
  const asked = client.post('/f', form);
  const exchange = await nextExchange();
  const boundary = /boundary=(.+)$/.exec(exchange.headers['content-type'])[1];
  assert.equal(exchange.body.split(boundary).length, 4);
  assert.match(exchange.body, /name="a"\r\n\r\nä\r\n/);
  assert.match(exchange.body, /name="file"; filename="f.txt"\r\nContent-Type: text\/plain\r\n\r\ncontent\r\n/i);
  exchange.json({});
  await asked;
});

test('axios: statuses, no connection, a timeout and an abort are its errors', async () => {
  const asked = rejection(client.get('/404'));
  (await nextExchange()).json({ why: 'gone' }, 404);
  const missing = await asked;
  assert.ok(missing instanceof AxiosError);
  assert.deepEqual([missing.response.status, missing.response.data], [404, { why: 'gone' }]);
  const nowhere = await rejection(client.get('http://127.0.0.1:1/'));
  assert.equal(nowhere.code, 'ERR_NETWORK');
  const slow = rejection(client.get('/slow', { timeout: 50 }));
  const silent = await nextExchange();
  assert.ok(['ETIMEDOUT', 'ECONNABORTED'].includes((await slow).code));
  await silent.closed;
  const controller = new AbortController();
  const stopped = rejection(client.get('/stop', { signal: controller.signal }));
  const exchange = await nextExchange();
  controller.abort();
  assert.ok((await stopped) instanceof CanceledError);
  await exchange.closed;
});
