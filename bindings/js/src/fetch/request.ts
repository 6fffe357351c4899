/**
 * Request of the Fetch standard (5.4). What has no meaning outside a page (mode, credentials, cache, referrer) is checked, kept and
 * without effect. A Request of another make (the engine's own) is read by its members, its body by its methods.
 */
import type { AbortSignalLike } from '../types.js';
import { isSignal } from './abort.js';
import { Body, type BodyParts, cloneBodyInto, isOwn, takeBody } from './body.js';
import { type Content, contentOf } from './content.js';
import { isToken } from './header-text.js';
import { Headers } from './headers.js';
import { WholeSource } from './source.js';
import type { Request as RequestType, RequestInit, RequestInput, RequestLike } from './types.js';
import { requestUrl } from './url.js';

const WORDS = {
  redirect: ['follow', 'error', 'manual'],
  mode: ['cors', 'no-cors', 'same-origin', 'navigate'],
  credentials: ['same-origin', 'omit', 'include'],
  cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
  referrerPolicy: [
    '',
    'no-referrer',
    'no-referrer-when-downgrade',
    'same-origin',
    'origin',
    'strict-origin',
    'origin-when-cross-origin',
    'strict-origin-when-cross-origin',
    'unsafe-url',
  ],
} as const;
type Words = typeof WORDS;
type Kept = { [K in keyof Words]: Words[K][number] } & {
  method: string;
  url: string;
  referrer: string;
  integrity: string;
  keepalive: boolean;
  signal: AbortSignalLike | null;
};

const kept = new WeakMap<object, Kept>();

function of(request: object): Kept {
  const parts = kept.get(request);
  if (parts === undefined) throw new TypeError('this is not a Request');
  return parts;
}

declare const AbortController: (new () => { signal: AbortSignalLike }) | undefined;

export class Request extends Body implements RequestType {
  readonly headers!: Headers;

  constructor(parts: BodyParts, input: RequestInput, given?: RequestInit | null) {
    const init = given ?? {};
    if (typeof init !== 'object' && typeof init !== 'function') fail('the options of a Request must be an object');
    const base = isRequest(input) ? input : null;
    const from = base as (RequestLike & Partial<RequestType>) | null;
    const url = base && isOwn(base) ? of(base).url : requestUrl(base ? String(base.url) : String(urlText(input)));
    if (init.window !== undefined && init.window !== null) throw new TypeError('window can only be null');
    const method = init.method !== undefined ? methodOf(init.method) : base ? String(base.method) : 'GET';
    const pick = (name: keyof RequestInit & keyof RequestType): unknown =>
      init[name] !== undefined ? init[name] : from?.[name];
    const word = <K extends keyof Words>(name: K): Words[K][number] => wordOf(name, pick(name));
    const found: Kept = {
      method,
      url,
      redirect: word('redirect'),
      mode: init.mode === 'navigate' ? fail('the mode of a Request cannot be "navigate"') : word('mode'),
      credentials: word('credentials'),
      cache: word('cache'),
      referrerPolicy: word('referrerPolicy'),
      referrer: textOf(pick('referrer'), 'about:client'),
      integrity: textOf(pick('integrity'), ''),
      keepalive: Boolean(pick('keepalive')),
      signal: signalOf(init.signal !== undefined ? init.signal : base && isOwn(base) ? of(base).signal : from?.signal),
    };
    const headers = new Headers(pick('headers') as RequestInit['headers']);
    const brings = init.body !== undefined && init.body !== null;
    if ((brings || (from && hasBody(from))) && (method === 'GET' || method === 'HEAD')) {
      throw new TypeError(`a ${method} request cannot have a body`);
    }
    if (init.duplex !== undefined && init.duplex !== 'half') throw new TypeError('duplex can only be "half"');
    let content = brings ? contentOf(init.body, parts.readUri) : null;
    if (content?.stream && init.duplex !== 'half') throw new TypeError('a ReadableStream as body needs duplex: "half"');
    if (content?.type && !headers.has('content-type')) headers.append('content-type', content.type);
    // Last, because it takes the body away from the other.
    if (!brings && base) content = isOwn(base) ? takeBody(base) : foreignBody(base);
    super(content, parts);
    kept.set(this, found);
    Object.defineProperty(this, 'headers', { value: headers });
  }

