/**
 * From the bytes of a body to `data` (G-3 to G-6, G-10). No bytes are invalid; only a text longer than the engine can hold
 * throws. The engine's TextDecoder is used where there is one that works, because it is native; the own decoder gives the
 * same text.
 */
import { decodeUtf8 } from './utf8.js';

interface TextDecoderLike {
  decode(data: ArrayBuffer): string;
}
declare const TextDecoder: (new (label: string) => TextDecoderLike) | undefined;

/**
 * `data` of a successful answer. `body` null stands for an empty one. 'arraybuffer' wins over `dataType`; 'json' parses text
 * that is JSON and leaves any other text as it is.
 */
export function decodeBody(body: ArrayBuffer | null, dataType: string, responseType: string): unknown {
  if (responseType === 'arraybuffer') return body ?? new ArrayBuffer(0);
  if (body === null || body.byteLength === 0) return '';
  return parseText(decodeText(body), dataType);
}

/** How every JSON text begins (RFC 8259 2). Most other text does not, and an exception costs more than a small request. */
const MAY_BE_JSON = /^[\t\n\r ]*[[{"\-0-9tfn]/;

/** Text as {@link decodeBody} would give it; for bodies that were decoded chunk by chunk. */
export function parseText(text: string, dataType: string): unknown {
  if (dataType !== 'json' || !MAY_BE_JSON.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** UTF-8 with replacement, one BOM dropped. */
export function decodeText(body: ArrayBuffer): string {
  native ??= findDecoder();
  return native === 'none' ? decodeUtf8(body) : native.decode(body);
}

let native: TextDecoderLike | 'none' | undefined;

/** The engine's decoder, if it passes a test: some polyfills split characters, keep the BOM or throw on invalid bytes. */
function findDecoder(): TextDecoderLike | 'none' {
  try {
    if (typeof TextDecoder === 'undefined') return 'none';
    const decoder = new TextDecoder('utf-8');
    const probe = [
      0xef, 0xbb, 0xbf, 0x61, 0xe4, 0xbd, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80, 0xff, 0xe4, 0xbd,
    ];
    const { buffer } = new Uint8Array(probe);
    // Twice: nothing of the first text may be left over in the second.
    const works = [1, 2].every(() => decoder.decode(buffer) === decodeUtf8(buffer));
    return works ? decoder : 'none';
  } catch {
    return 'none';
  }
}
