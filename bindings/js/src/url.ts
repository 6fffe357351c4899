/**
 * The one thing done to a URL here: a query is put where it belongs (F-1, F-2). Parsing, and refusing what is no URL, is
 * the core's, so that there is one opinion about it.
 */

/**
 * Adds `query` to a URL, before a fragment, joined by "?" or "&". An empty query changes nothing: neither is anything added
 * to the caller's URL nor taken from it.
 */
export function appendQuery(url: string, query: string): string {
  if (query === '') return url;
  const hash = url.indexOf('#');
  const fragment = hash < 0 ? '' : url.slice(hash);
  // White space at the end is not part of a URL (WHATWG URL, 4.4), and would be in the middle of this one.
  const base = (hash < 0 ? url : url.slice(0, hash)).replace(/[\0-\x20]+$/, '');
  const mark = base.indexOf('?');
  const last = base[base.length - 1];
  const joint = mark < 0 ? '?' : last === '?' || last === '&' ? '' : '&';
  return base + joint + query + fragment;
}
