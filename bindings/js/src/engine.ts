/**
 * What this layer needs of the engine beyond ECMAScript 2017: a microtask, a timer, the key of async iteration. Only
 * setTimeout must be there; the rest is used where present. Knows nothing of requests.
 */

declare const queueMicrotask: ((run: () => void) => void) | undefined;
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Runs `run` once the code that is running now has returned to the engine. `run` must not throw. */
export function soon(run: () => void): void {
  if (typeof queueMicrotask === 'function') queueMicrotask(run);
  else void Promise.resolve().then(run);
}

/** The longest time that timers take, 24 days; with a longer one they run at once. */
const TIMER_MAX_MS = 0x7fffffff;

/** Runs `run` after some time. Returns what calls that off. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, Math.min(ms, TIMER_MAX_MS));
  return () => clearTimeout(timer);
}

/** Symbol.asyncIterator, or the name that Babel's and regenerator's loops look for in engines without it. */
export const asyncIteratorKey: typeof Symbol.asyncIterator =
  Symbol.asyncIterator ?? ('@@asyncIterator' as unknown as typeof Symbol.asyncIterator);
