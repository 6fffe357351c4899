// ky over our fetch. It makes a Request of the global class and hands that over: here Node's; in installed.test.mjs ours.
import { test } from 'node:test';
import ky, { HTTPError, TimeoutError } from 'ky';
import { answers, assert, nextExchange, ours, rejection } from './setup.mjs';

const client = ky.create({ prefixUrl: answers.base, fetch: ours.fetch, retry: 0 });

test('ky: JSON both ways, fields and query', async () => {
  const asked = client.post('a', { json: { q: 'ä' }, searchParams: { x: 1 }, headers: { 'X-Own': 'y' } }).json();
  const exchange = await nextExchange();
  assert.deepEqual(
    [exchange.request.url, exchange.headers['x-own'], exchange.headers['content-type'], JSON.parse(exchange.body)],
    ['/a?x=1', 'y', 'application/json', { q: 'ä' }],
  );
  exchange.json({ answer: 42 });
  assert.deepEqual(await asked, { answer: 42 });
});

test('ky: 500 with retry-after is asked again; a redirect is followed', async () => {
  const asked = client.get('a', { retry: { limit: 1, statusCodes: [503] } }).text();
  (await nextExchange()).json({}, 503, { 'retry-after': '0' });
  const second = await nextExchange();
  second.response.writeHead(302, { location: '/b' });
  second.response.end();
  const third = await nextExchange();
  assert.equal(third.request.url, '/b');
  third.response.end('there');
  assert.equal(await asked, 'there');
});

test('ky: a download with progress, as a stream', async () => {
  const seen = [];
  const asked = client.get('d', { onDownloadProgress: ({ transferredBytes }) => seen.push(transferredBytes) });
  const exchange = await nextExchange();
  exchange.response.writeHead(200, { 'content-length': '6' });
  exchange.response.write('abc');
  const reader = (await asked).body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'abc');
  exchange.response.end('def');
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'def');
  assert.equal((await reader.read()).done, true);
  assert.equal(seen.at(-1), 6);
});

test('ky: an upload of FormData', async () => {
  const form = new globalThis.FormData();
  form.append('file', new Blob(['content']), 'f.txt');
  const asked = client.post('f', { body: form }).json();
  const exchange = await nextExchange();
  const boundary = /boundary=(.+)$/.exec(exchange.headers['content-type'])[1];
  assert.ok(exchange.body.startsWith(`--${boundary}\r\n`));
  assert.match(exchange.body, /filename="f.txt"/);
  exchange.json({ ok: true });
  assert.deepEqual(await asked, { ok: true });
});

test('ky: statuses, no connection, a timeout and an abort are its errors', async () => {
  const asked = rejection(client.get('x').json());
  (await nextExchange()).json({ why: 'gone' }, 404);
  const missing = await asked;
  assert.ok(missing instanceof HTTPError);
  assert.deepEqual([missing.response.status, await missing.response.json()], [404, { why: 'gone' }]);
  assert.ok((await rejection(ky.get('http://127.0.0.1:1/', { fetch: ours.fetch, retry: 0 }))) instanceof TypeError);
  const slow = rejection(client.get('slow', { timeout: 50 }));
  const silent = await nextExchange();
  assert.ok((await slow) instanceof TimeoutError);
  await silent.closed;
  const controller = new AbortController();
  const stopped = rejection(client.get('stop', { signal: controller.signal }));
  const exchange = await nextExchange();
  controller.abort();
  assert.equal((await stopped).name, 'AbortError');
  await exchange.closed;
});
