/**
 * FormData as multipart/form-data (HTML standard, "multipart/form-data encoding algorithm"): the boundary is made of random letters;
 * line ends in names and texts become CR LF; quotes and line ends in names and file names become %22, %0D, %0A. File names get
 * no other change.
 */
import { blobBytes, isBlob, withCause } from './blob.js';
import type { FormEntry } from './form-data.js';
import { joined } from './source.js';
import type { UriPart } from './types.js';
import { encodeUtf8 } from './utf8-encode.js';
import { viewBytes } from '../utf8.js';

export type ReadUri = (uri: string) => Promise<ArrayBuffer | ArrayBufferView>;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 24 letters and digits are 142 bits: as good as never in a file by chance. It is no secret. */
export function newBoundary(): string {
  let random = '';
  for (let i = 0; i < 24; i++) random += LETTERS[Math.floor(Math.random() * LETTERS.length)];
  return `----reqtaskFormBoundary${random}`;
}

/** Throws at once if a part needs `readUri` and there is none; reads the files when it is called. */
export function multipart(entries: readonly FormEntry[], boundary: string, readUri: ReadUri | undefined) {
  for (const { name, value } of entries) {
    if (typeof value !== 'string' && !isBlob(value) && !readUri) {
      throw new TypeError(
        `the part ${JSON.stringify(name)} of the FormData is a uri, and this platform cannot read uris`,
      );
    }
  }
  return async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    for (const entry of entries) {
      const { name, value, filename } = entry;
      let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(lineEnds(name))}"`;
      if (typeof value === 'string') {
        parts.push(encodeUtf8(`${head}\r\n\r\n${lineEnds(value)}\r\n`));
        continue;
      }
      const type = typeof value.type === 'string' ? value.type.replace(/[\r\n]/g, '') : '';
      head += `; filename="${escaped(filename ?? 'blob')}"\r\nContent-Type: ${type || 'application/octet-stream'}\r\n\r\n`;
      const bytes = isBlob(value) ? await blobBytes(value) : await uriBytes(name, value, readUri as ReadUri);
      parts.push(encodeUtf8(head), bytes, encodeUtf8('\r\n'));
    }
    parts.push(encodeUtf8(`--${boundary}--\r\n`));
    return joined(parts);
  };
}

async function uriBytes(name: string, { uri }: UriPart, readUri: ReadUri): Promise<Uint8Array> {
  try {
    return viewBytes(await readUri(uri));
  } catch (cause) {
    throw withCause(new TypeError(`the part ${JSON.stringify(name)} of the FormData cannot be read`), cause);
  }
}

function lineEnds(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n');
}

/** As quotes and line ends stand in names and file names. */
export function escaped(text: string): string {
  return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}
