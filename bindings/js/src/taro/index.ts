/**
 * `request`, `addInterceptor` and `cleanInterceptors` in the shape of Taro's, on the core. An app puts them in the place of
 * Taro's own request module by an alias of its bundler (docs/taro.md), and `Taro.request` gives the whole RequestTask on
 * HarmonyOS and React Native.
 *
 * Interceptors are written as for Taro; other than there, every method of the task survives all of them. Nothing of Taro is
 * needed at run time.
 */
import type { Request, RequestOptions, RequestTask } from '../types.js';
import { type Interceptor, proceed } from './chain.js';
import { Callbacks } from './callbacks.js';

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
    return proceed(link, 0, own, null);
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
  const { header } = options;
  return header && typeof header === 'object' ? { ...options, header: { ...header } } : { ...options };
}
