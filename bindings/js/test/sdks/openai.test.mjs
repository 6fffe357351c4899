// OpenAI's client over our fetch.
import { test } from 'node:test';
import OpenAI, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  RateLimitError,
  toFile,
} from 'openai';
import { answers, assert, lastToken, nextExchange, ours, rejection, token } from './setup.mjs';

const client = (options = {}) =>
  new OpenAI({ apiKey: 'k', baseURL: `${answers.base}/v1`, fetch: ours.fetch, maxRetries: 0, ...options });
const question = { model: 'm', messages: [{ role: 'user', content: 'hällo?' }] };

test('openai: each token is there before the server sends the next', async () => {
  const asked = client().chat.completions.create({ ...question, stream: true });
  const exchange = await nextExchange();
  assert.equal(exchange.request.url, '/v1/chat/completions');
  assert.equal(exchange.headers.authorization, 'Bearer k');
  assert.equal(JSON.parse(exchange.body).messages[0].content, 'hällo?');
  exchange.stream('');
  const tokens = (await asked)[Symbol.asyncIterator]();
  for (const word of ['one', 'zwö', '三']) {
    exchange.stream(token(word));
    assert.equal((await tokens.next()).value.choices[0].delta.content, word);
  }
  exchange.stream(lastToken);
  exchange.response.end();
  assert.equal((await tokens.next()).value.choices[0].finish_reason, 'stop');
  assert.equal((await tokens.next()).done, true);
});

test('openai: Stop closes the connection', async () => {
  const asked = client().chat.completions.create({ ...question, stream: true });
  const exchange = await nextExchange();
  exchange.stream(token('one'));
  const stream = await asked;
  for await (const part of stream) {
    assert.equal(part.choices[0].delta.content, 'one');
    stream.controller.abort();
  }
  await exchange.closed;
});

test('openai: leaving the loop closes the connection', async () => {
  const asked = client().chat.completions.create({ ...question, stream: true });
  const exchange = await nextExchange();
  exchange.stream(token('one'));
  for await (const part of await asked) {
    assert.ok(part);
    break;
  }
  await exchange.closed;
});

test('openai: 429 is asked again, and then told with its body', async () => {
  const asked = client({ maxRetries: 1 }).chat.completions.create(question);
  (await nextExchange()).json({ error: { message: 'slow down' } }, 429, { 'retry-after-ms': '1' });
  (await nextExchange()).json({ choices: [{ message: { content: 'ok' } }] });
  assert.equal((await asked).choices[0].message.content, 'ok');
  const refused = rejection(client().chat.completions.create(question));
  (await nextExchange()).json({ error: { message: 'slow down' } }, 429);
  const error = await refused;
  assert.ok(error instanceof RateLimitError);
  assert.match(error.message, /slow down/);
});

test('openai: no connection, an abort and a timeout are its own errors', async () => {
  const gone = await rejection(client({ baseURL: 'http://127.0.0.1:1/v1' }).chat.completions.create(question));
  assert.ok(gone instanceof APIConnectionError);
  assert.equal(gone.cause.cause.reason, 'connect');
  const controller = new AbortController();
  const stopped = rejection(client().chat.completions.create(question, { signal: controller.signal }));
  const exchange = await nextExchange();
  controller.abort();
  assert.ok((await stopped) instanceof APIUserAbortError);
  await exchange.closed;
  const late = rejection(client({ timeout: 50 }).chat.completions.create(question));
  const silent = await nextExchange();
  assert.ok((await late) instanceof APIConnectionTimeoutError);
  await silent.closed;
});

test('openai: a file is uploaded as multipart/form-data', async () => {
  const bytes = new Uint8Array([0, 255, 13, 10, 45, 45]);
  // The client builds the global FormData; ours sends it.
  const asked = client().files.create({ file: await toFile(bytes, 'ä.bin'), purpose: 'user_data' });
  const exchange = await nextExchange();
  assert.match(exchange.headers['content-type'], /^multipart\/form-data; ?boundary=/);
  assert.match(exchange.body, /name="purpose"\r\n\r\nuser_data/);
  assert.match(exchange.body, /name="file"; filename="ä.bin"/);
  exchange.json({ id: 'file-1' });
  assert.equal((await asked).id, 'file-1');
});
