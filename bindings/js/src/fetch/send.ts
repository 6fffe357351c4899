/**
 * fetch itself (Fetch standard 5.6): a Request becomes a task; its headers make the Response, its chunks the body. The promise is
 * fulfilled with the headers. What goes wrong on the way is a TypeError with the RequestError as its cause; an abort is the
 * signal's reason. Listeners on the signal are taken off when the body has come to its end or is given up.
 */
import { RequestError } from '../errors.js';
import type { HeadersEvent, Requester, RequestTask, Timeouts } from '../types.js';
import { RawBody } from '../encode.js';
import { abortReason, onAbort } from './abort.js';
import { withCause } from './blob.js';
import { takeBody } from './body.js';
import type { Content } from './content.js';
import { readDataUrl } from './data-url.js';
import { Headers, receivedHeaders } from './headers.js';
import { type Request, signalGivenTo } from './request.js';
import { isNullBodyStatus, isRedirectStatus, type Members, type Response } from './response.js';
import { bufferOf, collect, WholeSource } from './source.js';
import { Transfer } from './transfer.js';
import { schemeOf } from './url.js';

/** As in Node's fetch and browsers, but for `connect`. There is no limit for the whole. */
export const DEFAULT_TIMEOUTS: Timeouts = { connect: 60000, headers: 300000, idle: 300000, total: Infinity };

/** Makes a Response of what the network says. */
export type MakeResponse = (content: Content | null, members: Members, headers: Headers) => Response;

/** Fetch standard 4.4, step 8. */
const REDIRECTS_MAX = 20;

export async function send(
  requester: Pick<Requester, 'request'>,
  request: Request,
  timeouts: Timeouts,
  make: MakeResponse,
): Promise<Response> {
  const signal = signalGivenTo(request);
  if (signal?.aborted) {
    takeBody(request)?.source.cancel(abortReason(signal));
    throw abortReason(signal);
  }
  refuseWhatCannotBeKept(request);
  const scheme = schemeOf(request.url);
  if (scheme === 'data') return dataResponse(request, make);
  if (scheme !== 'http' && scheme !== 'https') throw failed(`the scheme "${scheme}" is not supported`);
  const body = await readBody(takeBody(request), request);
  return exchange(requester, request, body, timeouts, make);
}

function refuseWhatCannotBeKept(request: Request): void {
  // To pass over a check of the content would be unsafe, and to answer from the network where it must not be asked is wrong.
  if (request.integrity !== '') throw failed('integrity cannot be checked here');
  if (request.cache === 'only-if-cached') throw failed('there is no cache, so nothing is "only-if-cached"');
}

/** The whole body, in memory, as long as nobody aborts. */
function readBody(content: Content | null, request: Request): Promise<string | ArrayBuffer | null> | null {
  if (content === null) return null;
  if (content.text !== null) return Promise.resolve(content.text);
  const signal = signalGivenTo(request);
  return new Promise((resolve, reject) => {
    const leave = signal
      ? onAbort(signal, () => {
          const reason = abortReason(signal);
          content.source.cancel(reason);
          reject(reason);
        })
      : null;
    collect(content.source).then(
      (bytes) => {
        leave?.();
        resolve(bufferOf(bytes));
      },
      (error) => {
        leave?.();
        reject(error);
      },
    );
  });
}

function exchange(
  requester: Pick<Requester, 'request'>,
  request: Request,
  body: string | ArrayBuffer | null,
  timeouts: Timeouts,
  make: MakeResponse,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const signal = signalGivenTo(request);
    // It may have been aborted while the body was read.
    if (signal?.aborted) return reject(abortReason(signal));
    const task = start(requester, request, body, timeouts);
    // Dropped once it is used: the task must not hold the Response, see transfer.ts.
    let promise: { resolve(response: Response): void; reject(reason: unknown): void } | null = { resolve, reject };
    let leave: (() => void) | null = null;
    const transfer = new Transfer(task, () => leave?.());
    const fail = (reason: unknown): void => {
      promise?.reject(reason);
      promise = null;
    };
    if (signal) {
      leave = onAbort(signal, () => {
        const reason = abortReason(signal);
        transfer.abort(reason);
        fail(reason);
      });
    }
    task.onHeadersReceived((event) => {
      if (request.redirect === 'error' && isRedirect(event)) {
        transfer.cancel();
        return fail(failed('the server redirects, and redirect is "error"'));
      }
      promise?.resolve(responseOf(event, request, transfer, make));
      promise = null;
    });
    task.onChunkReceived(({ data }) => transfer.push(data));
    task.then(
      () => transfer.end(),
      (error: RequestError) => {
        transfer.fail(networkError('terminated', error));
        // No answer, so nobody reads to the end.
        if (promise) leave?.();
        fail(networkError('fetch failed', error));
      },
    );
  });
}

function start(
  requester: Pick<Requester, 'request'>,
  request: Request,
  body: string | ArrayBuffer | null,
  timeouts: Timeouts,
): RequestTask {
  const header: Record<string, string> = {};
  request.headers.forEach((value, name) => {
    header[name] = name in header ? `${header[name]}, ${value}` : value;
  });
  if (!('accept' in header)) header['accept'] = '*/*';
  const { url, method, redirect } = request;
  return requester.request({
    url,
    method,
    header,
    ...(body !== null && { data: new RawBody(body) }),
    enableChunked: true,
    responseType: 'arraybuffer',
    enableProfile: false,
    redirect: redirect === 'follow' ? 'follow' : 'manual',
    maxRedirects: REDIRECTS_MAX,
    timeouts,
  });
}

function isRedirect({ statusCode, header }: HeadersEvent): boolean {
  return isRedirectStatus(statusCode) && 'location' in header;
}

function responseOf(event: HeadersEvent, request: Request, transfer: Transfer, make: MakeResponse): Response {
  const { statusCode: status, url, redirected, head } = event;
  const bodiless = request.method === 'HEAD' || isNullBodyStatus(status);
  // A body that must not be is not waited for: its first byte ends the request.
  if (bodiless) transfer.refuse();
  const content = bodiless ? null : { source: transfer.source(), type: null, text: null, stream: null };
  const parts = { status, statusText: '', url: url.replace(/#.*$/, ''), redirected, type: 'basic' as const };
  return make(content, parts, receivedHeaders(head));
}

function dataResponse(request: Request, make: MakeResponse): Response {
  const data = readDataUrl(request.url);
  if (data === null) throw failed('the data: URL is damaged');
  const headers = new Headers({ 'content-type': data.type });
  const parts = {
    status: 200,
    statusText: 'OK',
    url: request.url.replace(/#.*$/, ''),
    redirected: false,
    type: 'basic' as const,
  };
  const source = new WholeSource(() => data.bytes);
  const content = request.method === 'HEAD' ? null : { source, type: null, text: null, stream: null };
  return make(content, parts, headers);
}

/**
 * What the network did. The two texts are those of Node's fetch, by which libraries know that they may try again; the cause
 * says what happened. "terminated": the answer had begun.
 */
function networkError(message: 'fetch failed' | 'terminated', cause: RequestError): TypeError {
  return withCause(isOurs(cause) ? failed(cause.errMsg.replace(/^request:fail /, '')) : new TypeError(message), cause);
}

/** Not the network's fault: to try again would not help, and the text itself says what is wrong. */
function isOurs({ reason }: RequestError): boolean {
  return ['parameter error', 'invalid url', 'invalid data', 'system'].indexOf(reason) >= 0;
}

function failed(why: string): TypeError {
  return new TypeError(`fetch failed: ${why}`);
}
