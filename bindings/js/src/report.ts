/**
 * Errors of the app's own functions (listeners, success, fail, complete): they hurt no request (D-5, D-8) and reach the global
 * handler of the engine (window.onerror, uncaughtException, ErrorUtils). Always from a timer and never from inside our code,
 * because such a handler may throw or end the process.
 */

declare const reportError: ((error: unknown) => void) | undefined;
declare function setTimeout(run: () => void, ms: number): unknown;

export function reportLater(error: unknown): void {
  setTimeout(() => {
    if (typeof reportError === 'function') reportError(error);
    else throw error;
  }, 0);
}

/** Calls a function of the app; what it throws is reported and goes no further. */
export function callSafely<A>(callee: (argument: A) => unknown, argument: A): void {
  try {
    callee(argument);
  } catch (error) {
    reportLater(error);
  }
}
