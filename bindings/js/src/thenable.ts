/**
 * Promises that are also request tasks. The methods are own, enumerable properties, because interceptor chains (Taro's among
 * them) copy those from one promise to the next and nothing else; and every promise derived with then, catch or finally
 * carries them again. Knows nothing of how a request goes.
 *
 * What copying means for `then`: a chain that copies all functions of promise `p` to `q = p.catch(...)` gives q the `then` of
 * p. Would that continue p, nobody would ever handle q, and its failure would be reported as unhandled although the app has
 * handled it. So these three methods continue the promise that they are called on, and only without one (`const { then } =
 * task`) the promise that they were made for.
 *
 * `await task` costs nothing more than for any promise: engines do not call the `then` of a real promise there. Where they do
 * (`return task` in an async function, Promise.all), the derived promise has handlers for both outcomes, so it reports
 * nothing; unhandled rejections of the app's own chains are left to the engine, which sees ordinary promises.
 */
import { asyncIteratorKey } from './engine.js';
import type { RequestTask } from './types.js';

/** The members of a RequestTask that are not a promise's. */
export type TaskMethods<T = any> = Pick<
  RequestTask<T>,
  | 'abort'
  | 'onHeadersReceived'
  | 'offHeadersReceived'
  | 'onChunkReceived'
  | 'offChunkReceived'
  | 'pause'
  | 'resume'
  | typeof Symbol.asyncIterator
>;

type OnValue = ((value: any) => unknown) | null | undefined;
type OnError = ((error: any) => unknown) | null | undefined;

/** A promise's three methods as they are on its prototype: our own ones must not be found here. */
interface PlainPromise {
  then(onValue?: OnValue, onError?: OnError): Promise<any>;
}

/**
 * Makes `promise` a request task: puts the methods of `task` on it, and its own then, catch and finally, which give such
 * promises again. Returns `promise`. Any promise will do, that of an async function too, and methods that were copied to it
 * are replaced; `task` may be a RequestTask or any object with these functions. They must need no `this`.
 *
 * The unhandled rejection of `promise` itself is not touched; see {@link neverUnhandled}.
 */
export function withTaskMethods<T = any>(promise: Promise<any>, task: TaskMethods<T>): RequestTask<T> {
  const target = promise as unknown as Record<'then' | 'catch' | 'finally', unknown> & TaskMethods<T>;
  target.then = function (this: unknown, onValue: OnValue, onError: OnError) {
    return withTaskMethods(plainThen(this, promise, onValue, onError), task);
  };
  target.catch = function (this: unknown, onError?: OnError) {
    return withTaskMethods(plainThen(this, promise, undefined, onError), task);
  };
  target.finally = function (this: unknown, run?: (() => unknown) | null) {
    return withTaskMethods(plainFinally(this, promise, run), task);
  };
  target.abort = task.abort;
  target.onHeadersReceived = task.onHeadersReceived;
  target.offHeadersReceived = task.offHeadersReceived;
  target.onChunkReceived = task.onChunkReceived;
  target.offChunkReceived = task.offChunkReceived;
  target.pause = task.pause;
  target.resume = task.resume;
  target[asyncIteratorKey] = task[asyncIteratorKey];
  return promise as RequestTask<T>;
}

/** A rejection of `promise` itself is not reported as unhandled any more; chains derived from it still are. */
export function neverUnhandled<P extends Promise<any>>(promise: P): P {
  prototypeOf(promise).then.call(promise, undefined, () => {});
  return promise;
}

function plainThen(self: unknown, made: Promise<any>, onValue: OnValue, onError: OnError): Promise<any> {
  const promise = self !== made && isPromise(self) ? self : made;
  return prototypeOf(promise).then.call(promise, onValue, onError);
}

/** Promise.prototype.finally, which engines before ES2018 lack. */
function plainFinally(self: unknown, made: Promise<any>, run: (() => unknown) | null | undefined): Promise<any> {
  if (typeof run !== 'function') return plainThen(self, made, run, run);
  const ran = async () => run();
  return plainThen(
    self,
    made,
    (value) => ran().then(() => value),
    (error) =>
      ran().then(() => {
        throw error;
      }),
  );
}

/** A promise of whatever kind (another realm's, a polyfill's): an object that inherits a `then`. */
function isPromise(value: unknown): value is Promise<any> {
  return typeof value === 'object' && value !== null && typeof prototypeOf(value)?.then === 'function';
}

function prototypeOf(value: object): PlainPromise {
  return Object.getPrototypeOf(value) as PlainPromise;
}
