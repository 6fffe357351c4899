/**
 * One request from its call to its end: takes the host's events and the app's calls, asks the table in lifecycle.ts what
 * follows, and tells listeners, callbacks, iterator and promise. It ends in exactly one of success and fail, then complete,
 * then the promise settles; what the app's functions throw changes nothing of that.
 *
 * A batch of the host may hold many events of one task, and any listener may abort, pause or remove: so each event asks
 * anew. What may not be told yet (a pause, chunks still to be replayed, a late headers listener) waits in `held`, in order,
 * the completion too; `drain` tells it later, in a microtask. After the end the task holds nothing but its failure.
 */
import { Chunks } from './chunks.js';
import type { Client, EventSink } from './clients.js';
import { type Answered, type Callbacks, knownOf, type Settle, successOf, tellFailure, tellSuccess } from './ending.js';
import { after, soon } from './engine.js';
import { ended, failure, refused, RequestError } from './errors.js';
import { parseHead } from './header.js';
import { ChunkIterator } from './iterate.js';
import { type Action, type Input, isOpen, type State, step } from './lifecycle.js';
import { type Entry, Listeners } from './listeners.js';
import { type NativeAnswer, type NativeEvent, NativeEventKind } from './native.js';
import { patienceMs } from './patience.js';
import type { Plan } from './plan.js';
import { callSafely } from './report.js';
import { type Followed, followSignal } from './signal.js';
import type { ChunkEvent, HeadersEvent, Listener } from './types.js';
import type { Warn } from './warn.js';

type CompleteEvent = Extract<NativeEvent, { 0: 4 }>;

/** Why the host is asked to hold events back. A pause by the app also holds those that have already come. */
const Brake = { App: 1, NobodyListens: 2, LoopIsBehind: 4 } as const;

const NO_CALLBACKS: Callbacks = { success: undefined, fail: undefined, complete: undefined };

export class Task implements EventSink, Answered {
  /** null if the options were refused. */
  plan: Plan | null = null;
  head: HeadersEvent | null = null;
  /** null without enableChunked. */
  chunks: Chunks | null = null;
  private state: State;
  /** The host's; 0 until it is started. */
  private id = 0;
  /** Why the options were refused; later, why it failed. */
  private error: RequestError | null = null;
  private followed: Followed | null = null;
  private iterator: ChunkIterator | null = null;
  private readonly onHeaders = new Listeners<HeadersEvent>();
  private readonly onChunk = new Listeners<ChunkEvent>();
  private brakes = 0;
  private held: NativeEvent[] = [];
  /** Headers listeners added after the headers: each is called once, before anything that is held. */
  private late: Entry<HeadersEvent>[] = [];
  private draining = false;
  /** Nothing more is told before the next microtask. */
  private waiting = false;
  /** Calls off the wait for a chunk listener, if it goes on. */
  private stopWaiting: (() => void) | null = null;
  private headersAt = 0;

  constructor(
    private readonly client: Client,
    planned: Plan | RequestError,
    private callbacks: Callbacks,
    private settle: Settle | null,
    readonly invokeStart: number,
    private readonly warn: Warn,
  ) {
    client.enter();
    this.state = 'planned';
    if (planned instanceof RequestError) this.refuse(planned);
    else this.accept(planned);
    soon(() => this.turn());
  }

  // ---- what the app calls

  abort(): void {
    if (this.advance('abort') !== 'abortHost') return;
    // A completion that is held here is one that the host will not send again.
    const completed = this.held.some((event) => event[0] === NativeEventKind.Complete);
    this.forgetEvents();
    if (completed || !this.client.host.abort(this.id)) soon(() => this.turn());
  }

  pause(): void {
    this.brake(Brake.App, true);
  }

  resume(): void {
    this.brake(Brake.App, false);
    const waits = (this.brakes & Brake.NobodyListens) !== 0 && isOpen(this.state);
    if (waits && this.stopWaiting === null) this.waitForListener();
    if (this.mustHold()) this.drainSoon();
  }

  addHeadersListener(run: Listener<HeadersEvent>): number {
    if (!isOpen(this.state)) return 0;
    const { entry, isNew } = this.onHeaders.add(run);
    if (isNew && this.state === 'headers') {
      this.late.push(entry);
      this.drainSoon();
    }
    return entry.id;
  }

