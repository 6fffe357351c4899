/**
 * The iterator of `for await (const chunk of task)`. It takes chunks as the task tells them, lets the task wait while the loop
 * is more than {@link QUEUE_BYTES} behind, ends with the task, and throws its failure once, after the chunks that came before
 * it. Leaving the loop early aborts the task; an abort drops what the loop has not taken. Written by hand because not all
 * engines have async generators. Knows nothing of hosts.
 */
import { asyncIteratorKey } from './engine.js';
import type { ChunkEvent } from './types.js';

const QUEUE_BYTES = 65536;

/** What the iterator asks of its task. */
export interface ChunkSource {
  /** true: no more chunks for now. */
  hold(on: boolean): void;
  abort(): void;
}

interface Waiting {
  resolve(result: IteratorResult<ChunkEvent>): void;
  reject(error: unknown): void;
}

export class ChunkIterator implements AsyncIterator<ChunkEvent> {
  private queue: ChunkEvent[] = [];
  private queuedBytes = 0;
  private holding = false;
  /** Calls of next() that found nothing; then the queue is empty. */
  private waiting: Waiting[] = [];
  private ended = false;
  /** To be thrown once. */
  private error: unknown = null;

  constructor(private readonly source: ChunkSource) {
    // A key known only at run time has no place in the class body, see asyncIteratorKey.
    (this as { [asyncIteratorKey]?: () => unknown })[asyncIteratorKey] = () => this;
  }

  push(event: ChunkEvent): void {
    if (this.ended) return;
    const waiting = this.waiting.shift();
    if (waiting) {
      waiting.resolve({ value: event, done: false });
      return;
    }
    this.queue.push(event);
    this.queuedBytes += event.data.byteLength;
    if (this.queuedBytes > QUEUE_BYTES) this.hold(true);
  }

  /** The task has ended; `error` is null if it succeeded. */
  end(error: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    const waiting = this.waiting;
    this.waiting = [];
    for (const { resolve, reject } of waiting) {
      const thrown = this.takeError();
      if (thrown === null) resolve({ value: undefined, done: true });
      else reject(thrown);
    }
  }

  /** The task is being aborted. */
  drop(): void {
    this.queue = [];
    this.queuedBytes = 0;
  }

  next(): Promise<IteratorResult<ChunkEvent>> {
    const event = this.queue.shift();
    if (event) {
      this.queuedBytes -= event.data.byteLength;
      if (this.queue.length === 0) this.hold(false);
      return Promise.resolve({ value: event, done: false });
    }
    if (!this.ended) return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    const error = this.takeError();
    return error === null ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  /** The loop was left early. */
  return(): Promise<IteratorResult<ChunkEvent>> {
    this.drop();
    this.end(null);
    this.error = null;
    this.source.abort();
    return Promise.resolve({ value: undefined, done: true });
  }

  private takeError(): unknown {
    const error = this.error;
    this.error = null;
    return error;
  }

  private hold(on: boolean): void {
    if (this.holding === on) return;
    this.holding = on;
    this.source.hold(on);
  }
}
