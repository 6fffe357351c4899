// A host in memory that says what a test tells it to, when the test tells it to: for the races inside one batch of events that
// no server can force. All other tests use the real addon.
import { createRequest } from '../../dist/esm/index.js';

export class ScriptedHost {
  version = '0.0.0';
  platform = 'scripted';
  /** [name, ...arguments] of each call. */
  calls = [];
  /** What abort answers. */
  aborts = true;
  /** Thrown by `open` or `start` if set. */
  openThrows = null;
  startThrows = null;
  #ids = 0;
  #delivers = new Map();

  open(options, deliver) {
    this.calls.push(['open', options]);
    if (this.openThrows) throw this.openThrows;
    const client = ++this.#ids;
    this.#delivers.set(client, deliver);
    return client;
  }

  close(client) {
    this.calls.push(['close', client]);
  }

  start(client, ...plan) {
    if (this.startThrows) throw this.startThrows;
    const task = ++this.#ids;
    this.calls.push(['start', task, client, ...plan]);
    return task;
  }

  abort(task) {
    this.calls.push(['abort', task]);
    return this.aborts;
  }

  pause(task) {
    this.calls.push(['pause', task]);
  }

  resume(task) {
    this.calls.push(['resume', task]);
  }

  names(...which) {
    return this.calls.map(([name]) => name).filter((name) => which.length === 0 || which.includes(name));
  }

  /** Delivers one batch, to the client that was opened last or to `client`. */
  batch(...events) {
    this.#delivers.get([...this.#delivers.keys()].at(-1))(events);
  }

  batchOf(client, ...events) {
    this.#delivers.get(client)(events);
  }
}

export const headers = (task, status = 200, head = '') => [1, task, status, head, 'http://a/', 0];
export const chunk = (task, text) => [2, task, new TextEncoder().encode(text).buffer];
export const complete = (task, status = 0, body = null) => [4, task, status, 7, 0, '', { ...ANSWER, body }];
const ANSWER = { httpVersion: 11, redirects: 0, url: 'http://a/', peer: '127.0.0.1:80', timing: null };

/** Lets all microtasks run. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A task that has just been asked for, on a host of its own; see {@link started}. */
export function asked(options = {}, { host = new ScriptedHost(), listen = true } = {}) {
  const requester = createRequest(host);
  const names = [];
  const task = requester.request({
    url: 'http://a/',
    enableChunked: true,
    success: () => names.push('success'),
    fail: (error) => names.push(error.errMsg),
    complete: () => names.push('complete'),
    ...options,
  });
  task.then(
    () => names.push('resolved'),
    () => names.push('rejected'),
  );
  task.onHeadersReceived(() => names.push('headers'));
  if (listen) task.onChunkReceived(({ data, text }) => names.push(text ?? new TextDecoder().decode(data)));
  return { ...requester, host, task, names };
}

/**
 * The same after its start, with the `id` that the host gave it. `names` is what it tells; of chunks, their text, unless
 * `listen` is false.
 */
export async function started(options, how) {
  const run = asked(options, how);
  await settle();
  const start = run.host.calls.find(([name]) => name === 'start');
  return { ...run, id: start?.[1] };
}

export const ABORTED = ['request:fail abort', 'complete', 'rejected'];
export const DONE = ['success', 'complete', 'resolved'];
