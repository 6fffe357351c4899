/**
 * Server-sent events (E-14) as the HTML standard says, 9.2.6 "Interpreting an event stream": UTF-8 with one BOM dropped, lines
 * that end with LF, CR or CRLF, comments, multi-line data, `event`, `id` (not with a NUL in it) and `retry` (digits only). The
 * bytes may be split anywhere. An event without data is not given out, nor is an unfinished one at the end. There is no
 * reconnecting here: a task is one request.
 */
import { maxBytesOf, parsed, type ChunkParser, type ChunkSource } from './parsed.js';
import { Utf8Decoder, utf8Length } from './utf8.js';

export interface ServerSentEvent {
  /** The type: 'message' unless the server says otherwise. */
  event: string;
  /** The data lines, joined by LF. */
  data: string;
  /** The last id that the server gave, in this event or before; "" if none. For `last-event-id` when asking again. */
  id: string;
  /** Milliseconds to wait before asking again, if the server told them since the event before. */
  retry?: number;
}

export interface EventStreamOptions {
  /** Largest event, unfinished lines included, in bytes of UTF-8. A larger one is a RangeError. Default 16 MiB; may be Infinity. */
  maxBytes?: number;
  /** The id of events before these bytes, when a stream goes on in another answer. Default "". */
  lastEventId?: string;
}

/**
 * `for await (const { event, data } of events(task))`. Needs a task with `enableChunked: true`. Leaving the loop aborts the
 * request; a failure of the request is thrown in the loop.
 */
export function events(task: ChunkSource, options: EventStreamOptions = {}): AsyncIterable<ServerSentEvent> {
  return parsed(task, 'events', () => new EventStreamParser(options));
}

/** The parser alone, for other sources and for listeners. */
export class EventStreamParser implements ChunkParser<ServerSentEvent> {
  /** The id that the latest finished block left: "" if none. */
  lastEventId: string;
  /** What the server last said in a `retry` field, finished block or not: milliseconds to wait before asking again. */
  reconnectionTime: number | undefined;

  private readonly maxBytes: number;
  private readonly decoder = new Utf8Decoder();
  /** The line so far. Only new text is searched for line ends, so a long line costs no more than its length. */
  private line = '';
  /** The text before ended with CR: a LF at the start of the next belongs to it. */
  private afterCr = false;
  /** Bytes of the unfinished block: of `line`, and of the field lines before it. */
  private lineBytes = 0;
  private blockBytes = 0;

  private eventType = '';
  private data = '';
  private hasData = false;
  private idBuffer: string;
  private retry: number | undefined;

  constructor(options: EventStreamOptions = {}) {
    this.maxBytes = maxBytesOf(options);
    this.lastEventId = this.idBuffer = options.lastEventId ?? '';
  }

  /** Adds the events that these bytes complete to `out`, and returns it. */
  push(data: ArrayBuffer | ArrayBufferView, out: ServerSentEvent[] = []): ServerSentEvent[] {
    const text = this.decoder.push(data);
    const length = text.length;
    let from = 0;
    if (length > 0 && this.afterCr) {
      if (text.charCodeAt(0) === 10) from = 1;
      this.afterCr = false;
    }
    let lf = text.indexOf('\n', from);
    let cr = text.indexOf('\r', from);
    while (lf >= 0 || cr >= 0) {
      const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
      const piece = text.slice(from, end);
      this.grow(piece);
      const line = this.line === '' ? piece : this.line + piece;
      this.line = '';
      from = end + 1;
      if (end === cr) {
        if (from === length) this.afterCr = true;
        else if (lf === from) from++;
        cr = text.indexOf('\r', from);
      }
      if (lf >= 0 && lf < from) lf = text.indexOf('\n', from);
      this.takeLine(line, out);
    }
    const rest = text.slice(from);
    this.grow(rest);
    this.line += rest;
    return out;
  }

  /** The end of the stream: what is unfinished is discarded, as the standard says. */
  end(_out: ServerSentEvent[] = []): void {
    this.decoder.end();
    this.line = '';
    this.lineBytes = 0;
    this.afterCr = false;
    this.startBlock();
  }

  private grow(piece: string): void {
    this.lineBytes += utf8Length(piece);
    if (this.blockBytes + this.lineBytes > this.maxBytes) {
      throw new RangeError(`a server-sent event has more than ${this.maxBytes} bytes (the option maxBytes)`);
    }
  }

  private takeLine(line: string, out: ServerSentEvent[]): void {
    const bytes = this.lineBytes;
    this.lineBytes = 0;
    if (line === '') {
      this.dispatch(out);
      return;
    }
    const colon = line.indexOf(':');
    // Comments are thrown away, so a stream may have any number of them without an event.
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
    switch (field) {
      case 'data':
        this.data = this.hasData ? `${this.data}\n${value}` : value;
        this.hasData = true;
        this.blockBytes += bytes;
        break;
      case 'event':
        this.eventType = value;
        break;
      case 'id':
        if (value.indexOf('\0') < 0) this.idBuffer = value;
        break;
      case 'retry':
        if (/^[0-9]+$/.test(value)) this.reconnectionTime = this.retry = Number(value);
        break;
    }
  }

  private dispatch(out: ServerSentEvent[]): void {
    this.lastEventId = this.idBuffer;
    if (this.hasData) {
      const event: ServerSentEvent = { event: this.eventType || 'message', data: this.data, id: this.lastEventId };
      if (this.retry !== undefined) event.retry = this.retry;
      this.retry = undefined;
      out.push(event);
    }
    this.startBlock();
  }

  private startBlock(): void {
    this.eventType = '';
    this.data = '';
    this.hasData = false;
    this.blockBytes = 0;
  }
}
