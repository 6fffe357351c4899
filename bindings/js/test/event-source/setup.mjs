// What the tests of EventSource share: the real addon under it, and a server of node:http that each test answers by hand, because a
// reconnection is judged by the fields of the next request.
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after } from 'node:test';
import { createRequest } from '../../dist/esm/index.js';
import { createEventSource } from '../../dist/esm/event-source/index.js';
import host from '../../../node/native.cjs';

export { assert, createEventSource };

export const requester = createRequest(host);
requester.configure({ warnings: false });
export const EventSource = createEventSource(requester);

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
        closed: once(response, 'close'),
        /** Begins an event stream, or goes on with it. */
        stream(text) {
          if (!response.headersSent) {
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.flushHeaders();
          }
          if (text !== '') response.write(text);
        },
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/events`, next: exchanges.next, server, exchanges };
}

const opened = [];
export const answers = await startAnswers();

/** An EventSource whose events of these types come out of `next()`, in short form. */
export function watched(url = answers.url, init = {}, types = []) {
  const source = new EventSource(url, { reconnectionTime: 1, ...init });
  opened.push(source);
  const told = new Happenings();
  for (const type of ['open', 'message', 'error', ...types]) source.addEventListener(type, told.put);
  return { source, next: told.next, told };
}

after(() => {
  for (const source of opened) source.close();
  requester.close();
  answers.server.closeAllConnections();
  answers.server.close();
});
