// Speaks to the scripted server: answers as steps, gates between them, and what the server saw. Through node:http, so that
// nothing of reqtask takes part.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

const base = process.env.SCRIPTED_SERVER;

/** An answer given as steps. `gone()` waits until the client has closed its connection. */
export function answer(steps) {
  const path = `/script/${randomUUID()}`;
  const event = (kind, name) => get(`${kind}?event=${name}&path=${path}`);
  return {
    url: `${base}${path}?${steps.map(encodeURIComponent).join('&')}`,
    gone: () => event('/_wait', 'gone'),
    asked: () => event('/_wait', 'request'),
    isGone: async () => (await event('/_log', 'gone')) !== '',
  };
}

/** Lets the answers go on that wait at this gate. */
export const open = (gate) => get(`/_open/${gate}`);

/** A name that no other test has. */
export const newGate = () => randomUUID();

/** Byte number i is the top byte of i times a number: what the step `bytes N` sends. */
export const pattern = (length) => Uint8Array.from({ length }, (_, at) => Math.imul(at, 2654435761) >>> 24);

/** What ours is compared with. */
export const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** One server-sent event of OpenAI's chat API, as a step. */
export const token = (content) => `body data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\\n\\n`;

/** The head of a stream of such events, as steps. */
export const eventStream = ['status 200 OK', 'field content-type: text/event-stream', 'chunked', 'head-end'];

function get(path) {
  return new Promise((resolve, reject) => {
    http
      .get(base + path, async (response) => {
        let text = '';
        for await (const piece of response) text += piece;
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${path}: ${response.statusCode} ${text}`));
      })
      .on('error', reject);
  });
}
