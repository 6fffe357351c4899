/**
 * The listeners of one EventSource by type of event, with the rules of DOM's EventTarget: each listener once, in the order in
 * which they were added; one that is removed while an event is told is not called any more, one that is added hears the
 * next; a throw stops nobody. The handler properties (`onopen`) stand where they were first set. Engines of React Native
 * have no EventTarget.
 */
import { callSafely } from '../report.js';
import type { ListenOptions } from './types.js';

type Run = (event: never) => unknown;
type Handled = { handleEvent(event: never): unknown };
export type AnyListener = Run | Handled;

interface Entry {
  readonly listener: AnyListener | 'handler';
  readonly once: boolean;
  removed: boolean;
  /** Takes the listener off its signal. */
  leave: () => void;
}

export class EventListeners {
  private readonly byType = new Map<string, Entry[]>();
  private readonly handlers = new Map<string, unknown>();

  add(type: string, listener: unknown, options: boolean | ListenOptions | undefined): void {
    if (!isListener(listener)) return;
    const entries = this.entriesOf(type);
    if (entries.some((entry) => entry.listener === listener)) return;
    const { once = false, signal } = typeof options === 'object' && options !== null ? options : {};
    if (signal?.aborted) return;
    const entry: Entry = { listener, once: Boolean(once), removed: false, leave: () => {} };
    if (signal) {
      const onAbort = (): void => this.drop(type, entry);
      signal.addEventListener('abort', onAbort);
      entry.leave = () => signal.removeEventListener('abort', onAbort);
    }
    entries.push(entry);
  }

  remove(type: string, listener: unknown): void {
    const entry = this.byType.get(type)?.find((one) => one.listener === listener);
    if (entry) this.drop(type, entry);
  }

  handler(type: string): unknown {
    return this.handlers.get(type) ?? null;
  }

  setHandler(type: string, handler: unknown): void {
    // As WebIDL's EventHandler: what is no object is null.
    const isObject = typeof handler === 'function' || (typeof handler === 'object' && handler !== null);
    this.handlers.set(type, isObject ? handler : null);
    const entries = this.entriesOf(type);
    if (!entries.some((entry) => entry.listener === 'handler')) {
      entries.push({ listener: 'handler', once: false, removed: false, leave: () => {} });
    }
  }

  /** `goesOn` is asked before each listener. */
  tell(type: string, event: { readonly currentTarget: unknown }, goesOn: () => boolean): void {
    for (const entry of [...(this.byType.get(type) ?? [])]) {
      if (entry.removed) continue;
      if (!goesOn()) return;
      if (entry.once) this.drop(type, entry);
      callSafely(() => this.call(type, entry.listener, event), undefined);
    }
  }

  /** No event comes any more: signals must not hold what is never called. */
  clear(): void {
    for (const entries of this.byType.values()) entries.forEach((entry) => entry.leave());
  }

  private call(type: string, listener: AnyListener | 'handler', event: { readonly currentTarget: unknown }): void {
    const callee = listener === 'handler' ? this.handlers.get(type) : listener;
    if (typeof callee === 'function') callee.call(event.currentTarget, event);
    else if (listener !== 'handler') (listener as Handled).handleEvent(event as never);
  }

  private drop(type: string, entry: Entry): void {
    entry.removed = true;
    entry.leave();
    this.byType.set(
      type,
      this.entriesOf(type).filter((one) => one !== entry),
    );
  }

  private entriesOf(type: string): Entry[] {
    let entries = this.byType.get(type);
    if (!entries) this.byType.set(type, (entries = []));
    return entries;
  }
}

function isListener(value: unknown): value is AnyListener {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
