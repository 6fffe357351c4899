/**
 * The async iterable behind `events`, `lines` and `ndjson`: chunks in, parsed items out. Hand-written, because not every
 * engine has async generators. It promises: items in order, each once; items that were parsed before an error come before it;
 * leaving early, or an error of the parser, calls the source's `return` (which aborts a request); the source is read only
 * when an item is wanted, so a slow loop slows the server.
 */
import { asyncIteratorKey } from './engine.js';

/** What items are made from: a RequestTask, or anything else that iterates over `{ data }`. */
export interface ChunkSource {
  [Symbol.asyncIterator](): AsyncIterator<{ readonly data: ArrayBuffer | ArrayBufferView }>;
}

/** Makes items of bytes. Both methods add to `out`, and keep there what they added before they throw. */
export interface ChunkParser<T> {
  push(data: ArrayBuffer | ArrayBufferView, out: T[]): void;
  end(out: T[]): void;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** The limit that keeps a server from filling the memory with one item; throws a TypeError. */
export function maxBytesOf(options: { maxBytes?: number }): number {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  if (typeof maxBytes !== 'number' || !(maxBytes > 0)) throw new TypeError('maxBytes must be a number above 0');
  return maxBytes;
}

/** Each iteration makes its own parser and iterates over the source anew. `who` is the caller's name, for a TypeError. */
export function parsed<T>(source: ChunkSource, who: string, makeParser: () => ChunkParser<T>): AsyncIterable<T> {
  if (typeof (source as Partial<ChunkSource> | null | undefined)?.[asyncIteratorKey] !== 'function') {
    throw new TypeError(`${who}() takes a RequestTask, or an async iterable of { data: ArrayBuffer }`);
  }
  makeParser(); // Wrong options are told here, not in the loop.
  return { [asyncIteratorKey]: () => new ParsedIterator(source[asyncIteratorKey](), makeParser()) } as AsyncIterable<T>;
}

type Step = IteratorResult<{ readonly data: ArrayBuffer | ArrayBufferView }>;

class ParsedIterator<T> implements AsyncIterableIterator<T> {
  private items: T[] = [];
  /** The next of `items` to be given out. */
  private at = 0;
  /** Nothing more is asked of the source. */
  private over = false;
  /** Given out after the items. */
  private failed: { error: unknown } | null = null;
  /** Calls of `next` are served one after the other. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: AsyncIterator<{ readonly data: ArrayBuffer | ArrayBufferView }>,
    private readonly parser: ChunkParser<T>,
  ) {}

  next(): Promise<IteratorResult<T>> {
    const step = (): Promise<IteratorResult<T>> => this.step();
    const result = this.tail.then(step, step);
    this.tail = result;
    return result;
  }

  /** Ends at once, also while a `next` waits; that one then tells the end. */
  return(value?: unknown): Promise<IteratorResult<T>> {
    this.items = [];
    this.at = 0;
    this.failed = null;
    return this.leave().then(() => ({ done: true, value }));
  }

  [asyncIteratorKey](): this {
    return this;
  }

  private step(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => this.serve(resolve, reject));
  }

  /**
   * Settles with an item, the failure or the end; asks the source as often as that takes. A loop of callbacks, not of promises
   * that wait for one another: a stream may bring any number of chunks before an item is complete.
   */
  private serve(resolve: (result: IteratorResult<T>) => void, reject: (error: unknown) => void): void {
    if (this.at < this.items.length) {
      const value = this.items[this.at++] as T;
      if (this.at === this.items.length) {
        this.items = [];
        this.at = 0;
      }
      resolve({ done: false, value });
    } else if (this.failed !== null) {
      const { error } = this.failed;
      this.failed = null;
      reject(error);
    } else if (this.over) {
      resolve({ done: true, value: undefined });
    } else {
      const again = (): void => this.serve(resolve, reject);
      this.ask().then(again, again);
    }
  }

  /** One more chunk, or the end, from the source. What goes wrong is noted in `failed`. */
  private ask(): Promise<unknown> {
    // A source that throws, or that gives no promise, fails like one that rejects.
    return new Promise<Step>((resolve) => resolve(this.source.next())).then(
      (result) => this.take(result),
      (error: unknown) => {
        // What a broken source gave completely has been given out; its unfinished rest is nothing one could trust.
        if (!this.over) this.failed = { error };
        this.over = true;
      },
    );
  }

  private take(result: Step): Promise<unknown> | void {
    // Left while the source was asked.
    if (this.over) return;
    try {
      if (result.done === true) {
        this.over = true;
        this.parser.end(this.items);
      } else {
        this.parser.push(result.value.data, this.items);
      }
    } catch (error) {
      this.failed = { error };
      return this.leave();
    }
  }

  private leave(): Promise<unknown> {
    if (this.over) return Promise.resolve();
    this.over = true;
    return Promise.resolve(this.source.return?.());
  }
}
