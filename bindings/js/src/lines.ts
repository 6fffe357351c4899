/**
 * Text lines and newline-delimited JSON from chunks that are split anywhere. A line ends with LF or CRLF; the last one needs
 * no end. Bytes are decoded as E-13 says.
 */
import { messageOf } from './errors.js';
import { maxBytesOf, parsed, type ChunkParser, type ChunkSource } from './parsed.js';
import { Utf8Decoder, utf8Length } from './utf8.js';

export interface LinesOptions {
  /** Largest line in bytes of UTF-8; a larger one is a RangeError. Default 16 MiB; may be Infinity. */
  maxBytes?: number;
}

/** `for await (const line of lines(task))`; the rest is as with `events`. */
export function lines(task: ChunkSource, options: LinesOptions = {}): AsyncIterable<string> {
  return parsed(task, 'lines', () => new LineParser((line) => line, options));
}

/**
 * `for await (const value of ndjson<Row>(task))`. Empty lines are skipped. A line that is not JSON is a SyntaxError that names
 * its number, counted from 1 with the empty ones.
 */
export function ndjson<T = unknown>(task: ChunkSource, options: LinesOptions = {}): AsyncIterable<T> {
  return parsed<T>(task, 'ndjson', () => new LineParser<T>(parseJsonLine, options));
}

/** Anything that is not white space of JSON. */
const CONTENT = /[^ \t\r]/;

function parseJsonLine<T>(line: string, number: number): T | undefined {
  if (!CONTENT.test(line)) return undefined;
  try {
    return JSON.parse(line) as T;
  } catch (error) {
    throw new SyntaxError(`line ${number} is not JSON: ${messageOf(error)}`);
  }
}

/** Makes an item of each line; undefined makes none. */
export class LineParser<T> implements ChunkParser<T> {
  private readonly decoder = new Utf8Decoder();
  private readonly maxBytes: number;
  /** The line so far; only new text is searched for its end. */
  private line = '';
  private bytes = 0;
  /** Lines begun. */
  private count = 0;

  constructor(
    private readonly makeItem: (line: string, number: number) => T | undefined,
    options: LinesOptions = {},
  ) {
    this.maxBytes = maxBytesOf(options);
  }

  push(data: ArrayBuffer | ArrayBufferView, out: T[]): void {
    this.takeText(this.decoder.push(data), out);
  }

  end(out: T[]): void {
    this.takeText(this.decoder.end(), out);
    if (this.line !== '') this.takeLine('', out);
  }

  private takeText(text: string, out: T[]): void {
    let from = 0;
    for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', from)) {
      const piece = text.slice(from, lf);
      from = lf + 1;
      this.grow(piece);
      this.takeLine(piece, out);
    }
    const rest = text.slice(from);
    this.grow(rest);
    this.line += rest;
  }

  private grow(piece: string): void {
    this.bytes += utf8Length(piece);
    if (this.bytes > this.maxBytes) {
      throw new RangeError(`line ${this.count + 1} has more than ${this.maxBytes} bytes (the option maxBytes)`);
    }
  }

  private takeLine(piece: string, out: T[]): void {
    const line = this.line + piece;
    this.line = '';
    this.bytes = 0;
    this.count++;
    const item = this.makeItem(line[line.length - 1] === '\r' ? line.slice(0, -1) : line, this.count);
    if (item !== undefined) out.push(item);
  }
}
