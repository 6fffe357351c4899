/** Response of the Fetch standard (5.5): those that apps make, and by `received` those that come from the network. */
import { Body, type BodyParts, cloneBodyInto, setBody } from './body.js';
import { type Content, contentOf } from './content.js';
import { Headers } from './headers.js';
import type { BodyInit, Response as ResponseType, ResponseInit, ResponseType as Type } from './types.js';

interface Kept {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  type: Type;
}

const kept = new WeakMap<object, Kept>();

function of(response: object): Kept {
  const parts = kept.get(response);
  if (parts === undefined) throw new TypeError('this is not a Response');
  return parts;
}

/** Answers with these have no body, whatever was sent. */
export function isNullBodyStatus(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

export function isRedirectStatus(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** RFC 9112 4: reason-phrase. */
const NOT_IN_REASON = /[^\t\x20-\x7e\x80-\xff]/;

export class Response extends Body implements ResponseType {
  readonly headers!: Headers;

  constructor(parts: BodyParts, body?: BodyInit | null, given?: ResponseInit | null) {
    const init = given ?? {};
    if (typeof init !== 'object' && typeof init !== 'function') {
      throw new TypeError('the options of a Response must be an object');
    }
    const status = init.status === undefined ? 200 : Math.trunc(Number(init.status));
    if (!(status >= 200 && status <= 599)) throw new RangeError('the status of a Response must be from 200 to 599');
    const statusText = init.statusText === undefined ? '' : String(init.statusText);
    if (NOT_IN_REASON.test(statusText))
      throw new TypeError('the statusText of a Response has characters that cannot be');
    const headers = new Headers(init.headers);
    let content: Content | null = null;
    if (body !== undefined && body !== null) {
      if (isNullBodyStatus(status)) throw new TypeError(`a Response with the status ${status} cannot have a body`);
      content = contentOf(body, parts.readUri);
      if (content.type && !headers.has('content-type')) headers.append('content-type', content.type);
    }
    super(content, parts);
    adopt(this, { status, statusText, url: '', redirected: false, type: 'default' }, headers);
  }

  get status(): number {
    return of(this).status;
  }
  get statusText(): string {
    return of(this).statusText;
  }
  get ok(): boolean {
    const { status } = of(this);
    return status >= 200 && status <= 299;
  }
  get url(): string {
    return of(this).url;
  }
  get redirected(): boolean {
    return of(this).redirected;
  }
  get type(): Type {
    return of(this).type;
  }

  clone(): Response {
    const copy = Object.create(Object.getPrototypeOf(this) as object) as Response;
    cloneBodyInto(copy, this);
    return adopt(copy, { ...of(this) }, new Headers(this.headers));
  }
}

Object.defineProperty(Response.prototype, Symbol.toStringTag, { value: 'Response', configurable: true });

/** The members of a Response that no app makes: from the network, Response.error(). */
export type Members = Kept;

/** Makes one by the class that createFetch made; its constructor would check what a server may say. */
export function makeResponse(
  Class: { readonly prototype: Response },
  parts: BodyParts,
  content: Content | null,
  members: Members,
  headers: Headers,
): Response {
  const response = Object.create(Class.prototype) as Response;
  setBody(response, content, parts);
  return adopt(response, members, headers);
}

function adopt(response: Response, members: Members, headers: Headers): Response {
  kept.set(response, members);
  return Object.defineProperty(response, 'headers', { value: headers });
}
