/**
 * The chain of interceptors, with the interface of Taro's: an interceptor gets `chain`, may change `chain.requestParams`, and
 * returns what `chain.proceed(params)` returns, a promise made from it, or an answer of its own.
 *
 * What `proceed` returns is a task: its methods act on the requests made beneath it, also on those that an asynchronous
 * interceptor has yet to make. The last link is the real request.
 */
import type { Request, RequestOptions, RequestTask } from '../types.js';
import type { Callbacks } from './callbacks.js';
import { Relay } from './relay.js';

export interface Chain {
  /** Of the next link. */
  readonly index: number;
  requestParams: RequestOptions;
  readonly interceptors: Interceptor[];
  /** Goes on to the next interceptor, in the end to the request. May be called again, to try again. Needs no `this`. */
  proceed(params?: RequestOptions): RequestTask;
}

export type Interceptor = (chain: Chain) => any;

/** What all links of one call of `request` share. */
export interface Link {
  readonly send: Request;
  /** Not added to or taken from while the request runs. */
  readonly interceptors: Interceptor[];
  readonly callbacks: Callbacks;
}

/** Runs the interceptor at `index`, or the request after the last. `above`: the relay of the interceptor that proceeds. */
export function proceed(link: Link, index: number, params: RequestOptions, above: Relay | null): RequestTask {
  const interceptor = link.interceptors[index];
  if (!interceptor) return sendBeneath(link, params, above);
  const relay = new Relay(above, above ? null : (end) => link.callbacks.run(end));
  const chain: Chain = {
    index: index + 1,
    requestParams: params,
    interceptors: link.interceptors,
    proceed(next = chain.requestParams) {
      chain.requestParams = next;
      return proceed(link, index + 1, next, relay);
    },
  };
  relay.follow(() => interceptor(chain));
  return relay.task;
}

function sendBeneath(link: Link, params: RequestOptions, above: Relay | null): RequestTask {
  const request = link.send(link.callbacks.take(params));
  link.callbacks.watch(request);
  above?.adopt(request, params?.enableChunked === true);
  return request;
}
