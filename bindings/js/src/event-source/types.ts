/** The public types of the EventSource. What the HTML standard has keeps its names; the comments say what is ours. */

import type { HeadersInit } from '../fetch/types.js';

/** What an EventSource is made with besides its URL. */
export interface EventSourceInit {
  /** Accepted, and readable as the property of that name; cookies are a matter of `configure`. */
  withCredentials?: boolean;
  /** Ours: fields of the request, for credentials and the like. */
  headers?: HeadersInit;
  /** Ours: default GET. */
  method?: string;
  /** Ours: text or bytes to send, as many LLM servers want it; sent again with each reconnection. */
  body?: string | ArrayBuffer | ArrayBufferView;
  /** Ours: `last-event-id` of the first request, for a stream that goes on where another run of the app left it. Default none. */
  lastEventId?: string;
  /** Ours: milliseconds to wait before asking again, until the server says otherwise. Default 3000. */
  reconnectionTime?: number;
  /** Ours: a stream that is silent for so many milliseconds counts as lost. Default: no limit, as in browsers. */
  idleTimeout?: number;
  /** Ours: the largest event, in bytes. A larger one closes the source. Default 16 MiB. */
  maxEventBytes?: number;
}

/** The events of an EventSource: plain objects with the members of DOM events that mean something here. */
export interface SourceEvent {
  readonly type: string;
  readonly target: EventSource;
  readonly currentTarget: EventSource;
}

/** `message`, and the types that the server names. */
export interface SourceMessageEvent extends SourceEvent {
  readonly data: string;
  /** Of the URL that answered, after redirects: "https://example.org". */
  readonly origin: string;
  readonly lastEventId: string;
}

/** Ours are all members of it: why the connection was lost, or never was. */
export interface SourceErrorEvent extends SourceEvent {
  /** "" if the server has ended the stream in good order, and of an event that the server itself calls `error`. */
  readonly message: string;
  /** The status of an answer that was no event stream. */
  readonly statusCode?: number;
  /** What the request failed with. */
  readonly error?: Error;
  /** Only of an event that the server itself calls `error`, as LLM servers do: nothing has happened to the connection. */
  readonly data?: string;
}

export interface EventSourceEvents {
  open: SourceEvent;
  message: SourceMessageEvent;
  error: SourceErrorEvent;
}

type Named<K extends string> = K extends keyof EventSourceEvents ? EventSourceEvents[K] : SourceMessageEvent;

export type EventSourceListener<K extends string> =
  ((event: Named<K>) => void) | { handleEvent(event: Named<K>): void };

export interface ListenOptions {
  once?: boolean;
  signal?: {
    readonly aborted: boolean;
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  };
}

export interface EventSource {
  readonly url: string;
  readonly withCredentials: boolean;
  /** 0 CONNECTING (also while it waits to ask again), 1 OPEN, 2 CLOSED. */
  readonly readyState: 0 | 1 | 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  onopen: ((event: SourceEvent) => void) | null;
  onmessage: ((event: SourceMessageEvent) => void) | null;
  onerror: ((event: SourceErrorEvent) => void) | null;
  addEventListener<K extends string>(
    type: K,
    listener: EventSourceListener<K> | null,
    options?: boolean | ListenOptions,
  ): void;
  removeEventListener<K extends string>(type: K, listener: EventSourceListener<K> | null, options?: unknown): void;
  /** Ends it for good: no event comes after this call. */
  close(): void;
}

export interface EventSourceClass {
  /** Throws a SyntaxError for what is no absolute http or https URL, a TypeError for wrong options. */
  new (url: string | { toString(): string }, init?: EventSourceInit): EventSource;
  readonly prototype: EventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
}
