// What the tests of fetch share: the real addon under it, the scripted server, and Node's own fetch to compare with.
import { createFetch } from '../../dist/esm/fetch/index.js';
import { newRequester } from '../contract/setup.mjs';

export { assert, defer, newTag, newRequester, pattern, rejection, server, turn } from '../contract/setup.mjs';

export const requester = newRequester({ warnings: false });
export const { fetch, Headers, Request, Response, FormData, install } = createFetch(requester);
export { createFetch };

/** Node's. */
export const node = {
  fetch: globalThis.fetch,
  Headers: globalThis.Headers,
  Request: globalThis.Request,
  Response: globalThis.Response,
  FormData: globalThis.FormData,
};
