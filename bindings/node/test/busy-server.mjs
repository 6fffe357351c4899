// The server of the soak tests, a process of its own and quicker than the scripted one: answers of every kind that a
// request can be aborted in. `startBusyServer` runs this file as a program, with the argument `serve`: it prints its port and
// ends with its standard input.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const json = Buffer.from(JSON.stringify({ id: 12345, text: 'x'.repeat(100) }));
const large = Buffer.alloc(2 ** 20, 'l');
const piece = Buffer.alloc(2 ** 14, 'p');

/** Bytes of floods that were written, most of which the kernel has taken. */
let flooded = 0;

function flood(response, size) {
  const block = Buffer.alloc(2 ** 16, 'f');
  let at = 0;
  function more() {
    while (at < size && !response.destroyed) {
      at += block.length;
      flooded += block.length;
      if (!response.write(block)) return;
    }
    response.end();
  }
  response.on('drain', more);
  more();
}

const answers = {
  '/small': (response) => response.setHeader('content-type', 'application/json').end(json),
  '/large': (response) => response.setHeader('content-length', large.length).end(large),
  '/chunked': (response) => {
    for (let i = 0; i < 16; i++) response.write(piece);
    response.end();
  },
  '/drip': (response) => {
    let left = 10;
    const timer = setInterval(() => (left-- > 0 ? response.write('data: drip\n\n') : response.end()), 1);
    response.on('close', () => clearInterval(timer));
  },
  '/silent': () => {},
  '/stall': (response) => response.write('hello'),
  '/broken': (response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('x'.repeat(500), () => response.destroy());
  },
  '/error': (response) => response.writeHead(500).end('{"error":"on purpose"}'),
  '/redirect': (response) => response.writeHead(302, { location: '/small' }).end('moved'),
  '/flood': (response) => flood(response, 256 * 2 ** 20),
  '/flooded': (response) => response.end(String(flooded)),
};

function serve() {
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    response.on('error', () => {});
    request.resume().once('end', () => answers[request.url](response));
  });
  server.listen(0, '127.0.0.1', 1024, () => console.log(server.address().port));
  process.stdin.resume().once('end', () => process.exit());
}

/** Resolves with `{ origin, stop }`. */
export async function startBusyServer() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return { origin: `http://127.0.0.1:${Number(port)}`, stop: () => child.stdin.end() };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === 'serve') serve();
