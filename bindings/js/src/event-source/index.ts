/**
 * createEventSource: the EventSource of the HTML standard (9.2) over RequestTask. This file joins the parts: the table of
 * lifecycle.ts decides, connection.ts asks and parses, listeners.ts tells. docs/event-source.md says what is as in the standard.
 */
import { after, soon } from '../engine.js';
import type { ServerSentEvent } from '../event-stream.js';
import type { Requester } from '../types.js';
import { requestUrl, schemeOf } from '../fetch/url.js';
import { Connection, type End, type Owner } from './connection.js';
import { readInit, type Settings } from './init.js';
import { type Effect, type Input, type State, step } from './lifecycle.js';
import { EventListeners } from './listeners.js';
import type { EventSource, EventSourceClass, EventSourceInit, ListenOptions } from './types.js';

export type * from './types.js';

const READY_STATE = { connecting: 0, waiting: 0, open: 1, closed: 2 } as const;
/** Each failure in a row doubles the wait, up to this or to the server's own time if that is longer. */
const BACKOFF_MAX_MS = 60000;

declare const DOMException: (new (message: string, name: string) => Error) | undefined;

export function createEventSource(requester: Pick<Requester, 'request'>): EventSourceClass {
  class Source {
    private readonly machine!: Machine;

    constructor(url: unknown, init: EventSourceInit = {}) {
      const settings = readInit(init ?? {});
      const machine = new Machine(requester, absolute(String(url)), settings, this as unknown as EventSource);
      // Not enumerable: it is nobody's business, and would be printed with each event.
      Object.defineProperty(this, 'machine', { value: machine });
    }

    get url(): string {
      return this.machine.url;
    }
    get withCredentials(): boolean {
      return this.machine.settings.withCredentials;
    }
    get readyState(): 0 | 1 | 2 {
      return READY_STATE[this.machine.state];
    }

    addEventListener(type: unknown, listener: unknown, options?: boolean | ListenOptions): void {
      this.machine.listeners.add(String(type), listener, options);
    }
    removeEventListener(type: unknown, listener: unknown): void {
      this.machine.listeners.remove(String(type), listener);
    }
    close(): void {
      this.machine.feed('close');
    }
  }
  for (const type of ['open', 'message', 'error']) {
    Object.defineProperty(Source.prototype, `on${type}`, {
      get(this: { machine: Machine }) {
        return this.machine.listeners.handler(type);
      },
      set(this: { machine: Machine }, handler: unknown) {
        this.machine.listeners.setHandler(type, handler);
      },
      enumerable: true,
      configurable: true,
    });
  }
  for (const [name, value] of [
    ['CONNECTING', 0],
    ['OPEN', 1],
    ['CLOSED', 2],
  ] as const) {
    Object.defineProperty(Source, name, { value, enumerable: true });
    Object.defineProperty(Source.prototype, name, { value, enumerable: true });
  }
  Object.defineProperty(Source, 'name', { value: 'EventSource', configurable: true });
  return Source as unknown as EventSourceClass;
}

/** A SyntaxError, as the standard wants it. */
function absolute(url: string): string {
  try {
    const href = requestUrl(url);
    const scheme = schemeOf(href);
    if (scheme === 'http' || scheme === 'https') return href;
    throw new TypeError(`the scheme "${scheme}" is not supported`);
  } catch (error) {
    const message = `EventSource: ${(error as Error).message}`;
    throw typeof DOMException === 'function' ? new DOMException(message, 'SyntaxError') : new SyntaxError(message);
  }
}

/** The inside of an EventSource. */
class Machine implements Owner {
  state: State = 'connecting';
  readonly listeners = new EventListeners();
  private connection: Connection | null = null;
  private stopWaiting: (() => void) | null = null;
  private origin = '';
  private lastEventId: string;
  private reconnectionTime: number;
  /** Connections in a row that brought no stream. */
  private failures = 0;
  private end: End = { message: '' };

  constructor(
    private readonly requester: Pick<Requester, 'request'>,
    readonly url: string,
    readonly settings: Settings,
    private readonly target: EventSource,
  ) {
    this.lastEventId = settings.lastEventId;
    this.reconnectionTime = settings.reconnectionTime;
    // Later, so that a close in the same tick sends nothing.
    soon(() => {
      if (this.state === 'connecting') this.connect();
    });
  }

  feed(input: Input): void {
    const taken = step(this.state, input);
    if (taken === null) return;
    this.state = taken.next;
    for (const effect of taken.effects) {
      this.run(effect);
      // A listener has closed it.
      if (this.state !== taken.next) return;
    }
    if (this.state === 'closed') this.listeners.clear();
  }

  onAnswer(url: string): void {
    this.failures = 0;
    this.origin = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
    this.feed('answered');
  }
  onMessage({ event, data, id }: ServerSentEvent): void {
    const { origin } = this;
    // A server may call its own events `error`; their listeners look for a message, too.
    this.tell(event, { ...(event === 'error' && { message: '' }), data, origin, lastEventId: id });
  }
  onRetry(milliseconds: number): void {
    this.reconnectionTime = milliseconds;
  }
  onLastEventId(id: string): void {
    this.lastEventId = id;
  }
  onLost(end: End): void {
    this.end = end;
    // The server's own end of a stream is no failure; only its time counts.
    if (this.state === 'connecting') this.failures++;
    this.feed('lost');
  }
  onRefused(end: End): void {
    this.end = end;
    this.feed('refused');
  }

  private run(effect: Effect): void {
    switch (effect) {
      case 'announce':
        return this.tell('open', {});
      case 'error':
        this.connection = null;
        return this.tell('error', this.end);
      case 'wait':
        this.stopWaiting = after(this.waitTime(), () => {
          this.stopWaiting = null;
          this.feed('time');
        });
        return;
      case 'connect':
        return this.connect();
      case 'stop':
        this.connection?.close();
        this.stopWaiting?.();
        this.connection = this.stopWaiting = null;
    }
  }

  private connect(): void {
    const { url, settings, lastEventId } = this;
    this.connection = new Connection(this.requester, { ...settings, url, lastEventId }, this);
  }

  private waitTime(): number {
    const { reconnectionTime, failures } = this;
    if (failures < 2) return reconnectionTime;
    const doubled = Math.max(reconnectionTime, 1) * 2 ** (failures - 1);
    return Math.max(reconnectionTime, Math.min(doubled, BACKOFF_MAX_MS));
  }

  private tell(type: string, members: object): void {
    const { target, state } = this;
    const event = { ...members, type, target, currentTarget: target };
    // An event of one state is not told any more once a listener has closed the source.
    this.listeners.tell(type, event, () => this.state === state);
  }
}
