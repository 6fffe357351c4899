/**
 * Header names and values as the Fetch standard takes them (2.2.2): names are tokens; values are bytes (a text of code units up
 * to 0xFF) without NUL, CR and LF, and white space at their ends is taken off. What is not so is a TypeError. An error shows a
 * name but never a value, which may be a secret.
 */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g;
const FORBIDDEN = /[\0\n\r]/;
const NOT_BYTES = /[^\0-\xff]/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** In lower case. */
export function headerName(name: unknown): string {
  const text = String(name);
  if (!TOKEN.test(text)) throw new TypeError(`${JSON.stringify(text.slice(0, 60))} is not a header name`);
  return text.toLowerCase();
}

/** `name`: for the error only. */
export function headerValue(name: string, value: unknown): string {
  const text = String(value).replace(AROUND, '');
  if (FORBIDDEN.test(text)) throw new TypeError(`the value of the header ${name} has a NUL, CR or LF in it`);
  if (NOT_BYTES.test(text)) throw new TypeError(`the value of the header ${name} has characters beyond U+00FF`);
  return text;
}
