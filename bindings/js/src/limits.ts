/**
 * The time limits of one request (H-1, H-4, H-5), as options of the core. All are in milliseconds; inside this file 0 is "no
 * limit" and undefined "not given".
 *
 * | given                        | total                  | connect | headers | idle  |
 * | ---------------------------- | ---------------------- | ------- | ------- | ----- |
 * | nothing                      | the configured default | none    | none    | none  |
 * | `timeout` or `timeouts.total`| that                   | none    | none    | none  |
 * | `enableChunked` alone        | none                   | 60000   | 60000   | 60000 |
 *
 * Each of `timeouts.connect`, `.headers` and `.idle` replaces its column. A limit counts as given if it is a number above 0:
 * 0, negative, NaN, null and other kinds of value mean the default. Infinity is "no limit".
 */
import { OptionKey } from './option-keys.js';

const STREAM_DEFAULT_MS = 60000;
/** The core's largest, 49 days. */
const MAX_MS = 0xffffffff;

/** Adds the options to `options` and returns the idle limit in force, 0 for none. `read` gets a property of `timeouts`. */
export function addLimits(
  options: (number | string)[],
  timeout: unknown,
  timeoutOf: (name: 'connect' | 'headers' | 'idle' | 'total') => unknown,
  chunked: boolean,
): number {
  const total = limitMs(timeoutOf('total')) ?? limitMs(timeout);
  const fallback = chunked && total === undefined ? STREAM_DEFAULT_MS : undefined;
  const connect = limitMs(timeoutOf('connect')) ?? fallback;
  const headers = limitMs(timeoutOf('headers')) ?? fallback;
  const idle = limitMs(timeoutOf('idle')) ?? fallback;
  if (total !== undefined) options.push(OptionKey.TIMEOUT_MS, total);
  else if (chunked) options.push(OptionKey.TIMEOUT_MS, 0);
  // `connect` includes the name lookup, which has a clock of its own in the core.
  if (connect !== undefined) options.push(OptionKey.RESOLVE_MS, connect, OptionKey.CONNECT_MS, connect);
  if (headers !== undefined) options.push(OptionKey.HEADERS_MS, headers);
  if (idle !== undefined) options.push(OptionKey.READ_IDLE_MS, idle);
  return idle ?? 0;
}

/** A limit as the core takes it; undefined if the value does not count as given. */
export function limitMs(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  return value === Infinity ? 0 : Math.min(Math.ceil(value), MAX_MS);
}
