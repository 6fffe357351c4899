/**
 * What Request and Response have in common (Fetch standard 5.3): a body that is read once, by one of these methods or as a stream.
 * The stream is made when somebody asks for `body`; until then, and in engines without ReadableStream, the bytes are taken from their
 * source directly.
 */
import { decodeText } from '../answer.js';
import { type BlobClass, makeBlob } from './blob.js';
import type { Content } from './content.js';
import type { ReadUri } from './multipart.js';
import { parseForm } from './parse-form.js';
import { bufferOf, collect, type Source } from './source.js';
import { type StreamClass, StreamSource, streamOf } from './stream.js';
import { tee } from './tee.js';
import type { Blob, Body as BodyType, Bytes, Headers, ReadableStream, StreamLike } from './types.js';

interface BodyState {
  /** null for no body. */
  content: Content | null;
  used: boolean;
  /** The stream that was made for `body`. */
  opened: StreamLike | null;
  parts: BodyParts;
}

const states = new WeakMap<object, BodyState>();

/** What bodies need of the platform. */
export interface BodyParts {
  readonly Stream: StreamClass | undefined;
  readonly Blob: BlobClass | undefined;
  readonly readUri: ReadUri | undefined;
}

/** Makes an object that has the methods of Body one that has a body. */
export function setBody(owner: object, content: Content | null, parts: BodyParts): void {
  states.set(owner, { content, used: false, opened: null, parts });
}

function stateOf(owner: object): BodyState {
  const state = states.get(owner);
  if (state === undefined) throw new TypeError('this is not a Request or Response');
  return state;
}

export function isOwn(value: object): boolean {
  return states.has(value);
}

export abstract class Body implements BodyType {
  abstract readonly headers: Headers;

  constructor(content: Content | null, parts: BodyParts) {
    setBody(this, content, parts);
  }

  get body(): ReadableStream | null {
    const state = stateOf(this);
    return state.content && (openStream(state) as ReadableStream);
  }

  get bodyUsed(): boolean {
    return stateOf(this).used;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return bufferOf(await consume(this));
  }

  async blob(): Promise<Blob> {
    // Read first: it is read then also where a Blob cannot be made.
    const bytes = await consume(this);
    return makeBlob(stateOf(this).parts.Blob, bytes, this.headers.get('content-type') ?? '');
  }

  async bytes(): Promise<Bytes> {
    return new Uint8Array(bufferOf(await consume(this)));
  }

  async formData(): Promise<any> {
    const bytes = await consume(this);
    return parseForm(bytes, this.headers.get('content-type'), stateOf(this).parts.Blob);
  }

  async json(): Promise<any> {
    return JSON.parse(decodeText(bufferOf(await consume(this))));
  }

  async text(): Promise<string> {
    return decodeText(bufferOf(await consume(this)));
  }
}

/** Whether it can be read no more. */
export function isSpent(owner: object): boolean {
  const { used, content, opened } = stateOf(owner);
  return used || ((content?.stream ?? opened)?.locked ?? false);
}

/** Marks the body as used, and gives what it is read from; null for no body. */
export function takeBody(owner: object): Content | null {
  if (isSpent(owner)) throw new TypeError('the body has been read already, or is being read');
  const state = stateOf(owner);
  if (state.content === null) return null;
  state.used = true;
  const { source, type, text } = state.content;
  const stream = state.content.stream ?? state.opened;
  return { source: stream ? new StreamSource(stream) : source, type, text, stream: null };
}

/** The content of a copy. The owner goes on with the other half. */
function cloneBody(owner: object): Content | null {
  if (isSpent(owner)) throw new TypeError('a body that has been read cannot be cloned');
  const state = stateOf(owner);
  const { content } = state;
  if (content === null) return null;
  if (content.stream) {
    const [one, two] = content.stream.tee();
    state.content = { ...content, source: new StreamSource(one), stream: one };
    return { ...content, source: new StreamSource(two), stream: two };
  }
  if (state.opened) {
    // Nothing was taken from it yet, and nothing will be: the owner's body is another one now.
    state.opened.getReader();
    state.opened = null;
  }
  const twin = content.source.twin?.();
  if (twin) return { ...content, source: twin };
  const [one, two] = tee(content.source);
  state.content = { ...content, source: one };
  return { ...content, source: two };
}

/** Gives a clone its body. */
export function cloneBodyInto(copy: object, owner: object): void {
  setBody(copy, cloneBody(owner), stateOf(owner).parts);
}

async function consume(owner: object): Promise<Uint8Array> {
  const content = takeBody(owner);
  return content === null ? new Uint8Array(0) : collect(content.source);
}

function openStream(state: BodyState): StreamLike {
  const content = state.content as Content;
  const known = content.stream ?? state.opened;
  if (known) return known;
  const { Stream } = state.parts;
  if (Stream === undefined) {
    throw new TypeError(
      'this engine has no ReadableStream, so there is no body; use text(), json(), arrayBuffer() or bytes()',
    );
  }
  const { used } = state;
  // What has been read by a method is a stream that somebody reads.
  const source: Source = used ? NOTHING : content.source;
  const stream = streamOf(source, Stream, () => {
    if (state.opened === stream) state.used = true;
  });
  if (used) stream.getReader();
  state.opened = stream;
  return stream;
}

const NOTHING: Source = { next: () => Promise.resolve(null), cancel: () => {} };
