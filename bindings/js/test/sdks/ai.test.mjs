// Vercel's AI SDK over our fetch.
import { test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import { answers, assert, lastToken, nextExchange, ours, rejection, token } from './setup.mjs';

const provider = createOpenAICompatible({ name: 'own', baseURL: `${answers.base}/v1`, fetch: ours.fetch });
const model = provider.chatModel('m');

test('ai: each token is there before the server sends the next', async () => {
  const { textStream } = streamText({ model, prompt: 'hello?' });
  const texts = textStream[Symbol.asyncIterator]();
  const first = texts.next();
  const exchange = await nextExchange();
  assert.equal(JSON.parse(exchange.body).stream, true);
  exchange.stream(token('one'));
  assert.equal((await first).value, 'one');
  exchange.stream(token(' two'));
  assert.equal((await texts.next()).value, ' two');
  exchange.stream(lastToken);
  exchange.response.end();
  assert.equal((await texts.next()).done, true);
});

test('ai: Stop closes the connection', async () => {
  const controller = new AbortController();
  const { textStream } = streamText({ model, prompt: 'hello?', abortSignal: controller.signal, onError() {} });
  const texts = textStream[Symbol.asyncIterator]();
  const first = texts.next();
  const exchange = await nextExchange();
  exchange.stream(token('one'));
  assert.equal((await first).value, 'one');
  controller.abort();
  await exchange.closed;
});

test('ai: what the server refuses, and no server at all, are its errors', async () => {
  const refused = rejection(generateText({ model, prompt: 'x', maxRetries: 0 }));
  (await nextExchange()).json({ error: { message: 'no such model' } }, 404);
  const error = await refused;
  assert.deepEqual([error.name, error.statusCode], ['AI_APICallError', 404]);
  const nowhere = createOpenAICompatible({ name: 'own', baseURL: 'http://127.0.0.1:1', fetch: ours.fetch });
  const gone = await rejection(generateText({ model: nowhere.chatModel('m'), prompt: 'x', maxRetries: 0 }));
  // It knows a failed fetch by its text, and would try such a one again.
  assert.deepEqual([gone.name, gone.isRetryable], ['AI_APICallError', true]);
});
