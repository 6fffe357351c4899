/**
 * Blobs and files of the engine, by their shape: reading them where Blob has no arrayBuffer() (React Native), and making them. No
 * blob is made here but through the class that is given.
 */
import { decodeBase64 } from './base64.js';
import type { BlobLike } from './types.js';

export type BlobClass = new (parts?: any, options?: any) => any;

interface Reader {
  result: unknown;
  error: unknown;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  readAsArrayBuffer(blob: unknown): void;
  readAsDataURL(blob: unknown): void;
}
declare const FileReader: (new () => Reader) | undefined;

/** By its shape: it may come from a polyfill or another realm. */
export function isBlob(value: unknown): value is BlobLike {
  if (typeof value !== 'object' || value === null) return false;
  const { size, type, slice } = value as { [name: string]: unknown };
  return typeof size === 'number' && typeof type === 'string' && typeof slice === 'function';
}

export async function blobBytes(blob: BlobLike): Promise<Uint8Array> {
  const { arrayBuffer } = blob as { arrayBuffer?: unknown };
  if (typeof arrayBuffer === 'function') return new Uint8Array((await arrayBuffer.call(blob)) as ArrayBuffer);
  if (typeof FileReader !== 'function') throw new TypeError('this engine cannot read a Blob');
  try {
    return new Uint8Array((await read(blob, 'readAsArrayBuffer')) as ArrayBuffer);
  } catch {
    // React Native before 0.72 has only the other way.
    const url = String(await read(blob, 'readAsDataURL'));
    const bytes = decodeBase64(url.slice(url.indexOf(',') + 1));
    if (bytes === null) throw new TypeError('this engine cannot read a Blob');
    return bytes;
  }
}

function read(blob: BlobLike, how: 'readAsArrayBuffer' | 'readAsDataURL'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const reader = new (FileReader as new () => Reader)();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader[how](blob);
  });
}

export function makeBlob(Blob: BlobClass | undefined, bytes: Uint8Array, type: string): any {
  if (typeof Blob !== 'function') throw new TypeError('this engine has no Blob');
  try {
    return new Blob([bytes], { type });
  } catch (cause) {
    // React Native's takes only text and other blobs.
    throw withCause(new TypeError('this engine cannot make a Blob of bytes; use arrayBuffer() or bytes()'), cause);
  }
}

/** A File where the engine has the class, otherwise a Blob with a name. */
export function makeFile(Blob: BlobClass | undefined, bytes: Uint8Array, name: string, type: string): any {
  const { File } = globalThis as unknown as { File?: new (parts: any, name: string, options: any) => any };
  if (typeof File === 'function') {
    try {
      return new File([bytes], name, { type });
    } catch {
      // As above; the Blob's error tells of it.
    }
  }
  return Object.defineProperty(makeBlob(Blob, bytes, type), 'name', { value: name, enumerable: true });
}

/** The same bytes as a File of that name, where the engine can make one; otherwise as they are. */
export function named(blob: BlobLike, name: string): BlobLike {
  const { Blob, File } = globalThis as unknown as {
    Blob?: BlobClass;
    File?: new (parts: any, name: string, options: any) => any;
  };
  if (typeof Blob !== 'function' || typeof File !== 'function') return blob;
  // Of a Blob of another make it would take the text.
  if (!(blob instanceof Blob) || (blob instanceof File && (blob as { name?: unknown }).name === name)) return blob;
  const { type, lastModified } = blob as unknown as { type: string; lastModified?: number };
  return new File([blob], name, lastModified === undefined ? { type } : { type, lastModified });
}

export function withCause<E extends Error>(error: E, cause: unknown): E {
  return Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
}
