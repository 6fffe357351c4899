/**
 * Iterators of Headers and FormData as Web IDL makes them: live, so that what is added or removed during a loop is seen by it,
 * and with the engine's iterator helpers where there are such.
 */
const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** `entries` is asked at each step; `pick` makes of an entry what the loop gets. */
export function liveIterator<E, T>(entries: () => readonly E[], pick: (entry: E) => T): any {
  let at = 0;
  const iterator = Object.create(iteratorPrototype) as { next(): IteratorResult<T>; [Symbol.iterator](): unknown };
  iterator.next = () => {
    const list = entries();
    if (at >= list.length) return { value: undefined, done: true };
    return { value: pick(list[at++] as E), done: false };
  };
  iterator[Symbol.iterator] = () => iterator;
  return iterator;
}
