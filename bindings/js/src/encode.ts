/**
 * `data` as a query or as a body (F-1 to F-12). Where the contract is silent:
 *
 * - Numbers and booleans are sent as their text, in a body by default as JSON. `null` and `undefined` are no data at all.
 * - The form and the query of a `Map` or an array are those of the object with its entries; a `toJSON` is asked first, as
 *   JSON does. A Date inside is thus its JSON text with the quotes, as for any object (F-3).
 * - URLSearchParams give their own text, in a body by default as a form.
 * - A query cannot be made from bytes (GET and HEAD have no body here): 'invalid data'.
 * - FormData, Blob, streams, promises and sets would be sent as "{}" by JSON; they are refused by name instead.
 * - An empty body gets no default content-type: there is nothing that it would describe.
 *
 * Every failure is 'invalid data' (600010). The caller's objects are only read; bytes are copied, so that what is sent is
 * what was there at the call.
 */
import { failure, messageOf, RequestError } from './errors.js';
import { viewBytes } from './utf8.js';

export interface Body {
  /** null: none. Text is sent as UTF-8. */
  body: ArrayBuffer | string | null;
  /** What the body is if the caller did not say; null where nothing is to be said. */
  contentType: string | null;
}

/**
 * A body that is sent as it is and says nothing of what it is: that of fetch, where bytes have no default content-type. They must not
 * change any more. Known by its tag, as there may be two copies of this layer in a program (ES modules and CommonJS).
 */
export class RawBody {
  constructor(readonly body: ArrayBuffer | string) {}
  get [Symbol.toStringTag](): string {
    return RAW_TAG;
  }
}

const RAW_TAG = 'reqtask.RawBody';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const BYTES_TYPE = 'application/octet-stream';

/** The query of GET and HEAD: "" for none, otherwise without "?" in front. */
export function encodeQuery(data: unknown): string {
  return guarded(() => {
    const content = contentOf(data);
    if (content.kind === 'none') return '';
    if (content.kind === 'text' || content.kind === 'pairs') return content.text;
    if (content.kind === 'bytes' || content.kind === 'raw')
      throw invalid('bytes cannot be made into a query; use a method that has a body');
    return encodePairs(content.object);
  });
}

/** The body of all other methods. `contentType` is the caller's, or null. */
export function encodeBody(data: unknown, contentType: string | null): Body {
  return guarded(() => {
    const content = contentOf(data);
    switch (content.kind) {
      case 'none':
        return { body: null, contentType: null };
      case 'bytes':
        return { body: content.bytes, contentType: content.bytes.byteLength > 0 ? BYTES_TYPE : null };
      case 'raw':
        return { body: content.body, contentType: null };
      case 'text':
        return { body: content.text, contentType: content.text !== '' ? JSON_TYPE : null };
      case 'pairs':
        return { body: content.text, contentType: FORM_TYPE };
      case 'object':
        if (contentType !== null && mediaType(contentType) === FORM_TYPE) {
          return { body: encodePairs(content.object), contentType: null };
        }
        return { body: encodeJson(content.object), contentType: JSON_TYPE };
    }
  });
}

