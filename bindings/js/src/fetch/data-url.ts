/** data: URLs (Fetch standard 6, "data: URL processor"), which need no network. */
import { decodeBase64 } from './base64.js';
import { percentBytes } from './parse-form.js';

const MEDIA_TYPE = /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+\s*(;.*)?$/i;

/** null for what is no data: URL. */
export function readDataUrl(url: string): { type: string; bytes: Uint8Array } | null {
  const text = url.replace(/^data:/i, '').replace(/#.*$/, '');
  const comma = text.indexOf(',');
  if (comma < 0) return null;
  let type = text.slice(0, comma).trim();
  let bytes: Uint8Array | null = percentBytes(text.slice(comma + 1));
  if (/; *base64$/i.test(type)) {
    type = type.replace(/ *; *base64$/i, '');
    let latin1 = '';
    for (let i = 0; i < bytes.length; i++) latin1 += String.fromCharCode(bytes[i] as number);
    bytes = decodeBase64(latin1);
    if (bytes === null) return null;
  }
  if (type.charAt(0) === ';') type = `text/plain${type}`;
  return { type: MEDIA_TYPE.test(type) ? type : 'text/plain;charset=US-ASCII', bytes };
}
