/**
 * `options.signal` (B-8): any object of AbortSignal's shape, so that engines without AbortController can bring their own.
 * The listener that is put on it is taken off at the end of the task (H-11), as signals often outlive many requests.
 */
import { failure, messageOf } from './errors.js';
import type { AbortSignalLike } from './types.js';

/** A followed signal: whether it had been aborted already, and how to leave it. */
export interface Followed {
  readonly aborted: boolean;
  leave(): void;
}

/** Calls `onAbort` when the signal is aborted. Throws a RequestError that names the option if that cannot be arranged. */
export function followSignal(signal: AbortSignalLike, onAbort: () => void): Followed {
  // Returns nothing, whatever `onAbort` does: Node reports the failure of a promise that a listener returns.
  const listener = (): void => {
    onAbort();
  };
  try {
    const aborted = signal.aborted;
    if (typeof aborted !== 'boolean') throw new Error('it has no boolean `aborted`');
    if (typeof signal.removeEventListener !== 'function') throw new Error('it has no removeEventListener');
    if (!aborted) signal.addEventListener('abort', listener);
    return { aborted, leave: () => leave(signal, listener) };
  } catch (error) {
    throw failure('parameter error', `option signal: not an AbortSignal: ${messageOf(error)}`);
  }
}

function leave(signal: AbortSignalLike, listener: () => void): void {
  try {
    signal.removeEventListener('abort', listener);
  } catch {
    // A signal that cannot be left does no harm: an abort after the end does nothing.
  }
}
