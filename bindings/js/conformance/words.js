/**
 * The words of the event log: how bodies and failures are written down. Pure functions; they need ES2017 only.
 */

/** What ends an aborted request, before any answer. */
export const ABORTED = ['fail request:fail abort 600004 abort', 'complete same', 'rejected same'];

/** A success that carries this body. */
export function answered(status, body) {
  return ['headers ' + status, 'success ' + status + ' ' + body, 'complete same', 'resolved same'];
}

/** A failure; `line` is "errMsg errno reason". */
export function failed(line) {
  return ['fail ' + line, 'complete same', 'rejected same'];
}

/** What `success` has as data. */
export function describe(data) {
  if (isBuffer(data)) return 'buffer ' + describeBytes(data);
  const text = JSON.stringify(data);
  return text !== undefined && text.length > 200 ? typeof data + ' of length ' + data.length : String(text);
}

/**
 * errMsg, errno and reason. More words may follow a colon, except after abort and timeout, whose texts are exact (B-1,
 * H-2).
 */
export function failureLine(error) {
  const exact = error.reason === 'abort' || error.reason === 'timeout';
  const message = exact ? error.errMsg : String(error.errMsg).replace(/^(request:fail [^:]*):[^]*$/, '$1');
  return 'fail ' + message + ' ' + error.errno + ' ' + error.reason;
}

/** Short text as it is, the server's pattern by its length, other bytes in hexadecimal. */
export function describeBytes(buffer) {
  if (!isBuffer(buffer)) return 'not an ArrayBuffer';
  const bytes = new Uint8Array(buffer);
  if (bytes.length > 8 && patternEnd(bytes, 0) === bytes.length) return bytes.length + ' bytes of the pattern';
  if (bytes.every((byte) => byte < 127 && (byte > 31 || byte === 10 || byte === 13)) && bytes.length < 200) {
    return JSON.stringify(String.fromCharCode.apply(null, bytes));
  }
  if (bytes.length > 64) return bytes.length + ' bytes, the pattern ends at ' + patternEnd(bytes, 0);
  return '<' + Array.from(bytes, (byte) => (byte < 16 ? '0' : '') + byte.toString(16)).join(' ') + '>';
}

/**
 * The server's pattern, so that any loss, doubling or shift shows: byte number i is the highest byte of i times this number,
 * in 32 bits. It is counted up, because engines without a compiler are slow enough.
 */
const STEP = 0x9e3779b1 | 0;

/** Number of the first byte that is not the pattern, which is at `at` where the bytes begin; all of them: their length. */
export function patternEnd(bytes, at) {
  let value = Math.imul(at, STEP);
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== value >>> 24) return i;
    value = (value + STEP) | 0;
  }
  return bytes.length;
}

/** So many bytes of the pattern. */
export function pattern(length) {
  const bytes = new Uint8Array(length);
  let value = 0;
  for (let i = 0; i < length; i++) {
    bytes[i] = value >>> 24;
    value = (value + STEP) | 0;
  }
  return bytes.buffer;
}

/** Several ArrayBuffers as one. */
export function joined(buffers) {
  const whole = new Uint8Array(buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0));
  let at = 0;
  buffers.forEach((buffer) => {
    whole.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  });
  return whole.buffer;
}

/** Without instanceof, which fails where two realms meet. */
export function isBuffer(value) {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

/** The UTF-8 bytes of a text as \xHH escapes of the script language, so that each can be sent by itself. */
export function escapedBytes(text) {
  const bytes = unescapedUtf8(text);
  return bytes.map((byte) => '\\x' + (byte < 16 ? '0' : '') + byte.toString(16));
}

function unescapedUtf8(text) {
  const out = [];
  const escaped = encodeURIComponent(text);
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] === '%') {
      out.push(parseInt(escaped.slice(i + 1, i + 3), 16));
      i += 2;
    } else out.push(escaped.charCodeAt(i));
  }
  return out;
}
