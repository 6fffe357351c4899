// Prints the answer of a language model as it is made, and lets you stop it.
//
//     node examples/js/llm-stream.mjs [--stop-after N] [--model NAME] [URL]
//
// Enter stops (or the N-th token, with --stop-after): the request is aborted, the connection closes, and the server, which
// sees that, stops generating. URL is an endpoint that speaks OpenAI's chat API with streaming; the key is taken from
// OPENAI_API_KEY. Without a URL the example has a server of its own, which also tells what it sees.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
// In your own project: import { events, request } from 'reqtask';
import { events, request } from '../../bindings/node/index.mjs';
import { startLocalServer } from './local-server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'stop-after': { type: 'string' }, model: { type: 'string', default: 'example' } },
});
const stopAfter = Number(values['stop-after'] ?? Infinity);

let serverIsDone;
const serverNews = new Promise((resolve) => (serverIsDone = resolve));
const server = positionals.length === 0 ? await startLocalServer(serverIsDone) : null;
const key = process.env.OPENAI_API_KEY;

const task = request({
  url: server ? `${server.url}/v1/chat/completions` : positionals[0],
  method: 'POST',
  header: key ? { authorization: `Bearer ${key}` } : {},
  data: { model: values.model, stream: true, messages: [{ role: 'user', content: 'What is streaming?' }] },
  enableChunked: true,
});

let status = 0;
task.onHeadersReceived(({ statusCode }) => (status = statusCode));

// The Stop button.
const keyboard = process.stdin.isTTY ? createInterface({ input: process.stdin }) : null;
keyboard?.on('line', () => task.abort());
if (keyboard) console.log('(Enter stops)');

const started = Date.now();
let firstAfter = 0;
let tokens = 0;
try {
  for await (const { data } of events(task)) {
    if (data === '[DONE]') continue;
    const text = JSON.parse(data).choices?.[0]?.delta?.content ?? '';
    if (text === '') continue;
    if (tokens++ === 0) firstAfter = Date.now() - started;
    process.stdout.write(text);
    if (tokens >= stopAfter) task.abort();
  }
  if (status !== 200) throw new Error(`the server answers ${status}`);
  console.log(`\n[${tokens} tokens, the first after ${firstAfter} ms]`);
} catch (error) {
  if (error.reason !== 'abort') process.exitCode = 1;
  console.log(error.reason === 'abort' ? `\n[stopped after ${tokens} tokens]` : `\n[${error.errMsg ?? error.message}]`);
}

keyboard?.close();
if (server) {
  console.log(`[server: ${await serverNews}]`);
  await server.stop();
}
