/**
 * What becomes of the chunks of one task (lines E-6 to E-9, E-12, E-13). Until a listener comes they are kept; the first one
 * gets them all, in order and as separate events. Whatever nobody took by the end is the body that success carries. Has no
 * part in when events are told; the task asks for the next event.
 *
 * `chunkText`: each event's text is the characters that its bytes complete, so an event that only begins a character has the
 * text "". A body that ends inside a character (it is damaged) has one U+FFFD more to tell than there are events. Holding
 * bytes back for it would delay good bodies, so it is told in one last event without bytes: `{ data: <0 bytes>, text:
 * "\uFFFD" }`. Only then is there an event without bytes, and it is not empty: it carries text.
 */
import { decodeBody } from './answer.js';
import type { Plan } from './plan.js';
import type { ChunkEvent } from './types.js';
import { Utf8Decoder } from './utf8.js';

export class Chunks {
  /** Whether anybody ever listened. From then on nothing is kept for a listener. */
  attached = false;
  private kept: ArrayBuffer[] = [];
  private keptBytes = 0;
  private readonly decoder: Utf8Decoder | null;

  constructor(private readonly plan: Plan) {
    this.decoder = plan.chunkText ? new Utf8Decoder() : null;
  }

  /** Keeps a chunk for a listener that is not there yet. True if no more should come until there is one. */
  keep(data: ArrayBuffer): boolean {
    this.kept.push(data);
    this.keptBytes += data.byteLength;
    return this.keptBytes > this.plan.chunkBufferBytes && !this.plan.keepBody;
  }

  /** Somebody listens now: hands over what was kept. */
  attach(): ArrayBuffer[] {
    const kept = this.kept;
    this.attached = true;
    this.kept = [];
    return kept;
  }

  /** What listeners get. Also to be called when there are none any more: characters and bodies go on all the same. */
  event(data: ArrayBuffer): ChunkEvent {
    // The listener owns `data` and may change it or give it away, so the body has a copy of its own.
    if (this.plan.keepBody) this.kept.push(data.slice(0));
    return this.decoder ? { data, text: this.decoder.push(data) } : { data };
  }

  /** The event for a body that ended inside a character; asked for a second time there is none. */
  lastEvent(): ChunkEvent | null {
    const text = (this.attached && this.decoder?.end()) || '';
    return text === '' ? null : { data: new ArrayBuffer(0), text };
  }

  /** `data` of success. */
  result(): unknown {
    return decodeBody(joined(this.kept), this.plan.dataType, this.plan.responseType);
  }

  drop(): void {
    this.kept = [];
  }
}

function joined(parts: readonly ArrayBuffer[]): ArrayBuffer | null {
  if (parts.length <= 1) return parts[0] ?? null;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return bytes.buffer as ArrayBuffer;
}
