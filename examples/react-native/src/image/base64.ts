/**
 * The text of a data URI. Neither Buffer nor btoa is in every engine that React Native runs on.
 */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A multiple of three, so that only the last piece is padded; and short strings join faster than one long one grows. */
const PIECE_BYTES = 3 * 1024;

export function toBase64(data: ArrayBuffer): string {
  const bytes = new Uint8Array(data);
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    pieces.push(encode(bytes, from, Math.min(from + PIECE_BYTES, bytes.length)));
  }
  return pieces.join('');
}

function encode(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end; at += 3) {
    const left = end - at;
    const group = (bytes[at] << 16) | (left > 1 ? bytes[at + 1] << 8 : 0) | (left > 2 ? bytes[at + 2] : 0);
    text += DIGITS[group >> 18] + DIGITS[(group >> 12) & 63];
    text += (left > 1 ? DIGITS[(group >> 6) & 63] : '=') + (left > 2 ? DIGITS[group & 63] : '=');
  }
  return text;
}
