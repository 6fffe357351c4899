// The server that the example talks to: a language model that is not very bright, a large file, a picture. It tells what it
// sees. Plain node:http; nothing here knows of reqtask.
//
//     node server.mjs [PORT]
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { picture } from './picture.mjs';

const ANSWER =
  'Streaming means that you read the first word while the last one is still being thought up. ' +
  'When you have read enough, you press Stop; the connection closes, and the machine at the other end may rest. ' +
  'Emoji 😀 and 汉字 arrive whole, wherever the network cuts them.';

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const tell = (words) => console.log(`${request.method} ${pathname}: ${words}`);
  request.resume();
  await once(request, 'end');
  if (pathname === '/v1/chat/completions') await chat(response, tell);
  else if (pathname === '/file') await file(response, Number(searchParams.get('bytes')), tell);
  else if (pathname === '/picture.png') response.writeHead(200, { 'content-type': 'image/png' }).end(picture(256));
  else response.writeHead(404).end();
});

const port = Number(process.argv[2] ?? 8080);
server.listen(port, '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));

/** Server-sent events in the manner of OpenAI's API: one token each, a while apart. */
async function chat(response, tell) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let gone = false;
  response.on('close', () => (gone = true));
  const tokens = ANSWER.match(/\S+\s*/g);
  let made = 0;
  while (made < tokens.length && !gone) {
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: tokens[made++] } }] })}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  if (gone) return tell(`the client hung up: made ${made} of ${tokens.length} tokens`);
  response.end('data: [DONE]\n\n');
  tell(`made all ${tokens.length} tokens`);
}

async function file(response, bytes, tell) {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
  await pipeline(Readable.from(blocks(bytes)), response).then(
    () => tell(`${bytes} bytes`),
    () => tell('the client hung up'),
  );
}

function* blocks(bytes) {
  const block = Buffer.alloc(65536, 'reqtask ');
  for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
}
