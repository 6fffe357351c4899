// What the contract's tests share: the real addon under the TypeScript layer, a scripted server of their own for each file,
// and a recorder of everything that a task tells. Nothing here waits for time.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { after } from 'node:test';
import { createRequest } from '../../dist/esm/index.js';
import host from '../../../node/native.cjs';
import { startServer } from '../../../testing/server.mjs';

export { assert, host };

export const server = await startServer();

const requesters = [];

/** A requester with clients of its own; closed at the end of the file. */
export function newRequester(options) {
  const requester = createRequest(host);
  requesters.push(requester);
  if (options) requester.configure(options);
  return requester;
}

after(async () => {
  for (const requester of requesters) requester.close();
  await server.stop();
});

export const { request } = newRequester({ warnings: false });

let tags = 0;
/** A name for scripts and gates that no other test uses. */
export const newTag = () => `t${process.pid}-${++tags}`;

/** The head of an answer whose body is sent in chunks. */
export const CHUNKED = ['status 200 OK', 'chunked', 'head-end'];

export const bytes = (text) => new TextEncoder().encode(text).buffer;
export const text = (data) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);

/** Byte number i of the server's pattern. */
export function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.imul(i, 2654435761) >>> 24;
  return bytes;
}

export function join(buffers) {
  return new Uint8Array(Buffer.concat(buffers.map((buffer) => new Uint8Array(buffer))));
}

/** What `promise` rejects with; fails if it does not. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: `was resolved with ${JSON.stringify(value)}, not rejected` });
}

/** A promise with its functions outside. */
export function defer() {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

/**
 * Makes a request and writes down what it tells, in order, as [name, value]. `listen`: whether it listens to chunks.
 * `settled` is fulfilled once the promise has settled, after that has been written down too.
 */
export function record(options, { send = request, listen = true } = {}) {
  const log = [];
  const note =
    (name) =>
    (...values) =>
      void log.push([name, values.length > 1 ? values : values[0]]);
  const given = typeof options === 'string' ? { url: options } : options;
  const task = send({ ...given, success: note('success'), fail: note('fail'), complete: note('complete') });
  task.onHeadersReceived(note('headers'));
  if (listen) task.onChunkReceived(note('chunk'));
  const settled = task.then(note('resolved'), note('rejected'));
  return {
    task,
    log,
    settled,
    get names() {
      return log.map(([name]) => name);
    },
    get: (name) => log.find((entry) => entry[0] === name)?.[1],
    all: (name) => log.filter((entry) => entry[0] === name).map((entry) => entry[1]),
  };
}

/** One turn of the event loop in which a batch of the host may be delivered. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Resolves with the first headers event of a task. */
export const headersOf = (task) => new Promise((resolve) => task.onHeadersReceived(resolve));

/** Resolves when the chunks of a task have brought this many bytes. */
export function chunksOf(task, wanted) {
  return new Promise((resolve) => {
    const chunks = [];
    let got = 0;
    task.onChunkReceived(({ data }) => {
      chunks.push(data);
      if ((got += data.byteLength) >= wanted) resolve(chunks);
    });
  });
}

/** Runs a module's text in a Node of its own, in which `reqtask`, `server`'s http URL and `host` are there. */
export async function inChild(program) {
  const source = `
    import { createRequest } from ${JSON.stringify(new URL('../../dist/esm/index.js', import.meta.url).href)};
    import host from ${JSON.stringify(new URL('../../../node/native.cjs', import.meta.url).href)};
    const base = ${JSON.stringify(server.http)};
    const { request, configure, close } = createRequest(host);
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (errors += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, errors };
}
