// What the tests share: the addon under test (REQTASK_NODE names another build of it), and a client that keeps its events.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const addon = process.env.REQTASK_NODE ?? fileURLToPath(new URL('../build/reqtask.node', import.meta.url));
export const native = createRequire(import.meta.url)(addon);
/** OpenHarmony's flavour over fake-ohos. */
export const fake = native.fake;

export const Flag = { Chunks: 1, Timing: 2 };
export const Kind = { Headers: 1, Chunk: 2, Complete: 4 };
export const Option = {
  WorkersMax: 1,
  QueueMax: 3,
  TimeoutMs: 10,
  ChunkMaxBytes: 23,
  AutoRelease: 40,
  Proxy: 1002,
  RootsPem: 1004,
};

/** An open client that keeps what is delivered, in order. */
export class Client {
  /** All events so far. */
  events = [];
  /** How many events each call of `deliver` had. */
  batches = [];
  #waiting = [];

  constructor(options = []) {
    this.id = native.open(options, (events) => {
      this.batches.push(events.length);
      this.events.push(...events);
      this.onDeliver?.(events);
      this.#waiting = this.#waiting.filter(([ready, resolve]) => !ready() || resolve());
    });
  }

  start(url, { method = 'GET', fields = [], body = null, options = [], flags = 0 } = {}) {
    return native.start(this.id, method, url, fields, body, options, flags);
  }

  of(task, kind) {
    return this.events.filter((event) => event[1] === task && (kind === undefined || event[0] === kind));
  }

  /** Waits until something is true of the events. */
  until(ready) {
    return new Promise((resolve) => (ready() ? resolve() : this.#waiting.push([ready, resolve])));
  }

  /** The events of a task once it has ended. */
  async end(task) {
    await this.until(() => this.of(task, Kind.Complete).length > 0);
    return this.of(task);
  }

  /** The completion by names. */
  async completion(task) {
    const [, , status, phase, osError, message, answer] = (await this.end(task)).at(-1);
    return { status, phase, osError, message, answer };
  }

  close() {
    native.close(this.id);
  }
}

/** The server's pattern: byte number i of `bytes N`. */
export function pattern(length) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = Math.imul(i, 2654435761) >>> 24;
  return Buffer.from(bytes.buffer);
}

export function joined(chunks) {
  return Buffer.concat(chunks.map(([, , data]) => Buffer.from(data)));
}
