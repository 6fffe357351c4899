/**
 * createFetch: the Fetch standard over RequestTask. The classes are made for each call, because their bodies need what the
 * platform brings; what they do is in the files of their names. docs/fetch.md says what is as in the standard and what is not.
 */
import type { Requester } from '../types.js';
import type { BodyParts } from './body.js';
import { FormData } from './form-data.js';
import { headerValue } from './header-text.js';
import { Headers } from './headers.js';
import { install } from './install.js';
import { Request as BaseRequest } from './request.js';
import { isRedirectStatus, makeResponse, Response as BaseResponse } from './response.js';
import { DEFAULT_TIMEOUTS, type MakeResponse, send } from './send.js';
import type {
  BodyInit,
  Fetch,
  FetchApi,
  FetchPlatform,
  RequestClass,
  RequestInit,
  RequestInput,
  ResponseClass,
  ResponseInit,
} from './types.js';
import { requestUrl } from './url.js';

export type * from './types.js';

/** `platform`: what the engine lacks, or what is to be used in place of its own. Touches no globals. */
export function createFetch(requester: Pick<Requester, 'request'>, platform: FetchPlatform = {}): FetchApi {
  const parts: BodyParts = {
    get Stream() {
      return platform.ReadableStream ?? engine('ReadableStream');
    },
    get Blob() {
      return platform.Blob ?? engine('Blob');
    },
    readUri: platform.readUri,
  };
  const timeouts = { ...DEFAULT_TIMEOUTS };
  for (const name of ['connect', 'headers', 'idle', 'total'] as const) {
    const given = platform.timeouts?.[name];
    if (given !== undefined) timeouts[name] = given;
  }
  const Request = requestClass(parts);
  const Response = responseClass(parts);

  const make: MakeResponse = (...given) => makeResponse(Response, parts, ...given);
  const fetch: Fetch = async (input, init) => send(requester, new Request(input, init), timeouts, make);

  return {
    fetch,
    Headers,
    Request: Request as RequestClass,
    Response: Response as ResponseClass,
    FormData,
    install: (target) => install(target ?? globalThis, { fetch, Headers, Request, Response, FormData }),
  };
}

function requestClass(parts: BodyParts) {
  return class Request extends BaseRequest {
    constructor(input: RequestInput, init?: RequestInit) {
      super(parts, input, init);
    }
  };
}

function responseClass(parts: BodyParts) {
  return class Response extends BaseResponse {
    constructor(body?: BodyInit | null, init?: ResponseInit) {
      super(parts, body, init);
    }

    static error(): BaseResponse {
      const members = { status: 0, statusText: '', url: '', redirected: false, type: 'error' as const };
      return makeResponse(Response, parts, null, members, new Headers());
    }

    static json(data: unknown, init: ResponseInit = {}): BaseResponse {
      const text = JSON.stringify(data) as string | undefined;
      if (text === undefined) throw new TypeError('what is given to Response.json has no JSON');
      const headers = new Headers(init.headers);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(text, { ...init, headers });
    }

    static redirect(url: unknown, status = 302): BaseResponse {
      const location = headerValue('location', requestUrl(String(url)));
      if (!isRedirectStatus(status)) throw new RangeError(`${status} is no status of a redirect`);
      return new Response(null, { status, headers: { location } });
    }
  };
}

function engine(name: string): any {
  return (globalThis as unknown as Record<string, unknown>)[name];
}
