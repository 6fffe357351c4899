/**
 * How long kept chunks may wait for their first listener. While they wait the host is paused, and a paused host tells neither
 * of its time limits nor of the end; so that such a request still ends, this layer applies them itself.
 */
import { OptionKey } from './option-keys.js';
import type { Plan } from './plan.js';

/** Where the request has no limit of its own. */
const DEFAULT_MS = 60000;

/**
 * The idle limit, or what is left of the total if that is less. `begun`: when the headers came. The total is counted from there,
 * which errs on the late side: how long the request waited in the queue is not known here, and must not count (H-8).
 */
export function patienceMs(plan: Plan, begun: number): number {
  const total = valueOf(plan.options, OptionKey.TIMEOUT_MS);
  const left = total > 0 ? Math.max(0, begun + total - Date.now()) : Infinity;
  const idle = plan.idleMs > 0 ? plan.idleMs : Infinity;
  const wait = Math.min(idle, left);
  return wait === Infinity ? DEFAULT_MS : wait;
}

/** Of a number option; 0 if it is not given. */
function valueOf(options: Plan['options'], key: number): number {
  for (let i = 0; i + 1 < options.length; i += 2) {
    if (options[i] === key) return options[i + 1] as number;
  }
  return 0;
}
