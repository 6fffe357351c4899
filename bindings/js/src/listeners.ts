/**
 * The listeners of one kind of event of one task, in the order they were added (D-1 to D-3, D-6, D-7). Adding and removing
 * make a new array, so whoever runs through the old one sees no change until the next event. Calls nobody itself.
 */
import type { Listener } from './types.js';

export interface Entry<E> {
  readonly id: number;
  readonly run: Listener<E>;
}

/** Ids are never reused in a process, so an old one cannot remove a listener of another task. */
let lastId = 0;

export class Listeners<E> {
  private entries: readonly Entry<E>[] = [];

  /** The listeners as they are now; the array never changes. */
  get all(): readonly Entry<E>[] {
    return this.entries;
  }

  /** The new entry, or the one that this function has already. */
  add(run: Listener<E>): { entry: Entry<E>; isNew: boolean } {
    const known = this.entries.find((entry) => entry.run === run);
    if (known) return { entry: known, isNew: false };
    const entry = { id: ++lastId, run };
    this.entries = [...this.entries, entry];
    return { entry, isNew: true };
  }

  /** Removes one, by function or by id; what is not there is ignored. */
  remove(which: unknown): void {
    this.entries = this.entries.filter((entry) => entry.run !== which && entry.id !== which);
  }

  clear(): void {
    this.entries = [];
  }

  has(entry: Entry<E>): boolean {
    return this.entries.includes(entry);
  }
}
