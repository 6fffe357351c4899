// Compiled with lib.dom, and with @types/node (undici's): ours can be given wherever theirs is asked for.
import { createFetch, type FetchApi } from 'reqtask-js/fetch';

declare const api: FetchApi;

const fetchLike: typeof globalThis.fetch = api.fetch;
const headers: globalThis.Headers = new api.Headers([['a', '1']]);
const request: globalThis.Request = new api.Request('http://a/', { method: 'POST', body: new Uint8Array(1) });
const response: globalThis.Response = new api.Response('x', { status: 201, headers });
const form: globalThis.FormData = new api.FormData();
const copy: globalThis.Response = response.clone();

async function uses(signal: AbortSignal, init: RequestInit, url: URL, theirs: globalThis.Request) {
  for (const input of ['http://a/', url, theirs, new api.Request(url)]) {
    const answer = await api.fetch(input, { ...init, signal, body: new URLSearchParams('a=b') });
    const reader = answer.body!.getReader();
    const { value } = await reader.read();
    const text: string = new TextDecoder().decode(value as Uint8Array);
    const through = answer.body!.pipeThrough(new TextDecoderStream());
    const blob: Blob = await answer.blob();
    const bytes: Uint8Array = await answer.bytes();
    const cookies: string[] = answer.headers.getSetCookie();
    for (const [name, field] of answer.headers) void [name.length, field.length];
    const same = await fetchLike(input as string);
    void [text, through, blob, bytes, cookies, same.status];
  }
  await api.fetch(url, init);
  // @ts-expect-error no such word
  await api.fetch(url, { redirect: 'sometimes' });
  // @ts-expect-error not a URL
  await api.fetch(5);
}
void [fetchLike, headers, request, response, form, copy, uses, createFetch];
