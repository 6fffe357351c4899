/**
 * What a host (Node-API, JSI) gives to this layer: the C API of reqtask.h, narrowed to what JavaScript needs.
 *
 * A host keeps no promises of its own about requests; it hands calls down and events up. Everything a user sees is made
 * here, so that it is the same on every host. All calls and all deliveries happen on the one thread of the JavaScript
 * engine; `deliver` is never called from inside another call of the host.
 */

/** `key, value, key, value, ...` with the keys of reqtask_option; see option-keys.ts. */
export type NativeOptions = readonly (number | string)[];

/** Bits of the `flags` of {@link NativeHost.start}. */
export const NativeFlag = {
  /** Send chunk events. Without it the whole body comes with the completion. */
  Chunks: 1,
  /** Send the timing with the completion. */
  Timing: 2,
} as const;

/** First member of a {@link NativeEvent}; the values of REQTASK_EVENT_*. */
export const NativeEventKind = { Headers: 1, Chunk: 2, Complete: 4 } as const;

/**
 * What happened to a task. Order for each task: headers (at most once), chunks, complete (always last, exactly once for each
 * task that `start` returned, unless its client is closed).
 */
export type NativeEvent =
  /**
   * `head`: "name\nvalue\nname\nvalue", names in lower case, one pair for each line received, bytes as Latin-1. `url`: after
   * redirects. `redirects`: how many were followed.
   */
  | [kind: 1, task: number, httpStatus: number, head: string, url: string, redirects: number]
  /** `data` is JavaScript's own and never empty. */
  | [kind: 2, task: number, data: ArrayBuffer]
  | [
      kind: 4,
      task: number,
      /** A reqtask_status: 0, or why it ended early (-100 and below). */
      status: number,
      /** A REQTASK_PHASE_*. */
      phase: number,
      /** errno or its like, 0 if none. */
      osError: number,
      /** One sentence; "" when status is 0. */
      message: string,
      /** What came back; null if no headers came. */
      answer: NativeAnswer | null,
    ];

/** The rest of what reqtask_response_read and reqtask_response_timing tell. */
export interface NativeAnswer {
  /** 10 or 11. */
  httpVersion: number;
  /** Redirects followed. */
  redirects: number;
  /** After redirects. */
  url: string;
  /** "93.184.215.14:443", "[::1]:80", or "". */
  peer: string;
  /** The whole decoded body; null with {@link NativeFlag.Chunks}, and when status is not 0. */
  body: ArrayBuffer | null;
  /** The numbers of reqtask_timing from connection_reused on, in their order; null without {@link NativeFlag.Timing}. */
  timing: readonly number[] | null;
}

/**
 * What `open` and `start` throw when the C API refuses: an Error with these. `step` names the call that refused, so that
 * the option or header at fault can be named: "client", "option", "request", "field", "body", "create" or "start".
 */
export interface NativeError extends Error {
  /** A reqtask_status from -1 to -9. */
  code: number;
  step: string;
}

/** A host. Numbers name clients and tasks; a number that is not known any more is harmless. */
export interface NativeHost {
  /** The version of the core, such as "0.1.0". */
  readonly version: string;
  /** "node", "harmony", "react-native": for messages only. */
  readonly platform: string;
  /**
   * Opens a client (reqtask_client_new with a wakeup). `deliver` gets the events of one turn of the event loop in their
   * order. It must not throw.
   */
  open(options: NativeOptions, deliver: (events: NativeEvent[]) => void): number;
  /** Closes a client: its tasks are aborted, nothing is delivered any more. */
  close(client: number): void;
  /**
   * Creates and starts a task, and returns its id. `fields`: name, value, name, value. `body`: null for none, "" for an
   * empty one; text is sent as UTF-8, bytes are copied. The host sets REQTASK_OPT_AUTO_RELEASE, and REQTASK_OPT_KEEP_BODY by
   * `flags`.
   */
  start(
    client: number,
    method: string,
    url: string,
    fields: readonly string[],
    body: ArrayBuffer | string | null,
    options: NativeOptions,
    flags: number,
  ): number;
  /** True if the task will now complete as aborted. Its undelivered events are dropped, its completion comes later. */
  abort(task: number): boolean;
  /** Holds events back, the completion included. Events already handed to `deliver` are not called back. */
  pause(task: number): void;
  resume(task: number): void;
}
