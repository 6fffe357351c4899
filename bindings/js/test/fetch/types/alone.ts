// Compiled with ECMAScript's library alone: nothing of the web is needed.
import { createFetch, type Fetch, type Response } from 'reqtask-js/fetch';
import type { Requester } from 'reqtask-js';

declare const requester: Requester;

const {
  fetch,
  Headers,
  Request,
  Response: OwnResponse,
  FormData,
  install,
} = createFetch(requester, {
  readUri: async () => new ArrayBuffer(1),
  timeouts: { idle: 1000 },
});

async function uses(): Promise<string> {
  const form = new FormData();
  form.append('photo', { uri: 'file:///x', name: 'x', type: 'image/png' });
  const response: Response = await fetch('http://a/', { method: 'POST', body: form, headers: new Headers({ a: '1' }) });
  const reader = response.body?.getReader();
  const part = await reader?.read();
  await reader?.cancel();
  const entries: [string, string][] = Array.from(response.headers.entries());
  const other = new Request('http://a/', { signal: null, redirect: 'manual' });
  const made: Response = OwnResponse.json({ a: 1 }, { status: 201 });
  const wrapped: Fetch = (input, init) => fetch(input, init);
  install()();
  return `${part?.done}${entries.length}${other.method}${made.ok}${(await wrapped(other)).status}`;
}
void uses;
