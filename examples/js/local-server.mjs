// The servers that the examples talk to when they are given no URL: a language model that is not very bright, a file to
// download, and an echo. Plain node:http; nothing here knows of reqtask.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const ANSWER =
  'Streaming means that you read the first word while the last one is still being thought up. ' +
  'When you have read enough, you press Stop; the connection closes, and the machine at the other end may rest. ' +
  'Emoji 😀 and 汉字 arrive whole, wherever the network cuts them.';

/** Starts a server on the loopback interface. `news` hears what the server sees. */
export async function startLocalServer(news = () => {}) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/v1/chat/completions') chat(request, response, news);
    else if (pathname === '/file') file(response, Number(searchParams.get('bytes')), news);
    else echo(request, response, news);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

/** Server-sent events in the manner of OpenAI's API: one token each, a while apart. */
async function chat(request, response, news) {
  request.resume();
  await once(request, 'end');
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let gone = false;
  response.on('close', () => (gone = true));
  const tokens = ANSWER.match(/\S+\s*/g);
  let made = 0;
  for (const content of tokens) {
    if (gone) break;
    made++;
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (gone) return news(`the client hung up: made ${made} of ${tokens.length} tokens`);
  response.end('data: [DONE]\n\n');
  news(`made all ${tokens.length} tokens`);
}

async function file(response, bytes, news) {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
  await pipeline(Readable.from(blocks(bytes)), response).catch(() => news('the client hung up'));
}

function* blocks(bytes) {
  const block = Buffer.alloc(65536, 'reqtask ');
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
}

async function echo(request, response, news) {
  news(`${request.method} ${request.url}`);
  request.resume();
  await once(request, 'end');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ method: request.method, url: request.url }));
}