  addChunkListener(run: Listener<ChunkEvent>): number {
    if (!isOpen(this.state)) return 0;
    const { entry } = this.onChunk.add(run);
    this.attachToChunks();
    return entry.id;
  }

  /** `which`: a function or an id; undefined for all. */
  removeHeadersListener(which: unknown): void {
    remove(this.onHeaders, which);
  }

  removeChunkListener(which: unknown): void {
    remove(this.onChunk, which);
  }

  /** Throws if there can be no iteration: see the messages. */
  iterate(): ChunkIterator {
    if (this.iterator) throw new Error('reqtask: the chunks of a request can be iterated only once');
    if (this.plan && !this.plan.chunked) throw new Error('reqtask: iterating a request needs enableChunked: true');
    if (this.state === 'ended' && !this.error) {
      throw new Error('reqtask: iteration began after the end of the request; its body came with success');
    }
    const iterator = new ChunkIterator({
      hold: (on) => this.brake(Brake.LoopIsBehind, on),
      abort: () => this.abort(),
    });
    this.iterator = iterator;
    if (this.state === 'ended') iterator.end(this.error);
    else this.attachToChunks();
    return iterator;
  }

  // ---- what the host calls

  receive(event: NativeEvent): void {
    if (this.mustHold() && isOpen(this.state)) this.held.push(event);
    else this.tell(event);
  }

  close(): void {
    if (this.state === 'ended') return;
    this.advance('close');
    this.release();
  }

  // ---- beginning

  private accept(plan: Plan): void {
    this.plan = plan;
    if (plan.chunked) this.chunks = new Chunks(plan);
    if (plan.signal === null) return;
    try {
      this.followed = followSignal(plan.signal, () => this.abort());
      if (this.followed.aborted) this.abort();
    } catch (error) {
      this.refuse(error as RequestError);
    }
  }

  private refuse(error: RequestError): void {
    this.state = 'refused';
    this.error = error;
  }

  private turn(): void {
    if (this.client.closed) return this.close();
    switch (this.advance('turn')) {
      case 'start':
        return this.start(this.plan as Plan);
      case 'fail':
        return this.fail(this.error as RequestError);
      case 'endAbort':
        return this.fail(failure('abort', '', knownOf(this, null)));
    }
  }

  private start(plan: Plan): void {
    try {
      this.id = this.client.start(plan, this);
    } catch (error) {
      this.advance('refuse');
      return this.fail(refused(error));
    }
    if (this.brakes !== 0) this.client.host.pause(this.id);
  }

  // ---- events

  private tell(event: NativeEvent): void {
    switch (event[0]) {
      case NativeEventKind.Headers:
        if (this.advance('headers') !== 'announce') return;
        this.head = parseHead(event[2], event[3], event[4], event[5] > 0);
        this.headersAt = Date.now();
        this.emit(this.onHeaders, this.head);
        return this.waitForReactions();
      case NativeEventKind.Chunk:
        if (this.advance('chunk') === 'hand') this.hand(event[2]);
        return;
      case NativeEventKind.Complete:
        return this.complete(event);
    }
  }

  private hand(data: ArrayBuffer): void {
    const { chunks } = this;
    if (chunks === null) return;
    if (chunks.attached) this.emitChunk(chunks.event(data));
    else if (chunks.keep(data) && this.stopWaiting === null) {
      this.brake(Brake.NobodyListens, true);
      this.waitForListener();
    }
  }

  private complete(event: CompleteEvent): void {
    const [, , status, phase, , message, answer] = event;
    if (status === 0 && isOpen(this.state)) {
      const last = this.chunks?.lastEvent();
      if (last) {
        this.emitChunk(last);
        // Its listeners may have paused.
        if (this.mustHold() && isOpen(this.state)) {
          this.held.unshift(event);
          return;
        }
      }
    }
    const action = this.advance('complete');
    if (action === 'endAbort') this.fail(ended(-100, phase, '', knownOf(this, answer)));
    else if (action === 'finish') {
      if (status !== 0) this.fail(ended(status, phase, message, knownOf(this, answer)));
      else this.succeed(answer);
    }
  }

  private emitChunk(event: ChunkEvent): void {
    const { iterator } = this;
    this.emit(this.onChunk, event);
    if (isOpen(this.state)) iterator?.push(event);
  }

