/**
 * The body of an answer on its way: takes chunks from a task and gives them to who reads. While nobody reads, up to
 * {@link READ_AHEAD_BYTES} are kept here; then the task is paused, the core's window fills, and the server has to wait. So a small
 * body comes to its end, and gives its connection back, though nobody ever reads it.
 *
 * The task knows the transfer, and the transfer must not know the Response or its stream: where the engine has a
 * FinalizationRegistry, a body that was forgotten half-way is aborted when it is collected. A pending read keeps both alive, by its
 * promise. So those who read hold a {@link TransferSource}, and this one is watched.
 */
import type { RequestTask } from '../types.js';
import type { Source } from './source.js';

const READ_AHEAD_BYTES = 65536;

interface Waiting {
  resolve(bytes: Uint8Array | null): void;
  reject(error: unknown): void;
}

interface Failable {
  error(reason: unknown): void;
}
interface Weak<T> {
  deref(): T | undefined;
}
interface Registry {
  register(target: object, held: Transfer, token: object): void;
  unregister(token: object): void;
}
declare const WeakRef: (new <T extends object>(target: T) => Weak<T>) | undefined;
declare const FinalizationRegistry: (new (callback: (held: Transfer) => void) => Registry) | undefined;

const forgotten =
  typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((transfer) => transfer.cancel()) : null;

export class Transfer {
  private queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private paused = false;
  private waiting: Waiting | null = null;
  /** Nothing more comes from the task. */
  private over = false;
  private failure: { error: unknown } | null = null;
  /** No body may come. */
  private refusing = false;
  private settled = false;
  /** Told of an abort at once, also while nobody reads. */
  private readonly readers: Weak<Failable>[] = [];

  /** `onSettled` is called once: an abort would change nothing any more. */
  constructor(
    private readonly task: Pick<RequestTask, 'abort' | 'pause' | 'resume'>,
    private readonly onSettled: () => void,
  ) {}

  /** What a Response or a stream holds. */
  source(): Source {
    const source = new TransferSource(this);
    forgotten?.register(source, this, this);
    return source;
  }

  /** There is to be no body. */
  refuse(): void {
    this.refusing = true;
  }

  push(data: ArrayBuffer): void {
    if (this.over) return;
    if (this.refusing) return this.cancel();
    const bytes = new Uint8Array(data);
    const waiting = this.takeWaiting();
    if (waiting) {
      waiting.resolve(bytes);
      return;
    }
    this.queue.push(bytes);
    this.queuedBytes += bytes.length;
    if (this.queuedBytes >= READ_AHEAD_BYTES && !this.paused) {
      this.paused = true;
      this.task.pause();
    }
  }

  /** The task has succeeded. */
  end(): void {
    if (this.over) return;
    this.over = true;
    if (this.refusing) this.settle();
    const waiting = this.takeWaiting();
    if (!waiting) return;
    this.settle();
    waiting.resolve(null);
  }

  /** The task has failed; what came before is given first. */
  fail(error: unknown): void {
    if (this.over) return;
    this.over = true;
    this.failure = { error };
    if (this.refusing) this.settle();
    const waiting = this.takeWaiting();
    if (!waiting) return;
    this.settle();
    waiting.reject(error);
  }

  /** The app has aborted: what nobody has read is dropped, and the stream fails at once. */
  abort(reason: unknown): void {
    if (this.settled) return;
    this.over = true;
    this.failure = { error: reason };
    this.queue = [];
    this.settle();
    this.takeWaiting()?.reject(reason);
    for (const reader of this.readers) reader.deref()?.error(reason);
    this.task.abort();
  }

  /** Nobody wants the rest. */
  cancel(): void {
    if (this.settled) return;
    this.over = true;
    this.queue = [];
    this.settle();
    this.takeWaiting()?.resolve(null);
    // Does nothing to a task that has ended.
    this.task.abort();
  }

  next(): Promise<Uint8Array | null> {
    const bytes = this.queue.shift();
    if (bytes) {
      this.queuedBytes -= bytes.length;
      if (this.queue.length === 0 && this.paused) {
        this.paused = false;
        this.task.resume();
      }
      return Promise.resolve(bytes);
    }
    if (!this.over) return new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
    this.settle();
    return this.failure ? Promise.reject(this.failure.error) : Promise.resolve(null);
  }

  watch(reader: Failable): void {
    this.readers.push(typeof WeakRef === 'function' ? new WeakRef(reader) : { deref: () => reader });
  }

  private takeWaiting(): Waiting | null {
    const { waiting } = this;
    this.waiting = null;
    return waiting;
  }

  private settle(): void {
    if (this.settled) return;
    this.settled = true;
    forgotten?.unregister(this);
    this.onSettled();
  }
}

class TransferSource implements Source {
  constructor(private readonly transfer: Transfer) {}

  async next(): Promise<Uint8Array | null> {
    // Awaited here, so that a pending read holds this object.
    return await this.transfer.next();
  }

  cancel(): void {
    this.transfer.cancel();
  }

  onFailure(controller: Failable): void {
    this.transfer.watch(controller);
  }
}
