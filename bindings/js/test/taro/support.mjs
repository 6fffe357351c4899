// What the tests of the Taro entry share: the real core, the real server, and Taro's own chain and interceptors.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createRequest } from 'reqtask-js';

const require = createRequire(import.meta.url);

// Of @tarojs/api 4.2.1, as it is published.
export { default as TaroLink } from '@tarojs/api/dist/interceptor/index.js';
import * as taroInterceptors from '@tarojs/api/dist/interceptor/interceptors.js';

/** A requester of one's own on the real core. `close()` it at the end. */
export function openRequester() {
  return createRequest(require('../../../node/native.cjs'));
}

export const { logInterceptor, timeoutInterceptor } = taroInterceptors;

// What logInterceptor writes is not for the output of the tests.
const { log } = console;
console.log = (...words) => {
  if (!/^http (-->|<--|\w+ -->)/.test(String(words[0]))) log(...words);
};

/** The kinds of interceptors that A-12 names, and those that users write. */
export const interceptors = {
  'pass-through': (chain) => chain.proceed(chain.requestParams),
  'then(f)': (chain) => chain.proceed(chain.requestParams).then((result) => result),
  'then(f).catch(g)': (chain) =>
    chain
      .proceed(chain.requestParams)
      .then((result) => result)
      .catch((error) => Promise.reject(error)),
  async: async (chain) => chain.proceed(chain.requestParams),
  'async, awaits the answer': async (chain) => {
    const result = await chain.proceed(chain.requestParams);
    return result;
  },
  'async, awaits before it proceeds': async (chain) => {
    await new Promise((resolve) => setImmediate(resolve));
    return chain.proceed(chain.requestParams);
  },
  'new Promise': (chain) => new Promise((resolve, reject) => chain.proceed(chain.requestParams).then(resolve, reject)),
  "Taro's logInterceptor": logInterceptor,
  "Taro's timeoutInterceptor": timeoutInterceptor,
};

export const METHODS = [
  'abort',
  'onHeadersReceived',
  'offHeadersReceived',
  'onChunkReceived',
  'offChunkReceived',
  'pause',
  'resume',
];

/** The names of the methods that are own, enumerable functions of `task`. */
export const methodsOf = (task) =>
  METHODS.filter((name) => Object.keys(task).includes(name) && typeof task[name] === 'function');

export const isAbort = (error) => {
  assert.equal(error.errMsg, 'request:fail abort');
  assert.equal(error.errno, 600004);
  assert.equal(error.reason, 'abort');
  return true;
};

/** A streamed answer: "one", then "two" once the gate is open. */
export const streamed = (gate) => [
  'status 200 OK',
  'chunked',
  'head-end',
  'body one',
  `gate ${gate}`,
  'body two',
  'end',
];

/** The tags of all tests differ, so that their events in the server's log do. */
let made = 0;
export const newTag = () => `t${++made}`;

/** A promise and its ends. */
export function deferred() {
  let ends;
  const promise = new Promise((resolve, reject) => (ends = { resolve, reject }));
  return { promise, ...ends };
}

/** After everything that is ready in this process, timers of 0 ms included. */
export const settled = () => new Promise((resolve) => setTimeout(() => setImmediate(resolve), 1));

export const text = (data) => Buffer.from(data).toString();
