// A server of node:http whose requests a test takes one by one and answers by hand: for what is judged by the next request, and for
// clients that speak to a server of their own kind. Real sockets, and no time is waited for.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A queue of what happens; `next()` waits for it. */
export class Happenings {
  #items = [];
  #waiting = [];
  put = (item) => {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#items.push(item);
  };
  next = () =>
    this.#items.length > 0
      ? Promise.resolve(this.#items.shift())
      : new Promise((resolve) => this.#waiting.push(resolve));
  get count() {
    return this.#items.length;
  }
}

/** Its `next()` gives the next exchange: `{ request, response, stream(text), closed }`. */
export async function startAnswers() {
  const exchanges = new Happenings();
  const server = createServer((request, response) => {
    const body = [];
    request.on('data', (part) => body.push(part));
    request.on('end', () => {
      exchanges.put({
        request,
        response,
        headers: request.headers,
        body: Buffer.concat(body).toString(),
        /** The client has gone, or the answer is over. */
        closed: once(response, 'close'),
        /** Begins an event stream, or goes on with it. */
        stream(text) {
          if (!response.headersSent) {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.flushHeaders();
          }
          if (text !== '') response.write(text);
        },
        json(value, status = 200, headers = {}) {
          response.writeHead(status, { 'content-type': 'application/json', ...headers });
          response.end(JSON.stringify(value));
        },
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    base: `http://127.0.0.1:${server.address().port}`,
    next: exchanges.next,
    server,
    exchanges,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
