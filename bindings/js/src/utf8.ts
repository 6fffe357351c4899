/**
 * UTF-8 to text as the WHATWG Encoding standard says ("UTF-8 decode" in replacement mode), for engines without a
 * TextDecoder: whatever the split points, the joined texts equal the decoding of the whole. Each maximal part of an
 * invalid sequence becomes one U+FFFD, an unfinished sequence at the end becomes one, and one leading BOM is dropped.
 * Text is built from runs of code units, never byte by byte.
 */

const REPLACEMENT = 0xfffd;
/** Code units turned into a string at once; engines limit the arguments of one call, the lowest known limit is 65535. */
const RUN = 8192;
/** Shared by all decoders: it is filled and emptied inside one call. */
const units = new Uint16Array(RUN + 2);

/** Decodes a stream. Not to be used after `end`, except that `end` leaves it as new. */
export class Utf8Decoder {
  /** The code point so far, of a sequence whose last bytes have not come. */
  private point = 0;
  /** Bytes of it that are still to come; 0 between characters. */
  private missing = 0;
  /** What the next byte must be; narrower than 80..BF only after E0, ED, F0 and F4. */
  private lower = 0x80;
  private upper = 0xbf;
  /** Whether a BOM may still come: nothing has been decoded yet. */
  private atStart = true;

  /** The characters that are complete with these bytes; "" when there are none. */
  push(data: ArrayBuffer | ArrayBufferView): string {
    const bytes = viewBytes(data);
    const length = bytes.length;
    let { point, missing, lower, upper } = this;
    let text = '';
    let filled = 0;
    let at = 0;
    while (at < length) {
      if (filled >= RUN) {
        text += this.take(filled);
        filled = 0;
      }
      const byte = bytes[at] as number;
      if (missing === 0) {
        at++;
        if (byte < 0x80) {
          units[filled++] = byte;
          // Most text is ASCII: stay here as long as it is.
          const stop = Math.min(length, at + RUN - filled);
          while (at < stop) {
            const next = bytes[at] as number;
            if (next >= 0x80) break;
            units[filled++] = next;
            at++;
          }
        } else if (byte >= 0xc2 && byte <= 0xdf) {
          missing = 1;
          point = byte & 0x1f;
        } else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) lower = 0xa0;
          else if (byte === 0xed) upper = 0x9f;
          missing = 2;
          point = byte & 0x0f;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) lower = 0x90;
          else if (byte === 0xf4) upper = 0x8f;
          missing = 3;
          point = byte & 0x07;
        } else {
          units[filled++] = REPLACEMENT;
        }
      } else if (byte < lower || byte > upper) {
        // The byte is not part of the sequence: it is looked at again as the first of the next one.
        units[filled++] = REPLACEMENT;
        missing = 0;
        lower = 0x80;
        upper = 0xbf;
      } else {
        at++;
        lower = 0x80;
        upper = 0xbf;
        point = (point << 6) | (byte & 0x3f);
        if (--missing === 0) {
          if (point > 0xffff) {
            units[filled++] = 0xd7c0 + (point >> 10);
            units[filled++] = 0xdc00 | (point & 0x3ff);
          } else {
            units[filled++] = point;
          }
        }
      }
    }
    this.point = point;
    this.missing = missing;
    this.lower = lower;
    this.upper = upper;
    return text + this.take(filled);
  }

  /** What is left: U+FFFD for an unfinished character, otherwise "". The decoder is as new afterwards. */
  end(): string {
    const text = this.missing > 0 ? '\ufffd' : '';
    this.missing = 0;
    this.lower = 0x80;
    this.upper = 0xbf;
    this.atStart = true;
    return text;
  }

  /** The first units as text, without the BOM of the stream. */
  private take(filled: number): string {
    if (filled === 0) return '';
    let from = 0;
    if (this.atStart) {
      this.atStart = false;
      if (units[0] === 0xfeff) from = 1;
    }
    // The types want an array of numbers; engines take a typed array (ES2015 CreateListFromArrayLike).
    return String.fromCharCode.apply(null, units.subarray(from, filled) as unknown as number[]);
  }
}

/** Decodes a whole text. */
export function decodeUtf8(data: ArrayBuffer | ArrayBufferView): string {
  const decoder = new Utf8Decoder();
  const text = decoder.push(data);
  return text + decoder.end();
}

/** The exact bytes of a buffer or a view, without a copy. */
export function viewBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** Bytes of a text in UTF-8; a lone surrogate counts 3, as U+FFFD does. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      // A pair is 4 bytes, and its two units are counted already.
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}
