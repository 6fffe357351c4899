/**
 * From the options of a request to what the host is called with. Everything that can be wrong with options is found here,
 * before anything is sent (A-5, F-11, F-14), and the caller's objects are only read. Options are read once each, so a
 * getter that answers differently each time cannot get past a check; one that throws is a parameter error that names it.
 * Callbacks (success, fail, complete) are the caller's business.
 */
import { encodeBody, encodeQuery } from './encode.js';
import { failure, messageOf, RequestError } from './errors.js';
import { Fields } from './fields.js';
import { warnOfForeignOptions } from './foreign-options.js';
import { addLimits } from './limits.js';
import { NativeFlag } from './native.js';
import { OptionKey } from './option-keys.js';
import type { AbortSignalLike } from './types.js';
import { appendQuery } from './url.js';
import type { Warn } from './warn.js';

/** What is configured for all requests; made by planClient. Limits of time are not here: the core knows them. */
export interface Defaults {
  /** Fields for requests that do not bring their own: name, value, name, value. */
  fields: readonly string[];
  /** wx-strict mode. */
  strict: boolean;
  /** Whether warnings are wanted; `warn` says nothing otherwise. */
  warnings: boolean;
  warn: Warn;
}

export interface Plan {
  method: string;
  url: string;
  /** name, value, name, value. */
  fields: string[];
  /** null: none. A copy; the caller may change the data after the call. */
  body: ArrayBuffer | string | null;
  /** For NativeHost.start. */
  options: (number | string)[];
  /** For NativeHost.start. */
  flags: number;
  chunked: boolean;
  chunkText: boolean;
  /** The body comes with success too. */
  keepBody: boolean;
  /** Bytes kept for a listener that is not there yet; may be Infinity. */
  chunkBufferBytes: number;
  /** Silence allowed while the body is read; 0 for no limit. */
  idleMs: number;
  dataType: string;
  responseType: string;
  profile: boolean;
  /** Redirects are handed back rather than followed. */
  manual: boolean;
  signal: AbortSignalLike | null;
}

