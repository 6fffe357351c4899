/**
 * The task that stands for an interceptor and everything beneath it. Its promise settles as the interceptor's does; its other
 * methods reach the requests made beneath it, however many and whenever: listeners are kept and attached to each, pause and
 * abort are remembered. So it does not matter what an interceptor returns.
 *
 * An abort ends the task as `request:fail abort`. While a request is under way its failure goes through the interceptors,
 * which may replace it; they cannot turn it into success or hold it back. With none under way the task ends at once, and a
 * request that is then still made is not sent.
 */
import { after, asyncIteratorKey, soon } from '../engine.js';
import { failure } from '../errors.js';
import { ChunkIterator } from '../iterate.js';
import { callSafely } from '../report.js';
import { neverUnhandled, withTaskMethods } from '../thenable.js';
import type { ChunkEvent, HeadersEvent, RequestTask, SuccessResult } from '../types.js';
import type { End } from './callbacks.js';
import { Followers } from './followers.js';

export class Relay {
  readonly task: RequestTask;
  /** The requests that have not ended. */
  private readonly requests = new Set<RequestTask>();
  private readonly headers: Followers<HeadersEvent>;
  private readonly chunks: Followers<ChunkEvent>;
  /** The loop over the task. */
  private iterator: ChunkIterator | null = null;
  private iterated = false;
  /** Who wants the requests to wait: the app, and a loop that is behind. */
  private readonly holders = new Set<'app' | 'loop'>();
  /** Whether the newest request sends chunks; null before the first. */
  private chunked: boolean | null = null;
  private aborted = false;
  private ended = false;
  private succeeded = false;
  /** An end that came while paused. */
  private held: End | null = null;
  private resolve!: (value: any) => void;
  private reject!: (reason: unknown) => void;

  /** `atEnd` runs before the promise settles. */
  constructor(
    private readonly above: Relay | null,
    private atEnd: ((end: End) => void) | null,
  ) {
    const hasEnded = () => this.ended;
    this.headers = new Followers('HeadersReceived', this.requests, hasEnded);
    this.chunks = new Followers('ChunkReceived', this.requests, hasEnded);
    const promise = new Promise<SuccessResult>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.task = withTaskMethods(neverUnhandled(promise), {
      abort: (callback) => {
        if (typeof callback === 'function') callSafely(callback, undefined);
        this.abort();
        return this.task;
      },
      onHeadersReceived: this.headers.add,
      offHeadersReceived: this.headers.remove,
      onChunkReceived: this.chunks.add,
      offChunkReceived: this.chunks.remove,
      pause: () => this.hold('app', true),
      resume: () => this.hold('app', false),
      [asyncIteratorKey]: () => this.iterate(),
    });
  }

  /** Runs the interceptor; the task ends as what it returns does. */
  follow(interceptor: () => unknown): void {
    new Promise((resolve) => resolve(interceptor())).then(
      (value) => this.settle(this.aborted ? abortedEnd() : { ok: true, value }),
      (value) => this.settle({ ok: false, value }),
    );
  }

  /** A request was made beneath this relay: what was asked of the task holds for it. */
  adopt(request: RequestTask, chunked: boolean): void {
    this.above?.adopt(request, chunked);
    this.requests.add(request);
    this.chunked = chunked;
    this.headers.attach(request);
    this.chunks.attach(request);
    const gone = () => this.requests.delete(request);
    request.then(gone, gone);
    if (!chunked) this.iterator?.end(notChunked());
    if (this.holders.size) request.pause();
    // In the tick in which it was made: nothing is sent (B-2).
    if (this.aborted) request.abort();
  }

  private abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.iterator?.drop();
    if (!this.requests.size) soon(() => this.settle(abortedEnd()));
    for (const request of this.requests) {
      request.abort();
      // Interceptors hear of it first. One that takes longer than until the next turn of the event loop is not waited for.
      const force = (value: unknown) => after(0, () => this.settle({ ok: false, value, forced: true }));
      request.then(() => force(failure('abort')), force);
    }
  }

  private hold(who: 'app' | 'loop', on: boolean): RequestTask {
    const before = this.holders.size > 0;
    if (on) this.holders.add(who);
    else this.holders.delete(who);
    const now = this.holders.size > 0;
    if (now !== before) for (const request of this.requests) now ? request.pause() : request.resume();
    const { held } = this;
    if (held && !now) soon(() => this.settle(held));
    return this.task;
  }

  private iterate(): AsyncIterator<ChunkEvent> {
    if (this.iterated) throw new Error('reqtask: the chunks of a request can be iterated only once');
    if (this.chunked === false) throw notChunked();
    if (this.succeeded) {
      throw new Error('reqtask: iteration began after the end of the request; its body came with success');
    }
    const iterator = new ChunkIterator({
      hold: (on) => this.hold('loop', on),
      abort: () => this.abort(),
    });
    this.iterated = true;
    this.iterator = iterator;
    this.chunks.add((event) => iterator.push(event));
    this.task.then(
      () => iterator.end(null),
      (error) => iterator.end(error),
    );
    return iterator;
  }

  private settle(end: End): void {
    if (this.ended) return;
    if (this.holders.size && !this.aborted) {
      this.held ??= end;
      return;
    }
    this.ended = true;
    this.succeeded = end.ok;
    this.iterator = null;
    this.held = null;
    this.headers.drop();
    this.chunks.drop();
    const { atEnd } = this;
    // It holds the params, and the app may keep the task for long.
    this.atEnd = null;
    atEnd?.(end);
    if (end.ok) this.resolve(end.value);
    else this.reject(end.value);
  }
}

function abortedEnd(): End {
  return { ok: false, value: failure('abort'), forced: true };
}

function notChunked(): Error {
  return new Error('reqtask: iterating a request needs the option enableChunked: true');
}
