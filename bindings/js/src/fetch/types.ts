/**
 * The types of fetch as apps see them: those of the Fetch standard, written out, so that no lib.dom is needed. Where the
 * compiler knows the DOM's, undici's or React Native's, ours can be given for them: ReadableStream, Blob and File are then theirs.
 */
import type { AbortSignalLike, Timeouts } from '../types.js';

/** The instance type of a global class, if the compiler knows one. */
type Global<Name extends string, Otherwise> = typeof globalThis extends { [K in Name]: { prototype: infer T } }
  ? T
  : Otherwise;

/** What arrays iterate with: an iterator with the helpers that the compiler's lib knows. */
type Iterated<T> = ReturnType<T[]['values']>;
/** Uint8Array, over an ArrayBuffer where the compiler makes the difference. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

export interface BlobLike {
  readonly size: number;
  readonly type: string;
}
export interface FileLike extends BlobLike {
  readonly name: string;
}

/** What is needed of a ReadableStream. */
export interface StreamLike {
  readonly locked: boolean;
  getReader(): StreamReader;
  cancel(reason?: unknown): Promise<void>;
  tee(): [StreamLike, StreamLike];
}
export interface StreamReader {
  read(): Promise<{ done: boolean; value?: any }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
export interface StreamController {
  readonly byobRequest?: { respond(bytes: number): void } | null;
  enqueue(chunk: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

export type ReadableStream = Global<'ReadableStream', StreamLike>;
export type Blob = Global<'Blob', BlobLike>;
export type File = Global<'File', FileLike>;

/** React Native's way to name a file: its bytes come from {@link FetchPlatform.readUri}. */
export interface UriPart {
  uri: string;
  name?: string;
  type?: string;
}

export interface Headers {
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: any) => void, thisArgument?: any): void;
  entries(): Iterated<[string, string]>;
  keys(): Iterated<string>;
  values(): Iterated<string>;
  [Symbol.iterator](): Iterated<[string, string]>;
}

export type HeadersInit =
  | Pick<Headers, 'forEach'>
  | Iterable<readonly string[]>
  | readonly (readonly string[])[]
  | { readonly [name: string]: string | readonly string[] };

/** The File of Node's FormData is not quite Node's File, for a compiler. */
export type FormDataEntryValue =
  Global<'FormData', unknown> extends { get(name: string): infer T } ? Exclude<T, null> : File | string;

export interface FormData {
  append(name: string, value: unknown, filename?: string): void;
  delete(name: string): void;
  get(name: string): FormDataEntryValue | null;
  getAll(name: string): FormDataEntryValue[];
  has(name: string): boolean;
  set(name: string, value: unknown, filename?: string): void;
  forEach(callback: (value: FormDataEntryValue, name: string, form: any) => void, thisArgument?: any): void;
  entries(): Iterated<[string, FormDataEntryValue]>;
  keys(): Iterated<string>;
  values(): Iterated<FormDataEntryValue>;
  /** React Native's, not the standard's. */
  getParts(): unknown[];
  [Symbol.iterator](): Iterated<[string, FormDataEntryValue]>;
  readonly [Symbol.toStringTag]: string;
}

/** Text, URLSearchParams, ArrayBuffer, a view, Blob, FormData or ReadableStream. */
export type BodyInit = string | object;

export interface Body {
  readonly body: ReadableStream | null;
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Bytes>;
  formData(): Promise<any>;
  json(): Promise<any>;
  text(): Promise<string>;
}

export type RequestRedirect = 'follow' | 'error' | 'manual';
export type RequestMode = 'cors' | 'navigate' | 'no-cors' | 'same-origin';
export type RequestCredentials = 'omit' | 'same-origin' | 'include';
export type RequestCache = 'default' | 'no-store' | 'reload' | 'no-cache' | 'force-cache' | 'only-if-cached';
export type ReferrerPolicy =
  | ''
  | 'no-referrer'
  | 'no-referrer-when-downgrade'
  | 'same-origin'
  | 'origin'
  | 'strict-origin'
  | 'origin-when-cross-origin'
  | 'strict-origin-when-cross-origin'
  | 'unsafe-url';

export interface RequestInit {
  method?: string | undefined;
  headers?: HeadersInit | undefined;
  body?: BodyInit | null | undefined;
  signal?: AbortSignalLike | null | undefined;
  redirect?: RequestRedirect | undefined;
  /** Must be 'half' with a ReadableStream as body. */
  duplex?: 'half' | undefined;
  mode?: RequestMode | undefined;
  credentials?: RequestCredentials | undefined;
  cache?: RequestCache | undefined;
  referrer?: string | undefined;
  referrerPolicy?: ReferrerPolicy | undefined;
  integrity?: string | undefined;
  keepalive?: boolean | undefined;
  priority?: 'auto' | 'high' | 'low' | undefined;
  window?: any;
}

export interface Request extends Body {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: Global<'AbortSignal', AbortSignalLike>;
  readonly redirect: RequestRedirect;
  readonly mode: RequestMode;
  readonly credentials: RequestCredentials;
  readonly cache: RequestCache;
  readonly referrer: string;
  readonly referrerPolicy: ReferrerPolicy;
  readonly integrity: string;
  readonly keepalive: boolean;
  readonly destination: '';
  readonly duplex: 'half';
  clone(): Request;
}

export type ResponseType = 'basic' | 'cors' | 'default' | 'error' | 'opaque' | 'opaqueredirect';

export interface ResponseInit {
  status?: number | undefined;
  statusText?: string | undefined;
  headers?: HeadersInit | undefined;
}

export interface Response extends Body {
  readonly status: number;
  /** "" for answers from the network: the core does not keep the words of the status line. */
  readonly statusText: string;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly url: string;
  readonly redirected: boolean;
  readonly type: ResponseType;
  clone(): Response;
}

/** A URL object, or anything with its text. */
export interface UrlLike {
  readonly href: string;
}
/** A Request of ours or of the engine. */
export interface RequestLike {
  readonly url: string;
  readonly method: string;
}

export type RequestInput = string | UrlLike | RequestLike;

export type Fetch = (input: RequestInput, init?: RequestInit) => Promise<Response>;

export interface HeadersClass {
  new (init?: HeadersInit): Headers;
  readonly prototype: Headers;
}
export interface FormDataClass {
  new (): FormData;
  readonly prototype: FormData;
}
export interface RequestClass {
  new (input: RequestInput, init?: RequestInit): Request;
  readonly prototype: Request;
}
export interface ResponseClass {
  new (body?: BodyInit | null, init?: ResponseInit): Response;
  readonly prototype: Response;
  error(): Response;
  json(data: unknown, init?: ResponseInit): Response;
  redirect(url: string | UrlLike, status?: number): Response;
}

/** What an engine may lack, or what is to be used in place of its own. All of it may be left out. */
export interface FetchPlatform {
  /** Default: the engine's. Without one `body` throws; text(), json() and the like work. */
  ReadableStream?: (new (source?: any, strategy?: any) => any) | undefined;
  /** Default: the engine's. For blob() and the files of formData(). */
  Blob?: (new (parts?: any, options?: any) => any) | undefined;
  /** Reads what React Native's `{ uri, name, type }` parts of a form name. */
  readUri?: ((uri: string) => Promise<ArrayBuffer | ArrayBufferView>) | undefined;
  /**
   * Limits of time, in milliseconds. Default: connect 60000; headers and idle 300000, as in Node's fetch and browsers; no total.
   * The time in which nobody reads the body does not count.
   */
  timeouts?: Timeouts | undefined;
}

export interface FetchApi {
  fetch: Fetch;
  Headers: HeadersClass;
  Request: RequestClass;
  Response: ResponseClass;
  FormData: FormDataClass;
  /** Makes these five the globals of `target` (default: globalThis). Returns what undoes that. */
  install(target?: object): () => void;
}
