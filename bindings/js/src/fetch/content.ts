/**
 * From what an app gives as a body to bytes and a content-type (Fetch standard 5.2, "extract a body"). Bytes are copied, and forms
 * read, at once, so that later changes change nothing; blobs and files are read when the body is.
 */
import { viewBytes } from '../utf8.js';
import { blobBytes, isBlob } from './blob.js';
import { formEntries } from './form-data.js';
import { multipart, newBoundary, type ReadUri } from './multipart.js';
import { type Source, WholeSource } from './source.js';
import { isStream, StreamSource } from './stream.js';
import type { StreamLike } from './types.js';
import { encodeUtf8 } from './utf8-encode.js';

export interface Content {
  source: Source;
  /** What the content-type is if the app does not say. */
  type: string | null;
  /** The body where it is a text: it is sent as one. */
  text: string | null;
  /** The body where it is a stream of the app's. */
  stream: StreamLike | null;
}

export function contentOf(body: unknown, readUri: ReadUri | undefined): Content {
  if (typeof body === 'object' && body !== null) {
    if (isStream(body)) {
      if (body.locked) throw new TypeError('the body is a ReadableStream that somebody is reading');
      return { source: new StreamSource(body), type: null, text: null, stream: body };
    }
    const bytes = bytesOf(body);
    if (bytes !== null) return whole(() => bytes, null);
    if (isBlob(body))
      return whole(
        once(() => blobBytes(body)),
        body.type === '' ? null : body.type.toLowerCase(),
      );
    const entries = formEntries(body);
    if (entries !== null) {
      const boundary = newBoundary();
      return whole(once(multipart(entries, boundary, readUri)), `multipart/form-data; boundary=${boundary}`);
    }
    if (isSearchParams(body)) return text(String(body), 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  return text(String(body), 'text/plain;charset=UTF-8');
}

function whole(get: () => Uint8Array | Promise<Uint8Array>, type: string | null): Content {
  return { source: new WholeSource(get), type, text: null, stream: null };
}

function text(body: string, type: string): Content {
  return { source: new WholeSource(() => encodeUtf8(body)), type, text: body, stream: null };
}

/** A body may be read by a clone, too. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function bytesOf(body: object): Uint8Array | null {
  if (ArrayBuffer.isView(body)) return viewBytes(body).slice();
  const tag = Object.prototype.toString.call(body);
  if (tag !== '[object ArrayBuffer]' && tag !== '[object SharedArrayBuffer]') return null;
  return new Uint8Array(body as ArrayBuffer).slice();
}

declare const URLSearchParams: (new () => object) | undefined;

function isSearchParams(body: object): boolean {
  if (Object.prototype.toString.call(body) === '[object URLSearchParams]') return true;
  return typeof URLSearchParams === 'function' && body instanceof URLSearchParams;
}