const METHODS = new Set(['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'PATCH']);
const CHUNK_BUFFER_BYTES = 1048576;

/** Throws a RequestError, and nothing else. A string stands for `{ url }`. */
export function planRequest(options: unknown, defaults: Defaults): Plan {
  try {
    return plan(new Reader(optionsObject(options)), defaults);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    // A Proxy whose traps throw, for instance.
    throw failure('parameter error', `the options cannot be read: ${messageOf(error)}`);
  }
}

function plan(reader: Reader, defaults: Defaults): Plan {
  const url = urlOf(reader.get('url'));
  const method = methodOf(reader.get('method'));
  const chunked = reader.get('enableChunked') === true;
  const profile = reader.get('enableProfile') !== false;

  const fields = new Fields((sentence) => failure('parameter error', sentence));
  const dropReferer = (lowerName: string): boolean => {
    if (!defaults.strict || lowerName !== 'referer') return false;
    defaults.warn('referer', 'the header "referer" cannot be set in strict mode; it is left out');
    return true;
  };
  const header = reader.get('header') ?? undefined;
  if (header !== undefined) fields.addAll(header, 'header', dropReferer);
  else fields.addAll(reader.get('headers'), 'headers', dropReferer);
  fields.addDefaults(defaults.fields, dropReferer);

  const data = reader.get('data');
  const inQuery = method === 'GET' || method === 'HEAD';
  const { body, contentType } = inQuery ? { body: null, contentType: null } : encodeBody(data, fields.contentType);
  fields.addContentType(contentType);

  const native: (number | string)[] = [];
  const timeouts = reader.get('timeouts');
  const phases = typeof timeouts === 'object' && timeouts !== null ? new Reader(timeouts, 'timeouts.') : null;
  const idleMs = addLimits(native, reader.get('timeout'), (name) => phases?.get(name), chunked);
  const manual = addRedirects(native, reader);
  const maxBodyBytes = reader.wholeNumber('maxBodyBytes', Number.MAX_SAFE_INTEGER);
  if (maxBodyBytes !== undefined) native.push(OptionKey.BODY_MAX_BYTES, maxBodyBytes === Infinity ? 0 : maxBodyBytes);
  const proxy = reader.get('proxy') ?? undefined;
  if (proxy !== undefined) {
    if (typeof proxy !== 'string') throw failure('parameter error', `proxy must be a string, not ${kindOf(proxy)}`);
    native.push(OptionKey.PROXY, proxy);
  }
  if (defaults.warnings) warnOfForeignOptions(reader.options, defaults.warn);

  return {
    method,
    url: inQuery ? appendQuery(url, encodeQuery(data)) : url,
    fields: fields.list,
    body,
    options: native,
    flags: (chunked ? NativeFlag.Chunks : 0) | (profile ? NativeFlag.Timing : 0),
    chunked,
    chunkText: reader.get('chunkText') === true,
    keepBody: reader.get('chunkedKeepBody') === true,
    chunkBufferBytes: reader.wholeNumber('chunkBufferBytes', Number.MAX_SAFE_INTEGER) ?? CHUNK_BUFFER_BYTES,
    idleMs,
    dataType: nameOf(reader.get('dataType'), 'json'),
    responseType: nameOf(reader.get('responseType'), 'text'),
    profile,
    manual,
    signal: signalOf(reader.get('signal')),
  };
}

function optionsObject(options: unknown): object {
  if (typeof options === 'string') return { url: options };
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  throw failure('parameter error', `the options must be an object or a URL, not ${kindOf(options)}`);
}

function urlOf(url: unknown): string {
  if (typeof url === 'string') return url;
  const detail = url === undefined ? 'url is missing' : `url must be a string, not ${kindOf(url)}`;
  throw failure('parameter error', detail, { errno: 600009 });
}

function methodOf(method: unknown): string {
  if (method === undefined || method === null) return 'GET';
  if (typeof method !== 'string') throw failure('parameter error', `method must be a string, not ${kindOf(method)}`);
  // Other letters can become ASCII ones in upper case.
  const upper = /^[A-Za-z]+$/.test(method) ? method.toUpperCase() : method;
  if (METHODS.has(upper)) return upper;
  throw failure('parameter error', `the method ${JSON.stringify(method.slice(0, 40))} cannot be sent`);
}

/** Whether redirects are handed back; `maxRedirects: 0` is the same as 'manual'. A mode that is not known is refused: to follow in spite of it may be unsafe. */
function addRedirects(native: (number | string)[], reader: Reader): boolean {
  const mode = reader.get('redirect') ?? 'follow';
  if (mode !== 'follow' && mode !== 'manual') {
    const given = typeof mode === 'string' ? JSON.stringify(mode.slice(0, 40)) : kindOf(mode);
    throw failure('parameter error', `redirect must be "follow" or "manual", not ${given}`);
  }
  const most = reader.wholeNumber('maxRedirects', 1000);
  if (mode === 'manual') native.push(OptionKey.REDIRECTS_MAX, 0);
  else if (most !== undefined) native.push(OptionKey.REDIRECTS_MAX, Math.min(most, 1000));
  if (reader.get('allowDowngrade') === true) native.push(OptionKey.REDIRECT_TO_HTTP, 1);
  return mode === 'manual' || most === 0;
}

function signalOf(signal: unknown): AbortSignalLike | null {
  if (signal === undefined || signal === null) return null;
  const methods = typeof signal === 'object' ? new Reader(signal, 'signal.') : null;
  for (const name of ['addEventListener', 'removeEventListener']) {
    if (typeof methods?.get(name) !== 'function') throw failure('parameter error', 'signal must be an AbortSignal');
  }
  return signal as AbortSignalLike;
}

/** 'json' and 'arraybuffer' are the only words with a meaning; everything else is just not them. */
function nameOf(value: unknown, fallback: string): string {
  return value === undefined || value === null ? fallback : typeof value === 'string' ? value : kindOf(value);
}

/** Reads properties that the caller wrote. */
class Reader {
  constructor(
    readonly options: object,
    private readonly prefix = '',
  ) {}

  get(name: string): unknown {
    try {
      return (this.options as Record<string, unknown>)[name];
    } catch (error) {
      throw failure('parameter error', `the option ${this.prefix}${name} cannot be read: ${messageOf(error)}`);
    }
  }

  /** undefined if it is not given; Infinity passes, as the word for no limit. */
  wholeNumber(name: string, max: number): number | undefined {
    const value = this.get(name);
    if (value === undefined || value === null) return undefined;
    const fits =
      typeof value === 'number' && (value === Infinity || (Number.isInteger(value) && value >= 0 && value <= max));
    if (fits) return value;
    const given = typeof value === 'number' ? String(value) : kindOf(value);
    const range = max === Number.MAX_SAFE_INTEGER ? '' : ` up to ${max}`;
    throw failure('parameter error', `${this.prefix}${name} must be a whole number${range}, not ${given}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
