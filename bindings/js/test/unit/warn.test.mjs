import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planClient } from '../../dist/esm/client-plan.js';
import { planRequest } from '../../dist/esm/plan.js';
import { createWarn, warnOfListener, warnsByDefault } from '../../dist/esm/warn.js';
import { bareEngine } from './bare-engine.mjs';

const url = 'http://a.test/';
const foreign = [
  'jsonp',
  'mode',
  'credentials',
  'enableHttp2',
  'enableQuic',
  'enableHttpDNS',
  'forceCellularNetwork',
  'enableCache',
  'cache',
  'useHighPerformanceMode',
  'httpDNSServiceId',
  'httpDNSTimeout',
  'enableHttpDNSFallback',
  'enableCookie',
  'referrerStrategy',
  'sslVerify',
  'withCredentials',
  'retryTimes',
];

function silenced(t) {
  const mock = t.mock.method(console, 'warn', () => {});
  return () => mock.mock.calls.map((call) => call.arguments[0]);
}

test('I-3: options of other platforms are accepted, and each is warned of once', (t) => {
  const said = silenced(t);
  const { defaults } = planClient({ warnings: true }, new Set());
  const plain = planRequest({ url }, defaults);
  const all = Object.fromEntries(foreign.map((name) => [name, true]));
  for (let i = 0; i < 3; i++) assert.deepEqual(planRequest({ url, ...all }, defaults), plain);
  assert.deepEqual(
    said(),
    foreign.map((name) => `reqtask: the option "${name}" has no effect here`),
  );
});

test('I-3: no warning of what asks for nothing, of our options, and of the app’s own', (t) => {
  const said = silenced(t);
  const { defaults } = planClient({ warnings: true }, new Set());
  for (const value of [false, null, undefined])
    planRequest({ url, ...Object.fromEntries(foreign.map((n) => [n, value])) }, defaults);
  planRequest(
    {
      url,
      loading: true,
      method: 'POST',
      data: {},
      header: {},
      timeout: 1,
      timeouts: {},
      success() {},
      fail() {},
      complete() {},
      signal: null,
      enableProfile: true,
    },
    defaults,
  );
  assert.deepEqual(said(), []);
});

test('I-3 D-4: warnings: false silences all', (t) => {
  const said = silenced(t);
  const { defaults } = planClient({ warnings: false, strict: true }, new Set());
  planRequest({ url, jsonp: true, header: { referer: 'x' } }, defaults);
  warnOfListener(defaults.warn, 'onChunkReceived', 1);
  assert.deepEqual(said(), []);
});

test('I-3: the getters of options that nobody knows are not called', (t) => {
  silenced(t);
  const { defaults } = planClient({ warnings: true }, new Set());
  planRequest(
    {
      url,
      get own() {
        throw new Error('called');
      },
    },
    defaults,
  );
});

test('I-3: a foreign option that cannot be read fails no request, with and without warnings', (t) => {
  silenced(t);
  const unreadable = { enumerable: true, get: () => assert.fail('read') };
  const unlisted = new Proxy({ url }, { ownKeys: () => assert.fail('listed') });
  for (const warnings of [true, false]) {
    const { defaults } = planClient({ warnings }, new Set());
    for (const options of [Object.defineProperty({ url }, 'enableHttp2', unreadable), unlisted]) {
      assert.equal(planRequest(options, defaults).url, url);
    }
  }
});

test('D-4: a listener that is no function is told once for each method', (t) => {
  const said = silenced(t);
  const warn = createWarn(true, new Set());
  for (const given of [undefined, null, 1, 'x', {}]) warnOfListener(warn, 'onChunkReceived', given);
  warnOfListener(warn, 'onHeadersReceived', null);
  assert.deepEqual(said(), [
    'reqtask: onChunkReceived was given undefined, not a function; ignored',
    'reqtask: onHeadersReceived was given null, not a function; ignored',
  ]);
});

test('D-4: warnings are given once in a process unless a set is shared', (t) => {
  const said = silenced(t);
  for (let i = 0; i < 2; i++) createWarn(true)('a key of this test', 'once');
  const shared = new Set();
  for (let i = 0; i < 2; i++) createWarn(true, shared)('a key of this test', 'once in this set');
  assert.deepEqual(said(), ['reqtask: once', 'reqtask: once in this set']);
});

test('D-4: a console that is missing, poor or broken does no harm', () => {
  for (const globals of [
    {},
    { console: {} },
    { console: undefined },
    {
      console: {
        warn() {
          throw new Error('no');
        },
      },
    },
  ]) {
    bareEngine(globals).load('warn.js').createWarn(true)('key', 'text');
  }
});

test('I-3: warnings are on by default, except in production', () => {
  const inEngine = (globals) => bareEngine(globals).load('warn.js').warnsByDefault();
  assert.equal(inEngine({}), true);
  assert.equal(inEngine({ process: {} }), true);
  assert.equal(inEngine({ process: { env: { NODE_ENV: 'production' } } }), false);
  assert.equal(inEngine({ process: { env: { NODE_ENV: 'development' } } }), true);
  assert.equal(typeof warnsByDefault(), 'boolean');
  for (const [NODE_ENV, usual] of [
    ['production', false],
    ['development', true],
  ]) {
    const { planClient } = bareEngine({ process: { env: { NODE_ENV } } }).load('client-plan.js');
    assert.equal(planClient({}).defaults.warnings, usual);
    for (const warnings of [true, false]) assert.equal(planClient({ warnings }).defaults.warnings, warnings);
  }
});
