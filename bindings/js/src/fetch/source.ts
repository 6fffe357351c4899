/**
 * Where the bytes of a body come from: they are taken piece by piece, and nothing moves unless somebody takes. Bodies are read
 * this way where the engine has no ReadableStream, and streams are made on top of it (stream.ts). Knows nothing of HTTP.
 */

export interface Source {
  /** The next bytes, never empty; null at the end. Not to be called again before the last call has been answered. */
  next(): Promise<Uint8Array | null>;
  /** Nobody wants the rest. */
  cancel(reason: unknown): void;
  /** Another source of the same bytes, if that costs nothing. Before the first `next` only. */
  twin?(): Source;
  /** Calls back when the source fails while nobody takes. The callee may be forgotten meanwhile. */
  onFailure?(controller: { error(reason: unknown): void }): void;
}

/** Bytes that are there, or that come all at once. */
export class WholeSource implements Source {
  private taken = false;

  /** `get` is called at most once for each source. Its bytes must not change later. */
  constructor(private readonly get: () => Uint8Array | Promise<Uint8Array>) {}

  async next(): Promise<Uint8Array | null> {
    if (this.taken) return null;
    this.taken = true;
    const bytes = await this.get();
    // Whoever reads may change or transfer what it got, and a twin has the same.
    return bytes.length === 0 ? null : bytes.slice();
  }

  cancel(): void {
    this.taken = true;
  }

  twin(): Source {
    return new WholeSource(this.get);
  }
}

/** Takes all. */
export async function collect(source: Source): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await source.next();
    if (part === null) return joined(parts);
    parts.push(part);
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The exact bytes as a buffer of their own. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  return (bytes.byteLength === buffer.byteLength ? buffer : bytes.slice().buffer) as ArrayBuffer;
}
