/**
 * URLs of requests. The engine's URL class is used where it works: React Native's, before 0.8x, adds slashes and knows no
 * parts. Without one the text goes to the core as it is, which parses it and refuses what is no URL.
 */
interface Parsed {
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
}
type UrlClass = new (url: string, base?: string) => Parsed;
declare const URL: UrlClass | undefined;

/** The URL in its normal form. A TypeError for what is no absolute URL, or has a user's name or password in it. */
export function requestUrl(given: string): string {
  // URL standard 4.4: these are no part of a URL.
  const text = given.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '').replace(/[\t\n\r]/g, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) throw new TypeError(`${shown(text)} is not an absolute URL`);
  const Class = workingClass();
  let href = text;
  let credentials = /^https?:[\\/]*[^/?#\\]*@/i.test(text);
  if (Class !== null) {
    let parsed: Parsed;
    try {
      parsed = new Class(text);
    } catch {
      throw new TypeError(`${shown(text)} is not a URL`);
    }
    href = parsed.href;
    credentials = parsed.username !== '' || parsed.password !== '';
  }
  // The text is not shown: it may have the password.
  if (credentials) throw new TypeError('a URL with a user name or a password in it cannot be fetched');
  return href;
}

export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(':')).toLowerCase();
}

/** The text without what may be a secret, as the core shows URLs: what stands before an `@`, the query and the fragment. */
function shown(text: string): string {
  const path = text.search(/[?#]/);
  const at = text.lastIndexOf('@');
  let rest = path < 0 ? text : `${text.slice(0, path + 1)}…`;
  if (at >= 0) {
    const scheme = /^[a-z][a-z0-9+.-]*:[\\/]*/i.exec(text)?.[0] ?? '';
    rest = `${scheme}…${path < 0 || at < path ? rest.slice(at) : ''}`;
  }
  return JSON.stringify(rest.length > 100 ? `${rest.slice(0, 100)}…` : rest);
}

let working: UrlClass | null | undefined;

function workingClass(): UrlClass | null {
  working ??= probe();
  return working;
}

function probe(): UrlClass | null {
  try {
    if (typeof URL !== 'function') return null;
    const { href } = new URL('HTTP://EXAMPLE.com:80/a/../b?q#f');
    const { username, password } = new URL('http://u:p@h/');
    return href === 'http://example.com/b?q#f' && username === 'u' && password === 'p' ? URL : null;
  } catch {
    return null;
  }
}
