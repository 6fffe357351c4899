/**
 * createRequest: what the platforms' packages are made of. Reads the options at once, in the call, and makes of each request
 * a task and of each task a promise with methods. Requests are started in a microtask, so no callback ever runs inside
 * request() (A-8), listeners that are added in the same tick miss nothing, and an abort in the same tick sends nothing (B-2).
 */
import { clientRefused, planClient } from './client-plan.js';
import { Clients } from './clients.js';
import type { Callbacks, Settle } from './ending.js';
import { asyncIteratorKey } from './engine.js';
import { failure, messageOf, refused, type RequestError } from './errors.js';
import type { NativeHost } from './native.js';
import { type Plan, planRequest } from './plan.js';
import { callSafely } from './report.js';
import { Task } from './task.js';
import { neverUnhandled, type TaskMethods, withTaskMethods } from './thenable.js';
import type { ConfigureOptions, Requester, RequestOptions, RequestTask, SuccessResult } from './types.js';
import { type Warn, warnOfListener } from './warn.js';

/** Everything here works without `this`. Opens nothing before the first request. */
export function createRequest(host: NativeHost): Requester {
  let { settings, native, defaults } = planClient({});
  const clients = new Clients(host, native);

  function request<T = any>(options: RequestOptions<T> | string): RequestTask<T> {
    const invokeStart = Date.now();
    const callbacks: Callbacks = { success: null, fail: null, complete: null };
    const planned = plan(options, callbacks);
    let settle!: Settle;
    const promise = new Promise<SuccessResult>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const task = new Task(clients.current, planned, callbacks, settle, invokeStart, defaults.warn);
    return withTaskMethods(neverUnhandled(promise), methodsOf(task, promise as RequestTask, defaults.warn));
  }

  function plan(options: unknown, callbacks: Callbacks): Plan | RequestError {
    try {
      readCallbacks(options, callbacks);
    } catch (error) {
      return failure('parameter error', `the options cannot be read: ${messageOf(error)}`);
    }
    try {
      return planRequest(options, defaults);
    } catch (error) {
      return refused(error);
    }
  }

  function configure(options: ConfigureOptions): void {
    const planned = planClient(options, undefined, settings);
    try {
      clients.replace(planned.native);
    } catch (error) {
      throw clientRefused(error);
    }
    ({ settings, defaults } = planned);
  }

  return { request, configure, close: () => clients.close() };
}

/** Puts the app's functions into `callbacks`: `fail` first, which must be known if another cannot be read. */
function readCallbacks(options: unknown, callbacks: Callbacks): void {
  if (typeof options !== 'object' || options === null) return;
  const given = options as Callbacks;
  callbacks.fail = given.fail;
  callbacks.complete = given.complete;
  callbacks.success = given.success;
}

/** `promise`: what abort, pause and resume return. */
function methodsOf(task: Task, promise: RequestTask, warn: Warn): TaskMethods {
  return {
    abort(callback) {
      if (typeof callback === 'function') callSafely(callback, undefined);
      task.abort();
      return promise;
    },
    onHeadersReceived(listener) {
      if (typeof listener === 'function') return task.addHeadersListener(listener);
      warnOfListener(warn, 'onHeadersReceived', listener);
      return 0;
    },
    offHeadersReceived(listener) {
      task.removeHeadersListener(listener);
    },
    onChunkReceived(listener) {
      if (typeof listener === 'function') return task.addChunkListener(listener);
      warnOfListener(warn, 'onChunkReceived', listener);
      return 0;
    },
    offChunkReceived(listener) {
      task.removeChunkListener(listener);
    },
    pause() {
      task.pause();
      return promise;
    },
    resume() {
      task.resume();
      return promise;
    },
    [asyncIteratorKey]: () => task.iterate(),
  };
}
