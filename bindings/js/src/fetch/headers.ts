/**
 * Headers of the Fetch standard (5.1), without guards: no name is forbidden here, since no page is to be kept from anything. What
 * the connection needs (content-length, host) is judged by the core. Iteration is sorted, in lower case, with repeated names
 * combined, except that each set-cookie stands for itself.
 */
import { headerName, headerValue } from './header-text.js';
import { liveIterator } from './iterators.js';
import type { Headers as HeadersType, HeadersInit } from './types.js';

type Pair = [name: string, value: string];

interface List {
  pairs: Pair[];
  /** Made when it is asked for. */
  sorted: readonly Pair[] | null;
}

const lists = new WeakMap<object, List>();

function listOf(headers: object): List {
  const list = lists.get(headers);
  if (list === undefined) throw new TypeError('this is not a Headers object');
  return list;
}

export class Headers implements HeadersType {
  constructor(init?: HeadersInit) {
    lists.set(this, { pairs: [], sorted: null });
    if (init !== undefined) fill(this, init);
  }

  append(name: string, value: string): void {
    const list = listOf(this);
    const key = headerName(name);
    list.pairs.push([key, headerValue(key, value)]);
    list.sorted = null;
  }

  delete(name: string): void {
    const list = listOf(this);
    const key = headerName(name);
    list.pairs = list.pairs.filter((pair) => pair[0] !== key);
    list.sorted = null;
  }

  get(name: string): string | null {
    const key = headerName(name);
    const values = listOf(this).pairs.filter((pair) => pair[0] === key);
    return values.length === 0 ? null : values.map((pair) => pair[1]).join(separator(key));
  }

  getSetCookie(): string[] {
    return listOf(this)
      .pairs.filter((pair) => pair[0] === 'set-cookie')
      .map((pair) => pair[1]);
  }

  has(name: string): boolean {
    const key = headerName(name);
    return listOf(this).pairs.some((pair) => pair[0] === key);
  }

  set(name: string, value: string): void {
    const list = listOf(this);
    const key = headerName(name);
    const text = headerValue(key, value);
    const first = list.pairs.findIndex((pair) => pair[0] === key);
    if (first < 0) list.pairs.push([key, text]);
    else list.pairs = list.pairs.filter((pair, at) => pair[0] !== key || at === first);
    if (first >= 0) list.pairs[first] = [key, text];
    list.sorted = null;
  }

  forEach(callback: (value: string, name: string, headers: any) => void, thisArgument?: any): void {
    if (typeof callback !== 'function') throw new TypeError('forEach needs a function');
    for (let at = 0; at < sortedOf(this).length; at++) {
      const [name, value] = sortedOf(this)[at] as Pair;
      callback.call(thisArgument, value, name, this);
    }
  }

  entries(): ReturnType<HeadersType['entries']> {
    return liveIterator(
      () => sortedOf(this),
      ([name, value]): Pair => [name, value],
    );
  }

  keys(): ReturnType<HeadersType['keys']> {
    return liveIterator(
      () => sortedOf(this),
      (pair) => pair[0],
    );
  }

  values(): ReturnType<HeadersType['values']> {
    return liveIterator(
      () => sortedOf(this),
      (pair) => pair[1],
    );
  }

  [Symbol.iterator](): ReturnType<HeadersType['entries']> {
    return this.entries();
  }
}

Object.defineProperty(Headers.prototype, Symbol.toStringTag, { value: 'Headers', configurable: true });

/** Of an answer: the lines as the server sent them are taken as they are. `head`: see NativeEvent. */
export function receivedHeaders(head: string): Headers {
  const headers = new Headers();
  const { pairs } = listOf(headers);
  const parts = head === '' ? [] : head.split('\n');
  for (let i = 0; i + 1 < parts.length; i += 2) pairs.push([parts[i] as string, parts[i + 1] as string]);
  return headers;
}

function sortedOf(headers: object): readonly Pair[] {
  const list = listOf(headers);
  list.sorted ??= sortAndCombine(list.pairs);
  return list.sorted;
}

/** RFC 6265, 5.4: servers take a comma for a part of a cookie's value. */
function separator(name: string): string {
  return name === 'cookie' ? '; ' : ', ';
}

function sortAndCombine(pairs: readonly Pair[]): Pair[] {
  const cookies = pairs.filter((pair) => pair[0] === 'set-cookie');
  const combined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = combined.get(name);
    if (name !== 'set-cookie') combined.set(name, before === undefined ? value : before + separator(name) + value);
  }
  const result: Pair[] = [];
  combined.forEach((value, name) => result.push([name, value]));
  // By code units, and stable only for the cookies, which all have one name: so they are put in afterwards.
  result.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const at = result.findIndex((pair) => pair[0] > 'set-cookie');
  result.splice(at < 0 ? result.length : at, 0, ...cookies.map(([name, value]): Pair => [name, value]));
  return result;
}

function fill(headers: Headers, init: unknown): void {
  if ((typeof init !== 'object' && typeof init !== 'function') || init === null) {
    throw new TypeError('headers must be Headers, a list of pairs or an object');
  }
  if (lists.has(init)) {
    for (const [name, value] of listOf(init).pairs) headers.append(name, value);
    return;
  }
  const iterate = (init as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (typeof iterate === 'function') {
    for (const pair of init as Iterable<unknown>) {
      const members = pairOf(pair);
      headers.append(members[0] as string, members[1] as string);
    }
    return;
  }
  if (iterate !== undefined && iterate !== null) throw new TypeError('headers cannot be iterated');
  // Headers of an engine without iteration (React Native's own, before 0.7x).
  if (Object.prototype.toString.call(init) === '[object Headers]' && 'forEach' in init) {
    (init as HeadersType).forEach((value, name) => headers.append(name, value));
    return;
  }
  for (const name of Object.keys(init)) headers.append(name, (init as Record<string, string>)[name] as string);
}

function pairOf(pair: unknown): unknown[] {
  const iterable = typeof pair === 'object' && pair !== null && Symbol.iterator in pair;
  const members = iterable ? Array.from(pair as Iterable<unknown>) : [];
  if (members.length !== 2) throw new TypeError('each header of a list must be a pair of name and value');
  return members;
}
