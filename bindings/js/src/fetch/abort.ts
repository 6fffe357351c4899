/** AbortSignals as fetch follows them: any object of their shape. */
import type { AbortSignalLike } from '../types.js';

declare const DOMException: (new (message: string, name: string) => Error) | undefined;

/** What an aborted fetch rejects with: the signal's reason, or an AbortError where the engine's signals have none. */
export function abortReason(signal: AbortSignalLike): unknown {
  const { reason } = signal as { reason?: unknown };
  return reason === undefined ? newAbortError() : reason;
}

/** A DOMException where the engine has the class. */
export function newAbortError(): Error {
  const message = 'This operation was aborted';
  if (typeof DOMException === 'function') return new DOMException(message, 'AbortError');
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: 'AbortError', configurable: true });
  return Object.defineProperty(error, 'code', { value: 20, configurable: true });
}

export function isSignal(value: unknown): value is AbortSignalLike {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as { [name: string]: unknown };
  const listens = typeof addEventListener === 'function' && typeof removeEventListener === 'function';
  return typeof aborted === 'boolean' && listens;
}

/** Calls `onAbort` once when the signal is aborted; not if it is already. Returns what stops that. */
export function onAbort(signal: AbortSignalLike, run: () => void): () => void {
  const listener = (): void => {
    leave();
    run();
  };
  const leave = (): void => signal.removeEventListener('abort', listener);
  signal.addEventListener('abort', listener);
  return leave;
}
