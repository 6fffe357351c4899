/**
 * Between sources and ReadableStreams, in both directions. A stream of ours has a highWaterMark of 0: it asks for bytes when
 * somebody reads, and not before. It is a byte stream, as the standard says, where the engine's class can make one.
 */
import type { Source } from './source.js';
import type { StreamController, StreamLike, StreamReader } from './types.js';

export type StreamClass = new (source?: any, strategy?: any) => StreamLike;

/** `onUse` is called when the stream is read or cancelled. */
export function streamOf(source: Source, Stream: StreamClass, onUse: () => void): StreamLike {
  const underlying = {
    start: (controller: StreamController) => source.onFailure?.(controller),
    pull: async (controller: StreamController) => {
      onUse();
      const bytes = await source.next();
      if (bytes !== null) return controller.enqueue(bytes);
      controller.close();
      // Whoever waits with a buffer of its own is told only now.
      controller.byobRequest?.respond(0);
    },
    cancel: (reason: unknown) => {
      onUse();
      source.cancel(reason);
    },
  };
  try {
    return new Stream({ type: 'bytes', ...underlying }, { highWaterMark: 0 });
  } catch {
    return new Stream(underlying, { highWaterMark: 0 });
  }
}

/** The bytes of a stream that the app made. It is locked from the first `next` on. */
export class StreamSource implements Source {
  private reader: StreamReader | null = null;

  constructor(private readonly stream: StreamLike) {}

  async next(): Promise<Uint8Array | null> {
    this.reader ??= this.stream.getReader();
    for (;;) {
      const { done, value } = await this.reader.read();
      if (done) return null;
      if (Object.prototype.toString.call(value) !== '[object Uint8Array]') {
        const error = new TypeError('a body that is a ReadableStream must give Uint8Arrays');
        this.reader.cancel(error).catch(() => {});
        throw error;
      }
      if (value.length > 0) return value as Uint8Array;
    }
  }

  cancel(reason: unknown): void {
    const end = this.reader ? this.reader.cancel(reason) : this.stream.cancel(reason);
    end.catch(() => {});
  }
}

/** By its shape: it may come from a polyfill or another realm. */
export function isStream(value: unknown): value is StreamLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as StreamLike).getReader === 'function' &&
    typeof (value as StreamLike).tee === 'function'
  );
}
