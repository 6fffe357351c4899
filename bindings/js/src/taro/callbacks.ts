/**
 * `success`, `fail` and `complete` of a request that has interceptors. They belong to the task that the app holds and not to
 * the requests that interceptors make for it, which may be several (a retry) or none (a cached answer): success or fail runs
 * once, when the interceptors are through, then complete, then the promise settles.
 *
 * As in Taro they get what the request gave, not what interceptors made of it; unless there was no request, or interceptors
 * turned its failure into an answer or the other way round: then what the promise settles with.
 */
import { callSafely } from '../report.js';
import type { RequestOptions, RequestTask } from '../types.js';

/** How a task ended. `forced`: by an abort that did not wait for the interceptors. */
export interface End {
  readonly ok: boolean;
  readonly value: unknown;
  readonly forced?: boolean;
}

const names = ['success', 'fail', 'complete'] as const;
type Functions = Partial<Record<(typeof names)[number], unknown>>;

export class Callbacks {
  private functions: Functions = {};
  /** Of the newest request; null while it is under way or if there is none. */
  private ended: End | null = null;
  private newest: RequestTask | null = null;

  /** Puts functions in their place that run once, also if an interceptor calls them itself. Changes and returns `params`. */
  guard(params: RequestOptions): RequestOptions {
    let told = false;
    let completed = false;
    const { success, fail, complete } = params;
    const once = (callback: (value: any) => void) => (value: unknown) => {
      if (told) return;
      told = true;
      callback(value);
    };
    if (typeof success === 'function') params.success = once(success);
    if (typeof fail === 'function') params.fail = once(fail);
    if (typeof complete === 'function')
      params.complete = (value) => {
        if (completed) return;
        completed = true;
        complete(value);
      };
    this.keep(params);
    return params;
  }

  /** Takes the callbacks out of the params of a request: an interceptor may have brought its own. */
  take(params: RequestOptions): RequestOptions {
    if (!params || typeof params !== 'object') return params;
    this.keep(params);
    const rest = copyOf(params);
    for (const name of names) delete rest[name];
    return rest;
  }

  /** The request whose outcome the callbacks tell; a newer one takes its place. */
  watch(request: RequestTask): void {
    this.newest = request;
    this.ended = null;
    const end = (ok: boolean) => (value: unknown) => {
      if (this.newest === request) this.ended = { ok, value };
    };
    request.then(end(true), end(false));
  }

  run(end: End): void {
    const told = !end.forced && this.ended?.ok === end.ok ? this.ended : end;
    const { success, fail, complete } = this.functions;
    // The app may keep the task for long.
    this.functions = {};
    this.ended = null;
    this.newest = null;
    call(end.ok ? success : fail, told.value);
    call(complete, told.value);
  }

  private keep({ success, fail, complete }: RequestOptions): void {
    this.functions = { success, fail, complete };
  }
}

/** A plain object with all that the request would read, what the options inherit too. */
export function copyOf(params: RequestOptions): RequestOptions {
  const copy: Record<string, unknown> = {};
  for (let object: object | null = params; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    for (const name of Object.getOwnPropertyNames(object)) {
      // What every object inherits is in the copy, too.
      if (!(name in copy)) copy[name] = params[name as keyof RequestOptions];
    }
  }
  return copy as unknown as RequestOptions;
}

function call(callback: unknown, value: unknown): void {
  if (typeof callback === 'function') callSafely(callback as (value: unknown) => void, value);
}
