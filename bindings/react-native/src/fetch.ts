/**
 * fetch of the Fetch standard on the requester of `.`, with what React Native lacks for it: ReadableStream, and the bytes of its
 * `{ uri }` parts. Both are looked for when they are used, so that a polyfill of the app that comes later is taken. And EventSource,
 * which web apps look for beside it.
 */
import {
  createFetch,
  type FormData as Form,
  type Headers as Fields,
  type Request as Asked,
  type Response as Answer,
} from 'reqtask-js/fetch';
import { createEventSource, type EventSource as Source, type EventSourceClass } from 'reqtask-js/event-source';
import { ReadableStream as Ponyfill } from 'web-streams-polyfill';
import { readUri } from './read-uri.js';
import { request } from './requester.js';

export { createFetch } from 'reqtask-js/fetch';
export type * from 'reqtask-js/fetch';
export type * from 'reqtask-js/event-source';

const engine = globalThis as unknown as { ReadableStream?: new (source?: any, strategy?: any) => any };

const platform = {
  get ReadableStream() {
    return engine.ReadableStream ?? Ponyfill;
  },
  readUri,
};

export const { fetch, Headers, Request, Response, FormData, install } = createFetch({ request }, platform);
export type Headers = Fields;
export type Request = Asked;
export type Response = Answer;
export type FormData = Form;

export const EventSource: EventSourceClass = createEventSource({ request });
export type EventSource = Source;
