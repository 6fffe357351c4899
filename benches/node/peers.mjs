// The clients that are compared, with one shape: `get(url)` resolves with the parsed answer of a small GET, `stream(url,
// onBytes)` hands over a body in the client's own pieces and resolves at its end. Each is used as its documents tell.
import { createRequire } from 'node:module';

const requireHere = createRequire(new URL('../../bindings/package.json', import.meta.url));
const text = new TextDecoder();

function expect200(status) {
  if (status !== 200) throw new Error(`status ${status}`);
}

async function reqtask() {
  const { request } = await import('../../bindings/node/index.mjs');
  return {
    async get(url) {
      const { statusCode, data } = await request({ url });
      expect200(statusCode);
      return data;
    },
    async stream(url, onBytes) {
      const task = request({ url, enableChunked: true });
      task.onChunkReceived(({ data }) => onBytes(new Uint8Array(data)));
      expect200((await task).statusCode);
    },
  };
}

/** Our fetch, the package's `reqtask/fetch`. */
async function reqtaskFetch() {
  const { fetch } = await import('../../bindings/node/fetch.mjs');
  return overFetch(fetch);
}

/** Node's global fetch, which is the undici that Node brings. */
async function fetchPeer() {
  return overFetch(fetch);
}

function overFetch(fetch) {
  return {
    async get(url) {
      const answer = await fetch(url);
      expect200(answer.status);
      return answer.json();
    },
    async stream(url, onBytes) {
      const answer = await fetch(url);
      expect200(answer.status);
      const reader = answer.body.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) onBytes(step.value);
    },
  };
}

async function nodeHttp() {
  const http = await import('node:http');
  const agent = new http.Agent({ keepAlive: true });
  function open(url, use) {
    return new Promise((resolve, reject) => {
      http
        .get(url, { agent }, (answer) => {
          expect200(answer.statusCode);
          answer.once('error', reject);
          use(answer, resolve);
        })
        .once('error', reject);
    });
  }
  return {
    get(url) {
      return open(url, (answer, resolve) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => resolve(JSON.parse(text.decode(Buffer.concat(pieces)))));
      });
    },
    stream(url, onBytes) {
      return open(url, (answer, resolve) => {
        answer.on('data', onBytes);
        answer.on('end', resolve);
      });
    },
  };
}

async function undiciRequest() {
  const undici = requireHere('undici');
  return {
    async get(url) {
      const { statusCode, body } = await undici.request(url);
      expect200(statusCode);
      return body.json();
    },
    async stream(url, onBytes) {
      const { statusCode, body } = await undici.request(url);
      expect200(statusCode);
      for await (const piece of body) onBytes(piece);
    },
  };
}

/** By the names in the report. */
export const peers = {
  reqtask,
  'reqtask fetch': reqtaskFetch,
  'undici fetch': fetchPeer,
  'node:http': nodeHttp,
  'undici.request': undiciRequest,
};
