/**
 * formData() of a body: multipart/form-data (RFC 7578) and application/x-www-form-urlencoded (URL standard 5.1) from bytes to a
 * FormData. A form that is cut short or has no boundary is a TypeError.
 */
import { decodeText } from '../answer.js';
import { type BlobClass, makeFile } from './blob.js';
import { FormData } from './form-data.js';
import { bufferOf } from './source.js';
import { encodeUtf8 } from './utf8-encode.js';

export function parseForm(bytes: Uint8Array, contentType: string | null, Blob: BlobClass | undefined): FormData {
  const type = (contentType ?? '').split(';', 1)[0] as string;
  switch (type.trim().toLowerCase()) {
    case 'multipart/form-data': {
      const boundary = boundaryOf(contentType as string);
      if (boundary === null) throw new TypeError('the content-type of the form has no boundary');
      return parseMultipart(bytes, boundary, Blob);
    }
    case 'application/x-www-form-urlencoded':
      return parseUrlencoded(textOf(bytes));
    default:
      throw new TypeError(`a body of the content-type ${JSON.stringify(contentType)} is no form`);
  }
}

function boundaryOf(contentType: string): string | null {
  const found = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(contentType);
  if (!found) return null;
  return found[1] !== undefined ? found[1].replace(/\\(.)/g, '$1') : (found[2] as string);
}

function parseMultipart(bytes: Uint8Array, boundary: string, Blob: BlobClass | undefined): FormData {
  const form = new FormData();
  const delimiter = encodeUtf8(`\r\n--${boundary}`);
  // The first delimiter may begin the body, without a line end before it.
  const first = delimiter.subarray(2);
  let at = startsWith(bytes, first, 0) ? first.length : after(bytes, delimiter, 0);
  for (;;) {
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d) return form;
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) throw damaged();
    at += 2;
    const { fields, end } = partHead(bytes, at);
    const next = find(bytes, delimiter, end - 2);
    if (next < 0) throw damaged();
    const content = bytes.slice(end, Math.max(end, next));
    at = next + delimiter.length;
    addPart(form, fields, content, Blob);
  }
}

/** The fields of a part from `at` on, and where its content begins. */
function partHead(bytes: Uint8Array, at: number): { fields: Map<string, string>; end: number } {
  const fields = new Map<string, string>();
  for (;;) {
    const end = find(bytes, CRLF, at);
    if (end < 0) throw damaged();
    if (end === at) return { fields, end: at + 2 };
    const line = textOf(bytes.slice(at, end));
    const colon = line.indexOf(':');
    if (colon < 0) throw damaged();
    fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    at = end + 2;
  }
}

function addPart(form: FormData, fields: Map<string, string>, content: Uint8Array, Blob: BlobClass | undefined): void {
  const disposition = fields.get('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (!/^form-data\s*;/i.test(disposition) || name === null) throw damaged();
  const filename = parameter(disposition, 'filename');
  if (filename === null) form.append(name, textOf(content));
  else form.append(name, makeFile(Blob, content, filename, fields.get('content-type') ?? 'text/plain'), filename);
}

function parameter(disposition: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(disposition);
  if (!found) return null;
  const text = found[1] ?? (found[2] as string);
  return text.replace(/%0d/gi, '\r').replace(/%0a/gi, '\n').replace(/%22/g, '"');
}

function parseUrlencoded(text: string): FormData {
  const form = new FormData();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const mark = pair.indexOf('=');
    const name = mark < 0 ? pair : pair.slice(0, mark);
    form.append(percentDecoded(name), percentDecoded(mark < 0 ? '' : pair.slice(mark + 1)));
  }
  return form;
}

function percentDecoded(text: string): string {
  return textOf(percentBytes(text.replace(/\+/g, ' ')));
}

/** URL standard 1.3, "percent-decode": what is no escape stands for itself. */
export function percentBytes(text: string): Uint8Array {
  const from = encodeUtf8(text);
  const to = new Uint8Array(from.length);
  let length = 0;
  for (let i = 0; i < from.length; i++) {
    const hex = from[i] === 0x25 ? String.fromCharCode(from[i + 1] ?? 0, from[i + 2] ?? 0) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) i += 2;
    to[length++] = hex !== '' && /^[0-9a-f]{2}$/i.test(hex) ? parseInt(hex, 16) : (from[i] as number);
  }
  return to.slice(0, length);
}

const CRLF = new Uint8Array([0x0d, 0x0a]);

function find(bytes: Uint8Array, what: Uint8Array, from: number): number {
  const first = what[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, what, at)) return at;
  }
  return -1;
}

function after(bytes: Uint8Array, what: Uint8Array, from: number): number {
  const at = find(bytes, what, from);
  if (at < 0) throw damaged();
  return at + what.length;
}

function startsWith(bytes: Uint8Array, what: Uint8Array, at: number): boolean {
  for (let i = 0; i < what.length; i++) if (bytes[at + i] !== what[i]) return false;
  return true;
}

/** Without the loss of a BOM that the text of a form would not have anyway. */
function textOf(bytes: Uint8Array): string {
  return decodeText(bufferOf(bytes));
}

function damaged(): TypeError {
  return new TypeError('the form is damaged');
}
