/**
 * The head of an answer as JavaScript sees it (G-7, G-8): a plain object with lower-case names as its own enumerable
 * properties, the same values under Title-Case names that enumeration does not show, and the set-cookie lines apart.
 * Any name that a server may send is safe, also "__proto__" and "constructor". Where it came from is there, too, but not
 * enumerable.
 */
import type { HeadersEvent, ResponseHeader } from './types.js';

const NOT_ASCII = /[\x80-\xff]/;
const hasOwn = Object.prototype.hasOwnProperty;

/** `head` is "name\nvalue\nname\nvalue" with the bytes as Latin-1 (see NativeEvent). */
export function parseHead(httpStatus: number, head: string, url: string, redirected: boolean): HeadersEvent {
  const header: ResponseHeader = {};
  const cookies: string[] = [];
  if (head !== '') {
    const plain = !NOT_ASCII.test(head);
    const parts = head.split('\n');
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const name = parts[i] as string;
      const bytes = parts[i + 1] as string;
      const value = plain ? bytes : fieldText(bytes);
      if (name === 'set-cookie') cookies.push(value);
      if (!(name in header)) header[name] = value;
      else if (hasOwn.call(header, name)) header[name] += (name === 'set-cookie' ? ',' : ', ') + value;
      else {
        // Inherited from Object.prototype: assigning to __proto__ would be lost, and to the others may be forbidden.
        Object.defineProperty(header, name, { value, enumerable: true, writable: true, configurable: true });
      }
    }
    addTitleCase(header);
  }
  // What is ours does not enumerate: the event has the three members of wx (C-4).
  return Object.defineProperties({ header, statusCode: httpStatus, cookies } as HeadersEvent, {
    url: { value: url },
    redirected: { value: redirected },
    head: { value: head },
  });
}

/** Values that are valid UTF-8 are that; all others are Latin-1, in which no byte is invalid (RFC 9110 5.5 leaves it open). */
function fieldText(latin1: string): string {
  if (!NOT_ASCII.test(latin1)) return latin1;
  try {
    // The one strict UTF-8 decoder that every engine has. It keeps a BOM, as it should: fields have none to drop.
    return decodeURIComponent(latin1.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
  } catch {
    return latin1;
  }
}

/** Names seen so far with their Title-Case; servers send the same few. Bounded, because any server can invent names. */
const titles = new Map<string, string>();
const TITLES_MAX = 500;

function addTitleCase(header: ResponseHeader): void {
  const hidden = { value: '', enumerable: false, writable: true, configurable: true };
  for (const name of Object.keys(header)) {
    const title = titleCase(name);
    if (title === name) continue;
    hidden.value = header[name] as string;
    Object.defineProperty(header, title, hidden);
  }
}

function titleCase(name: string): string {
  let title = titles.get(name);
  if (title === undefined) {
    title = name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
    if (titles.size < TITLES_MAX) titles.set(name, title);
  }
  return title;
}
