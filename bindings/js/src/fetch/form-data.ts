/**
 * FormData of the XMLHttpRequest standard (5), also for React Native's `{ uri, name, type }` files. Entries of any other FormData
 * (the engine's, undici's, React Native's with its `_parts`) are read by `formEntries`.
 */
import { isBlob, named } from './blob.js';
import { liveIterator } from './iterators.js';
import { escaped } from './multipart.js';
import type { BlobLike, FormData as FormDataType, FormDataEntryValue, UriPart } from './types.js';

/** What is sent: `filename` is null for a text. */
export interface FormEntry {
  name: string;
  value: string | BlobLike | UriPart;
  filename: string | null;
}

/** What React Native's FormData gives to its XMLHttpRequest. */
export interface FormPart {
  fieldName: string;
  headers: { 'content-disposition': string; 'content-type'?: string };
  string?: string;
  uri?: string;
}

const forms = new WeakMap<object, FormEntry[]>();

function entriesOf(form: object): FormEntry[] {
  const entries = forms.get(form);
  if (entries === undefined) throw new TypeError('this is not a FormData object');
  return entries;
}

export class FormData implements FormDataType {
  constructor(form?: unknown) {
    if (form !== undefined) throw new TypeError('FormData takes no form here: there are no form elements');
    forms.set(this, []);
  }

  append(name: string, value: unknown, filename?: string): void {
    entriesOf(this).push(entryOf(name, value, filename));
  }

  delete(name: string): void {
    const entries = entriesOf(this);
    const key = String(name);
    forms.set(
      this,
      entries.filter((entry) => entry.name !== key),
    );
  }

  get(name: string): FormDataEntryValue | null {
    const key = String(name);
    const entry = entriesOf(this).find((one) => one.name === key);
    return entry ? valueOf(entry) : null;
  }

  getAll(name: string): FormDataEntryValue[] {
    const key = String(name);
    return entriesOf(this)
      .filter((entry) => entry.name === key)
      .map(valueOf);
  }

  has(name: string): boolean {
    const key = String(name);
    return entriesOf(this).some((entry) => entry.name === key);
  }

  set(name: string, value: unknown, filename?: string): void {
    const entry = entryOf(name, value, filename);
    const entries = entriesOf(this);
    const first = entries.findIndex((one) => one.name === entry.name);
    if (first < 0) {
      entries.push(entry);
      return;
    }
    const kept = entries.filter((one, at) => one.name !== entry.name || at === first);
    kept[first] = entry;
    forms.set(this, kept);
  }

  forEach(callback: (value: FormDataEntryValue, name: string, form: any) => void, thisArgument?: any): void {
    if (typeof callback !== 'function') throw new TypeError('forEach needs a function');
    for (let at = 0; at < entriesOf(this).length; at++) {
      const entry = entriesOf(this)[at] as FormEntry;
      callback.call(thisArgument, valueOf(entry), entry.name, this);
    }
  }

  entries(): ReturnType<FormDataType['entries']> {
    return liveIterator(
      () => entriesOf(this),
      (entry) => [entry.name, valueOf(entry)],
    );
  }

  keys(): ReturnType<FormDataType['keys']> {
    return liveIterator(
      () => entriesOf(this),
      ({ name }) => name,
    );
  }

  values(): ReturnType<FormDataType['values']> {
    return liveIterator(() => entriesOf(this), valueOf);
  }

  /** React Native's: by it its XMLHttpRequest sends a form, and libraries (axios) know that the platform sets the content-type. */
  getParts(): FormPart[] {
    return entriesOf(this).map(({ name: fieldName, value, filename }) => {
      const headers: FormPart['headers'] = { 'content-disposition': `form-data; name="${escaped(fieldName)}"` };
      if (typeof value === 'string') return { string: value, headers, fieldName };
      if (filename !== null) headers['content-disposition'] += `; filename="${escaped(filename)}"`;
      if (value.type) headers['content-type'] = value.type;
      return { ...value, headers, fieldName };
    });
  }

  [Symbol.iterator](): ReturnType<FormDataType['entries']> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return 'FormData';
  }
}

/** The entries of a FormData of any make, as they are now; null if it is none. */
export function formEntries(form: unknown): FormEntry[] | null {
  if (typeof form !== 'object' || form === null) return null;
  const own = forms.get(form);
  if (own !== undefined) return own.slice();
  const { _parts, append, getAll, forEach } = form as { [name: string]: unknown };
  if (typeof append !== 'function') return null;
  if (Array.isArray(_parts)) {
    return (_parts as [name: string, value: unknown][]).map(([name, value]) => entryOf(name, value, undefined));
  }
  if (Object.prototype.toString.call(form) !== '[object FormData]' || typeof getAll !== 'function') return null;
  const entries: FormEntry[] = [];
  if (typeof forEach === 'function') {
    (form as FormDataType).forEach((value, name) => void entries.push(entryOf(name, value, undefined)));
  }
  return entries;
}

/** What the app gets: a Blob as a File of the entry's name, made when it is first asked for. */
function valueOf(entry: FormEntry): FormDataEntryValue {
  const { value, filename } = entry;
  if (filename !== null && isBlob(value)) entry.value = named(value, filename);
  return entry.value as FormDataEntryValue;
}

function entryOf(name: unknown, value: unknown, filename: unknown): FormEntry {
  const key = String(name);
  if (isBlob(value)) return { name: key, value, filename: fileName(value, filename) };
  if (isUriPart(value)) return { name: key, value, filename: fileName(value, filename) };
  if (filename !== undefined) throw new TypeError('only a file of a FormData can have a file name');
  return { name: key, value: String(value), filename: null };
}

function isUriPart(value: unknown): value is UriPart {
  return typeof value === 'object' && value !== null && typeof (value as UriPart).uri === 'string';
}

function fileName(file: object, given: unknown): string {
  if (given !== undefined) return String(given);
  const { name } = file as { name?: unknown };
  return typeof name === 'string' ? name : 'blob';
}