  get method(): string {
    return of(this).method;
  }
  get url(): string {
    return of(this).url;
  }
  get redirect(): RequestType['redirect'] {
    return of(this).redirect;
  }
  get mode(): RequestType['mode'] {
    return of(this).mode;
  }
  get credentials(): RequestType['credentials'] {
    return of(this).credentials;
  }
  get cache(): RequestType['cache'] {
    return of(this).cache;
  }
  get referrer(): string {
    return of(this).referrer;
  }
  get referrerPolicy(): RequestType['referrerPolicy'] {
    return of(this).referrerPolicy;
  }
  get integrity(): string {
    return of(this).integrity;
  }
  get keepalive(): boolean {
    return of(this).keepalive;
  }
  get destination(): '' {
    return '';
  }
  get duplex(): 'half' {
    return 'half';
  }

  /** The one that was given; otherwise one that is never aborted, where the engine can make it. */
  get signal(): any {
    const parts = of(this);
    if (parts.signal === null && typeof AbortController === 'function') parts.signal = new AbortController().signal;
    return parts.signal;
  }

  clone(): Request {
    const copy = Object.create(Object.getPrototypeOf(this) as object) as Request;
    cloneBodyInto(copy, this);
    kept.set(copy, { ...of(this) });
    return Object.defineProperty(copy, 'headers', { value: new Headers(this.headers) });
  }
}

Object.defineProperty(Request.prototype, Symbol.toStringTag, { value: 'Request', configurable: true });

/** null if the app gave none. */
export function signalGivenTo(request: Request): AbortSignalLike | null {
  return of(request).signal;
}

function isRequest(input: RequestInput): input is RequestLike {
  if (typeof input !== 'object' || input === null) return false;
  const { url, method } = input as unknown as { [name: string]: unknown };
  return typeof url === 'string' && typeof method === 'string';
}

function urlText(input: unknown): unknown {
  // A URL class that does not turn into its text (React Native's, of old) has it there.
  const { href } = (typeof input === 'object' && input !== null ? input : {}) as { href?: unknown };
  return typeof href === 'string' ? href : input;
}

/** Fetch standard 2.2.1: these are turned into upper case, any other stays as it is. */
const NORMALIZED = /^(delete|get|head|options|post|put)$/i;

function methodOf(given: unknown): string {
  const method = String(given);
  if (!isToken(method)) fail(`${JSON.stringify(method.slice(0, 40))} is not a method`);
  if (/^(connect|trace|track)$/i.test(method)) fail(`the method ${method} cannot be fetched`);
  return NORMALIZED.test(method) ? method.toUpperCase() : method;
}

function wordOf<K extends keyof Words>(name: K, given: unknown): Words[K][number] {
  const words: readonly string[] = WORDS[name];
  if (given === undefined) return (name === 'mode' ? 'cors' : words[0]) as Words[K][number];
  const word = String(given);
  if (words.indexOf(word) < 0) fail(`${name} cannot be ${JSON.stringify(word.slice(0, 40))}`);
  return word as Words[K][number];
}

function textOf(given: unknown, otherwise: string): string {
  return given === undefined ? otherwise : String(given);
}

function signalOf(given: unknown): AbortSignalLike | null {
  if (given === undefined || given === null) return null;
  return isSignal(given) ? given : fail('signal must be an AbortSignal');
}

/** React Native's Request has its body in members of its own. */
function hasBody(request: Partial<RequestType>): boolean {
  const { body, _bodyInit, _noBody } = request as { [name: string]: unknown };
  if (body !== undefined) return body !== null;
  return _bodyInit !== undefined && _bodyInit !== null && _noBody !== true;
}

function foreignBody(request: RequestLike & Partial<RequestType>): Content | null {
  if (!hasBody(request)) return null;
  if (request.bodyUsed) fail('the body of the Request has been read already');
  const bytes = Promise.resolve(request.arrayBuffer?.()).then((buffer) => new Uint8Array(buffer as ArrayBuffer));
  // It is told to whoever reads.
  bytes.catch(() => {});
  return { source: new WholeSource(() => bytes), type: null, text: null, stream: null };
}

function fail(message: string): never {
  throw new TypeError(message);
}
