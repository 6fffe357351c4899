/**
 * Server-sent events for listeners, where an app has no `for await` (ArkTS) or wants none: what {@link events} is for loops. It
 * reads a task's chunks from its first listener on, so that one must be added in the tick of the request or before any
 * other chunk listener. Keeps the rules of the task's own events: order D-1 to D-3, a throw stops nobody (D-5), nothing after
 * abort (B-4), pause holds back (E-17), although one chunk may hold many messages.
 */
import { soon } from './engine.js';
import { EventStreamParser, type EventStreamOptions, type ServerSentEvent } from './event-stream.js';
import { Listeners } from './listeners.js';
import { callSafely, reportLater } from './report.js';
import type { ChunkEvent, Listener } from './types.js';

/** What this needs of a task. */
export interface MessageSource {
  /** Returns 0 if the task has ended. */
  onChunkReceived(listener: Listener<ChunkEvent>): number;
  abort(): unknown;
}

export class MessageListeners {
  private readonly listeners = new Listeners<ServerSentEvent>();
  private readonly parser: EventStreamParser;
  /** Parsed and not yet delivered: not empty only while paused, or while a listener runs. */
  private waiting: ServerSentEvent[] = [];
  private reading = false;
  private paused = false;
  private stopped = false;
  private delivering = false;

  constructor(
    private readonly task: MessageSource,
    options: EventStreamOptions = {},
  ) {
    this.parser = new EventStreamParser(options);
  }

  /** Returns a number that {@link off} accepts too. */
  on(listener: Listener<ServerSentEvent>): number {
    const { entry } = this.listeners.add(listener);
    if (!this.reading) {
      this.reading = true;
      this.task.onChunkReceived(this.read);
    }
    return entry.id;
  }

  /** Without an argument: removes all. The stream is read on, so that listeners added later see whole messages. */
  off(listener?: Listener<ServerSentEvent> | number): void {
    if (listener === undefined) this.listeners.clear();
    else this.listeners.remove(listener);
  }

  /** To be called with the task's pause, resume and abort. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (this.waiting.length > 0) soon(() => this.deliver());
  }

  stop(): void {
    this.stopped = true;
    this.waiting = [];
  }

  private readonly read: Listener<ChunkEvent> = ({ data }) => this.take(data);

  /**
   * The task may have been ended by its signal or its client, too. One that has takes no listener; one that goes on has this
   * one already.
   */
  private lives(): boolean {
    if (!this.stopped && this.task.onChunkReceived(this.read) === 0) this.stop();
    return !this.stopped;
  }

  private take(data: ArrayBuffer): void {
    if (this.stopped) return;
    try {
      this.parser.push(data, this.waiting);
    } catch (error) {
      // A message beyond the limit. What follows could not be told apart.
      this.stop();
      reportLater(error);
      this.task.abort();
    }
    this.deliver();
  }

  private deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    while (!this.paused && this.lives()) {
      const message = this.waiting.shift();
      if (message === undefined) break;
      for (const { run } of this.listeners.all) {
        callSafely(run, message);
        if (!this.lives()) break;
      }
    }
    this.delivering = false;
  }
}
