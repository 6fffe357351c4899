// What the tests of EventSource share: the real addon under it, and a server that each test answers by hand.
import { strict as assert } from 'node:assert';
import { after } from 'node:test';
import { createRequest } from '../../dist/esm/index.js';
import { createEventSource } from '../../dist/esm/event-source/index.js';
import host from '../../../node/native.cjs';
import { Happenings, startAnswers } from '../answers.mjs';

export { assert, createEventSource, createRequest, host, startAnswers };

export const requester = createRequest(host);
requester.configure({ warnings: false });
export const EventSource = createEventSource(requester);

const opened = [];
export const answers = await startAnswers();

/** An EventSource whose events of these types come out of `next()`, in short form. */
export function watched(url = answers.url, init = {}, types = []) {
  const source = new EventSource(url, { reconnectionTime: 1, ...init });
  opened.push(source);
  const told = new Happenings();
  for (const type of ['open', 'message', 'error', ...types]) source.addEventListener(type, told.put);
  return { source, next: told.next, told };
}

after(() => {
  for (const source of opened) source.close();
  requester.close();
  answers.stop();
});
