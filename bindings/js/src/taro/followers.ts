/**
 * The listeners of one kind that an app gave to a task under interceptors: kept in order, each once, and attached to every
 * request made beneath the task. The requests call them and keep the rules about calling (C, D, E of the contract); here is
 * only who listens.
 */
import type { Listener, RequestTask } from '../types.js';
import { createWarn, warnOfListener, warnsByDefault } from '../warn.js';

interface Follower<E> {
  readonly id: number;
  readonly listener: Listener<E>;
  /** What the requests get: apart from what interceptors attach themselves, and silent after the end of the task. */
  readonly forward: Listener<E>;
}

/** `on${name}` and `off${name}` are the methods of a request. */
type EventName = 'HeadersReceived' | 'ChunkReceived';

export class Followers<E> {
  private followers: Follower<E>[] = [];
  private lastId = 0;

  constructor(
    private readonly name: EventName,
    private readonly requests: ReadonlySet<RequestTask>,
    private readonly ended: () => boolean,
  ) {}

  /** Returns a number for `remove`; 0 if nothing was added. */
  readonly add = (listener: Listener<E>): number => {
    if (typeof listener !== 'function') {
      warnOfListener(createWarn(warnsByDefault()), `on${this.name}`, listener);
      return 0;
    }
    if (this.ended()) return 0;
    const known = this.followers.find((follower) => follower.listener === listener);
    if (known) return known.id;
    const forward = (event: E) => {
      if (!this.ended()) listener(event);
    };
    const follower = { id: ++this.lastId, listener, forward };
    this.followers.push(follower);
    for (const request of this.requests) this.on(request, follower);
    return follower.id;
  };

  /** By function or number; without an argument all. */
  readonly remove = (which?: Listener<E> | number): void => {
    const gone = this.followers.filter(({ id, listener }) => which === undefined || which === id || which === listener);
    this.followers = this.followers.filter((follower) => !gone.includes(follower));
    for (const request of this.requests)
      for (const { forward } of gone) request[`off${this.name}`](forward as Listener<any>);
  };

  /** To a request that was just made. */
  attach(request: RequestTask): void {
    for (const follower of this.followers) this.on(request, follower);
  }

  /** At the end of the task: it may be kept for long. */
  drop(): void {
    this.followers = [];
  }

  private on(request: RequestTask, { forward }: Follower<E>): void {
    request[`on${this.name}`](forward as Listener<any>);
  }
}