  /** Calls the listeners there are now, until one of them ends the telling. */
  private emit<E>(listeners: Listeners<E>, event: E): void {
    for (const { run } of listeners.all) {
      if (!isOpen(this.state)) return;
      callSafely(run, event);
    }
  }

  /** The first listener gets what was kept, from the next microtask on. */
  private attachToChunks(): void {
    if (this.chunks === null || this.chunks.attached) return;
    const kept = this.chunks.attach();
    if (kept.length === 0) return;
    const events = kept.map((data): NativeEvent => [NativeEventKind.Chunk, this.id, data]);
    this.held = events.concat(this.held);
    this.stopWaiting?.();
    this.stopWaiting = null;
    this.brake(Brake.NobodyListens, false);
    this.drainSoon();
  }

  private waitForListener(): void {
    this.stopWaiting = after(patienceMs(this.plan as Plan, this.headersAt), () => this.giveUp());
  }

  private giveUp(): void {
    this.stopWaiting = null;
    // While the app pauses nothing is told; `resume` begins the wait anew.
    if ((this.brakes & Brake.App) !== 0) return;
    if (this.advance('overdue') !== 'timeOut') return;
    this.warn(
      'nobody listens',
      'a request with enableChunked was given up: its chunks waited too long for a listener (see chunkBufferBytes)',
    );
    this.client.host.abort(this.id);
    this.fail(failure('timeout', '', { ...knownOf(this, null), phase: 'body' }));
  }

  // ---- holding back

  private mustHold(): boolean {
    return this.waiting || (this.brakes & Brake.App) !== 0 || this.held.length > 0 || this.late.length > 0;
  }

  /**
   * A small answer comes in one batch. Code that awaits the headers runs before the rest of it is told: it may listen to chunks,
   * iterate or abort, as it could with an answer that takes its time.
   */
  private waitForReactions(): void {
    if (this.onHeaders.all.length === 0 || !isOpen(this.state)) return;
    this.waiting = true;
    this.drainSoon();
  }

  private drainSoon(): void {
    if (this.draining) return;
    this.draining = true;
    soon(() => this.drain());
  }

  private drain(): void {
    this.draining = false;
    this.waiting = false;
    while (!this.waiting && isOpen(this.state) && (this.brakes & Brake.App) === 0) {
      const entry = this.late.shift();
      if (entry) {
        if (this.onHeaders.has(entry)) callSafely(entry.run, this.head as HeadersEvent);
        continue;
      }
      const event = this.held.shift();
      if (!event) return;
      this.tell(event);
    }
  }

  private brake(brake: number, on: boolean): void {
    const before = this.brakes;
    this.brakes = on ? before | brake : before & ~brake;
    if ((before === 0) === (this.brakes === 0) || this.id === 0 || !isOpen(this.state)) return;
    if (on) this.client.host.pause(this.id);
    else this.client.host.resume(this.id);
  }

  private forgetEvents(): void {
    this.held = [];
    this.late = [];
    this.chunks?.drop();
    this.iterator?.drop();
    this.stopWaiting?.();
    this.stopWaiting = null;
  }

  // ---- the end

  private succeed(answer: NativeAnswer | null): void {
    const result = successOf(this, answer);
    if (result instanceof RequestError) return this.fail(result);
    const { callbacks, settle } = this;
    const iterator = this.release();
    tellSuccess(callbacks, settle, result);
    iterator?.end(null);
  }

  private fail(error: RequestError): void {
    const { callbacks, settle } = this;
    this.error = error;
    const iterator = this.release();
    tellFailure(callbacks, settle, error);
    iterator?.end(error);
  }

  /** Lets go of everything, at the end. The iterator has still to be told. */
  private release(): ChunkIterator | null {
    const { iterator } = this;
    this.followed?.leave();
    this.onHeaders.clear();
    this.onChunk.clear();
    this.held = [];
    this.late = [];
    this.stopWaiting?.();
    this.stopWaiting = null;
    this.followed = null;
    this.chunks = null;
    this.iterator = null;
    this.head = null;
    this.plan = null;
    this.callbacks = NO_CALLBACKS;
    this.settle = null;
    this.client.leave(this.id);
    return iterator;
  }

  private advance(input: Input): Action {
    const { next, action } = step(this.state, input);
    this.state = next;
    return action;
  }
}

function remove<E>(listeners: Listeners<E>, which: unknown): void {
  if (which === undefined) listeners.clear();
  else listeners.remove(which);
}