/** F-6: a content-type up to its first ";", in lower case. */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  return (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

type Content =
  | { kind: 'none' }
  | { kind: 'text'; text: string }
  /** Of URLSearchParams. */
  | { kind: 'pairs'; text: string }
  | { kind: 'bytes'; bytes: ArrayBuffer }
  | { kind: 'raw'; body: ArrayBuffer | string }
  | { kind: 'object'; object: object };

function contentOf(data: unknown): Content {
  switch (typeof data) {
    case 'undefined':
      return { kind: 'none' };
    case 'string':
      return { kind: 'text', text: data };
    case 'number':
    case 'boolean':
      return { kind: 'text', text: String(data) };
    case 'object':
      return data === null ? { kind: 'none' } : objectContent(data);
    default:
      throw invalid(`data cannot be a ${typeof data}`);
  }
}

/** Told apart by their brands, not by `instanceof` alone: they may come from another realm, and some engines lack them. */
function objectContent(data: object): Content {
  // A view on a detached buffer throws here, which makes it 'invalid data' rather than an empty body.
  if (ArrayBuffer.isView(data)) return { kind: 'bytes', bytes: copyOf(viewBytes(data)) };
  const tag = tagOf(data);
  if (tag === RAW_TAG) return { kind: 'raw', body: (data as RawBody).body };
  if (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') {
    const view = new Uint8Array(data as ArrayBuffer);
    // An object that only calls itself so gives a view on a buffer of the view's own.
    if (view.buffer === data) return { kind: 'bytes', bytes: copyOf(view) };
  }
  if (tag === 'URLSearchParams' || isInstance(data, typeof URLSearchParams === 'undefined' ? null : URLSearchParams)) {
    return { kind: 'pairs', text: String(data) };
  }
  if (tag === 'Map') return { kind: 'object', object: objectOfMap(data as Map<unknown, unknown>) };
  const refusedAs = unsupported(data, tag);
  if (refusedAs !== null) throw invalid(`a ${refusedAs} cannot be sent as data`);
  return { kind: 'object', object: data };
}

declare const URLSearchParams: Constructor | undefined;
declare const FormData: Constructor | undefined;
declare const Blob: Constructor | undefined;
type Constructor = new (...args: never[]) => object;

/** What JSON would make "{}" of without a word. */
const UNSUPPORTED = ['FormData', 'Blob', 'File', 'ReadableStream', 'Promise', 'Set', 'WeakMap', 'WeakSet', 'Headers'];

function unsupported(data: object, tag: string): string | null {
  if (UNSUPPORTED.indexOf(tag) >= 0) return tag;
  // React Native's own classes have no tag.
  if (isInstance(data, typeof FormData === 'undefined' ? null : FormData)) return 'FormData';
  if (isInstance(data, typeof Blob === 'undefined' ? null : Blob)) return 'Blob';
  return null;
}

function isInstance(data: object, constructor: Constructor | null): boolean {
  return typeof constructor === 'function' && data instanceof constructor;
}

function tagOf(data: object): string {
  return Object.prototype.toString.call(data).slice(8, -1);
}

function copyOf(view: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(view.length);
  copy.set(view);
  return copy.buffer;
}

function objectOfMap(map: Map<unknown, unknown>): object {
  const object = Object.create(null) as Record<string, unknown>;
  map.forEach((value, key) => {
    if (typeof key !== 'string' && typeof key !== 'number')
      throw invalid('a Map with keys that are not text cannot be sent');
    object[key] = value;
  });
  return object;
}

function encodeJson(object: object): string {
  const text = JSON.stringify(object) as string | undefined;
  if (text === undefined) throw invalid('data has a toJSON that gives nothing');
  return text;
}

/** F-1, F-3: own enumerable keys in their order. */
function encodePairs(given: object): string {
  let object: unknown = given;
  if ('toJSON' in given && typeof given.toJSON === 'function') {
    object = given.toJSON('');
    if (typeof object !== 'object') return object === undefined ? '' : String(object);
    if (object === null) return '';
  }
  let text = '';
  for (const key of Object.keys(object as object)) {
    const value = pairValue((object as Record<string, unknown>)[key]);
    if (value === undefined) continue;
    text += `${text === '' ? '' : '&'}${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  }
  return text;
}

/** What JSON cannot say (undefined, functions, symbols) is skipped, as in JSON. */
function pairValue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      return value === null ? 'null' : (JSON.stringify(value) as string | undefined);
    default:
      return String(value);
  }
}

/** Whatever the caller's getters, toJSON, cycles or lone surrogates throw is a failure of the data. */
function guarded<T>(encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof RequestError) throw error;
    // V8 draws the cycle over several lines.
    throw invalid(messageOf(error).split('\n', 1)[0] as string);
  }
}

function invalid(detail: string): RequestError {
  return failure('invalid data', detail);
}
