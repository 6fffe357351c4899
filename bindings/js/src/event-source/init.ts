/** Reads the options of an EventSource. Throws a TypeError that names the option at fault. */
import type { EventSourceInit } from './types.js';

export interface Settings {
  readonly withCredentials: boolean;
  readonly method: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ArrayBuffer | null;
  readonly lastEventId: string;
  readonly reconnectionTime: number;
  readonly idleTimeout: number;
  readonly maxEventBytes: number | undefined;
}

const RECONNECTION_TIME_MS = 3000;

export function readInit(init: EventSourceInit): Settings {
  const { method = 'GET', lastEventId = '', maxEventBytes } = init;
  if (typeof method !== 'string') throw new TypeError('EventSource: method must be a string');
  if (typeof lastEventId !== 'string' || /[\0\r\n]/.test(lastEventId)) {
    throw new TypeError('EventSource: lastEventId must be a string without NUL and line ends');
  }
  if (maxEventBytes !== undefined && !(maxEventBytes > 0)) {
    throw new TypeError('EventSource: maxEventBytes must be a number above 0');
  }
  return {
    withCredentials: Boolean(init.withCredentials),
    method,
    headers: fieldsOf(init.headers),
    body: bodyOf(init.body),
    lastEventId,
    reconnectionTime: milliseconds('reconnectionTime', init.reconnectionTime, RECONNECTION_TIME_MS),
    idleTimeout: milliseconds('idleTimeout', init.idleTimeout, Infinity),
    maxEventBytes,
  };
}

/** As fetch takes them: Headers, a list of pairs, an object. The core judges names and values. */
function fieldsOf(given: unknown = {}): Record<string, string> {
  if (typeof given !== 'object' || given === null) throw new TypeError('EventSource: headers must be an object');
  const fields: Record<string, string> = {};
  const add = (name: unknown, value: unknown): void => {
    const key = String(name).toLowerCase();
    fields[key] = key in fields ? `${fields[key]}, ${value}` : String(value);
  };
  const { forEach, [Symbol.iterator]: iterate } = given as { forEach?: unknown; [Symbol.iterator]?: unknown };
  if (typeof iterate === 'function') {
    for (const pair of Array.from(given as Iterable<unknown>)) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new TypeError('EventSource: each of a list of headers must be a pair of name and value');
      }
      add(pair[0], pair[1]);
    }
  } else if (typeof forEach === 'function') {
    // Headers of an engine without iteration.
    forEach.call(given, (value: unknown, name: unknown) => add(name, value));
  } else {
    for (const name of Object.keys(given)) add(name, (given as Record<string, unknown>)[name]);
  }
  return fields;
}

function milliseconds(name: string, given: number | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given !== 'number' || !(given >= 0))
    throw new TypeError(`EventSource: ${name} must be a number of milliseconds`);
  return given;
}

/** The app's bytes are copied: they are sent with each reconnection, and must not change meanwhile. */
function bodyOf(body: unknown): string | ArrayBuffer | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string') return body;
  if (body instanceof ArrayBuffer) return body.slice(0);
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body;
    return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
  }
  throw new TypeError('EventSource: body must be a string, an ArrayBuffer or a view of one');
}
