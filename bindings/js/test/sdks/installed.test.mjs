// The same clients without an option of theirs: install() has put our fetch and its classes in the place of the engine's, as an
// app on React Native does at its start.
import { test } from 'node:test';
import { answers, assert, lastToken, nextExchange, ours, token } from './setup.mjs';

ours.install();
const { default: ky, HTTPError } = await import('ky');
const { default: axios } = await import('axios');
const { default: OpenAI } = await import('openai');

test('what is installed is ours', () => {
  for (const name of ['fetch', 'Headers', 'Request', 'Response', 'FormData']) {
    assert.equal(globalThis[name], ours[name], name);
  }
});

test('ky finds it', async () => {
  const asked = ky
    .post(`${answers.base}/a`, {
      json: { q: 1 },
      hooks: { beforeRequest: [(request) => request.headers.set('x-hook', '1')] },
    })
    .json();
  const exchange = await nextExchange();
  assert.deepEqual([exchange.headers['x-hook'], JSON.parse(exchange.body)], ['1', { q: 1 }]);
  exchange.json({ ok: true });
  assert.deepEqual(await asked, { ok: true });
  const form = new FormData();
  form.append('a', 'b');
  const refused = ky.post(`${answers.base}/f`, { body: form, retry: 0 });
  const second = await nextExchange();
  assert.match(second.body, /name="a"\r\n\r\nb\r\n/);
  second.json({}, 400);
  await assert.rejects(refused, HTTPError);
});

test('axios finds it', async () => {
  const form = new FormData();
  form.append('a', 'b');
  const asked = axios.post(`${answers.base}/a`, form, { adapter: 'fetch' });
  const exchange = await nextExchange();
  assert.match(exchange.headers['content-type'], /boundary=/);
  assert.match(exchange.body, /name="a"\r\n\r\nb\r\n/);
  exchange.json({ ok: true });
  assert.deepEqual((await asked).data, { ok: true });
});

test('openai finds it', async () => {
  const client = new OpenAI({ apiKey: 'k', baseURL: `${answers.base}/v1`, maxRetries: 0 });
  const asked = client.chat.completions.create({ model: 'm', messages: [], stream: true });
  const exchange = await nextExchange();
  exchange.stream(token('one'));
  const tokens = (await asked)[Symbol.asyncIterator]();
  assert.equal((await tokens.next()).value.choices[0].delta.content, 'one');
  exchange.stream(lastToken);
  exchange.response.end();
  await tokens.next();
  assert.equal((await tokens.next()).done, true);
});
