/**
 * `request`, `addInterceptor` and `cleanInterceptors` in the shape of Taro's, on the core. An app puts them in the place of
 * Taro's own request module by an alias of its bundler (docs/taro.md), and `Taro.request` gives the whole RequestTask on
 * HarmonyOS and React Native.
 *
 * Interceptors are written as for Taro; other than there, every method of the task survives all of them. Nothing of Taro is
 * needed at run time.
 */
import { followSignal } from '../signal.js';
import type { Request, RequestOptions, RequestTask } from '../types.js';
import { type Interceptor, proceed } from './chain.js';
import { Callbacks, copyOf } from './callbacks.js';

export type { Chain, Interceptor } from './chain.js';

export interface TaroRequests {
  request: Request;
  /** For the requests made from then on; they run in the order in which they were added. */
  addInterceptor(interceptor: Interceptor): void;
  cleanInterceptors(): void;
}

/** `requester`: what createRequest returns, or the module of a platform's package (`import * as reqtask from 'reqtask'`). */
export function createTaro(requester: { request: Request }): TaroRequests {
  const interceptors: Interceptor[] = [];

  function request<T = any>(options: RequestOptions<T> | string): RequestTask<T> {
    const send: Request = (params) => requester.request(params);
    const params = typeof options === 'string' ? { url: options } : options;
    // Options that are none go straight to the place where they are refused.
    if (!interceptors.length || typeof params !== 'object' || params === null) return send<T>(options);
    const callbacks = new Callbacks();
    let own: RequestOptions;
    try {
      own = callbacks.guard(ownCopy(params));
    } catch {
      return send<T>(options); // a getter that throws
    }
    // Requests under way keep the interceptors that they began with.
    const link = { send, interceptors: [...interceptors], callbacks };
    const task = proceed(link, 0, own, null);
    abortOn(own, task);
    return task;
  }

  return {
    request,
    addInterceptor(interceptor) {
      if (typeof interceptor !== 'function') throw new TypeError('addInterceptor: the interceptor must be a function');
      interceptors.push(interceptor);
    },
    cleanInterceptors() {
      interceptors.length = 0;
    },
  };
}

/** Interceptors write into `chain.requestParams` and its header; that must not reach the objects of the caller. */
function ownCopy(options: RequestOptions): RequestOptions {
  const own = copyOf(options);
  if (own.header) own.header = headerCopy(own.header);
  if (own.headers) own.headers = headerCopy(own.headers);
  return own;
}

/** A Map or a Headers object becomes the plain object that interceptors expect; what is no header is left to be refused. */
function headerCopy(header: Record<string, unknown>): Record<string, unknown> {
  if (typeof header !== 'object' || Array.isArray(header)) return header;
  const tag = Object.prototype.toString.call(header);
  if (tag !== '[object Map]' && tag !== '[object Headers]') return { ...header };
  const copy: Record<string, unknown> = {};
  (header as unknown as Map<unknown, unknown>).forEach((value, name) => (copy[String(name)] = value));
  return copy;
}

/** `options.signal` acts as abort() (B-8), also while interceptors have yet to make a request. A wrong one is refused with it. */
function abortOn({ signal }: RequestOptions, task: RequestTask): void {
  if (!signal) return;
  try {
    const { aborted, leave } = followSignal(signal, () => task.abort());
    if (aborted) task.abort();
    task.then(leave, leave);
  } catch {
    // No AbortSignal.
  }
}
