/**
 * The header fields of a request: the caller's, then the configured ones that the caller does not bring, then a content-type
 * if the body needs one. Each is checked here (F-14), so that a failure names the field and never shows its value, which may
 * be a secret. What fields mean to the connection (content-length, host, transfer-encoding) is judged by the core.
 *
 * Values: text; numbers, booleans and bigints as their text; an array is one line for each element. `undefined` is as if the
 * name were not there, and so is `null`, except that it also keeps a configured field away. A Map or a Headers object is
 * taken for its entries.
 */
/** name, value, name, value. */
export type FieldList = string[];

/** RFC 9110 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** All control characters but a tab; RFC 9110 5.5. */
const NOT_IN_VALUE = /[\0-\x08\x0a-\x1f\x7f]/;
const CONTROL_NAMES: { readonly [code: number]: string } = { 0: 'a NUL', 10: 'a LF', 13: 'a CR' };

export class Fields {
  readonly list: FieldList = [];
  /** Names brought by the caller, in lower case. */
  private readonly names = new Set<string>();
  /** The first content-type, or null. */
  contentType: string | null = null;

  /** `refuse` makes the error for a sentence: whose header it is decides how its mistakes are told. */
  constructor(private readonly refuse: (sentence: string) => Error) {}

  /** Adds the caller's header object; `null` and `undefined` are none. Names that are dropped are left out. */
  addAll(header: unknown, option: string, isDropped: (lowerName: string) => boolean): void {
    if (header === undefined || header === null) return;
    if (typeof header !== 'object' || Array.isArray(header)) {
      throw this.refuse(
        `${option} must be an object, not ${Array.isArray(header) ? 'an array' : `a ${typeof header}`}`,
      );
    }
    const add = (name: string, value: unknown): void => {
      const lower = name.toLowerCase();
      if (value === undefined || isDropped(lower)) return;
      this.names.add(lower);
      if (!Array.isArray(value)) this.add(name, lower, value);
      else for (const element of value as unknown[]) this.add(name, lower, element);
    };
    const tag = Object.prototype.toString.call(header);
    if (tag === '[object Map]' || tag === '[object Headers]') {
      (header as Map<unknown, unknown>).forEach((value, name) => add(String(name), value));
      return;
    }
    for (const name of Object.keys(header)) {
      let value: unknown;
      try {
        value = (header as Record<string, unknown>)[name];
      } catch {
        throw this.refuse(`the header ${shown(name)} cannot be read`);
      }
      add(name, value);
    }
  }

  /** Adds configured fields whose names the caller did not bring. Names that are dropped are left out. */
  addDefaults(defaults: readonly string[], isDropped: (lowerName: string) => boolean): void {
    for (let i = 0; i + 1 < defaults.length; i += 2) {
      const name = defaults[i] as string;
      const lower = name.toLowerCase();
      if (!this.names.has(lower) && !isDropped(lower)) this.add(name, lower, defaults[i + 1]);
    }
  }

  /** Says what the body is, unless that was said already. */
  addContentType(value: string | null): void {
    if (value !== null && this.contentType === null) this.add('content-type', 'content-type', value);
  }

  private add(name: string, lower: string, given: unknown): void {
    if (given === undefined || given === null) return;
    if (!TOKEN.test(name))
      throw this.refuse(name === '' ? 'a header has no name' : `${shown(name)} is not a header name`);
    const value = textOf(given);
    if (value === null) throw this.refuse(`the value of the header ${shown(name)} cannot be ${describe(given)}`);
    const at = value.search(NOT_IN_VALUE);
    if (at >= 0) {
      const code = value.charCodeAt(at);
      const what = CONTROL_NAMES[code] ?? `the control character 0x${code < 16 ? '0' : ''}${code.toString(16)}`;
      throw this.refuse(`the value of the header ${shown(name)} has ${what} at position ${at}`);
    }
    if (lower === 'content-type' && this.contentType === null) this.contentType = value;
    this.list.push(name, value);
  }
}

/** null for what has no text of its own. */
function textOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return null;
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a nested array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A name for a sentence: quoted, with control characters escaped, and not endless. */
function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
