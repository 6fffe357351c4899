import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRequest } from '../../dist/esm/plan.js';
import { planClient } from '../../dist/esm/client-plan.js';
import { NativeFlag } from '../../dist/esm/native.js';
import { bareEngine } from './bare-engine.mjs';

const { defaults } = planClient({ warnings: false });
const plan = (options, given = defaults) => planRequest(options, given);
const url = 'http://a.test/x';

function fails(options, { reason = 'parameter error', errno = 600005, says = '' } = {}) {
  assert.throws(
    () => plan(options),
    (error) => {
      assert.equal(error.name, 'RequestError', String(error.stack));
      assert.deepEqual([error.reason, error.errno], [reason, errno], error.errMsg);
      assert.ok(error.errMsg.startsWith(`request:fail ${reason}: `), error.errMsg);
      assert.ok(error.errMsg.includes(says), error.errMsg);
      return true;
    },
  );
}
const throwing = (name, more = {}) =>
  Object.defineProperty({ url, ...more }, name, {
    enumerable: true,
    get: () => {
      throw new Error('the getter');
    },
  });

test('A-3: a string is the URL', () => {
  assert.deepEqual(plan(url), plan({ url }));
  assert.equal(plan('').url, '', 'what is no URL is for the core to say');
});

test('the plan of a plain GET', () => {
  assert.deepEqual(plan({ url }), {
    method: 'GET',
    url,
    fields: [],
    body: null,
    options: [],
    flags: NativeFlag.Timing,
    chunked: false,
    chunkText: false,
    keepBody: false,
    chunkBufferBytes: 1048576,
    idleMs: 0,
    dataType: 'json',
    responseType: 'text',
    profile: true,
    manual: false,
    signal: null,
  });
});

test('A-5: a missing or wrong url is 600009', () => {
  fails({}, { errno: 600009, says: 'url is missing' });
  for (const [wrong, kind] of [
    [null, 'null'],
    [1, 'a number'],
    [{}, 'an object'],
    [[url], 'an array'],
    [() => url, 'a function'],
    [new URL(url), 'an object'],
    [Symbol('s'), 'a symbol'],
    [true, 'a boolean'],
  ]) {
    fails({ url: wrong }, { errno: 600009, says: `url must be a string, not ${kind}` });
  }
});

test('A-5: options that are no object are 600005', () => {
  for (const [wrong, kind] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [1, 'a number'],
    [true, 'a boolean'],
    [[{ url }], 'an array'],
    [() => ({ url }), 'a function'],
    [Symbol('s'), 'a symbol'],
    [1n, 'a bigint'],
  ]) {
    fails(wrong, { says: `not ${kind}` });
  }
});

test('A-5: a getter that throws is named, whichever option it is', () => {
  for (const name of [
    'url',
    'method',
    'header',
    'data',
    'timeout',
    'timeouts',
    'dataType',
    'responseType',
    'enableChunked',
    'chunkText',
    'chunkedKeepBody',
    'chunkBufferBytes',
    'redirect',
    'maxRedirects',
    'allowDowngrade',
    'maxBodyBytes',
    'proxy',
    'enableProfile',
    'signal',
    'headers',
  ]) {
    fails(throwing(name), { says: `the option ${name} cannot be read: the getter` });
  }
  for (const name of ['connect', 'headers', 'idle', 'total']) {
    fails({ url, timeouts: throwing(name) }, { says: `the option timeouts.${name} cannot be read: the getter` });
  }
  fails({ url, header: throwing('x-a') }, { says: 'the header "x-a" cannot be read' });
  fails({ url, signal: throwing('addEventListener') }, { says: 'signal.addEventListener' });
  fails({ url, method: 'POST', data: throwing('a') }, { reason: 'invalid data', errno: 600010, says: 'the getter' });
});

test('A-5: nothing but a RequestError is ever thrown, whatever the traps of a Proxy do', () => {
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'set', 'defineProperty'];
  for (const trap of traps) {
    const hostile = (target) =>
      new Proxy(target, {
        [trap]: () => {
          throw new Error('the trap');
        },
      });
    for (const options of [
      hostile({ url }),
      { url, header: hostile({ a: 'b' }) },
      { url, data: hostile({ a: 1 }) },
      { url, timeouts: hostile({}) },
      { url, signal: hostile({}) },
      { url, method: 'POST', data: hostile({ a: 1 }) },
    ]) {
      try {
        planRequest(options, planClient({ warnings: true }, new Set()).defaults);
      } catch (error) {
        assert.equal(error.name, 'RequestError', `${trap}: ${error.stack}`);
      }
    }
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  fails(proxy);
});

test('A-4: every option is read once', () => {
  const reads = new Map();
  const options = new Proxy(
    { url, method: 'POST', data: { a: 1 }, header: {}, timeouts: {}, signal: null, enableChunked: true },
    { get: (target, name) => (reads.set(name, (reads.get(name) ?? 0) + 1), target[name]) },
  );
  plan(options);
  for (const [name, count] of reads) assert.equal(count, 1, String(name));
});

test('A-4: frozen options, header and data are enough', () => {
  const options = Object.freeze({
    url,
    method: 'post',
    header: Object.freeze({ 'X-A': Object.freeze(['1']) }),
    data: Object.freeze({ a: 1 }),
    timeouts: Object.freeze({ idle: 5 }),
  });
  const before = structuredClone(options);
  plan(options);
  assert.deepEqual(options, before);
});

test('F-11: methods in any case; others fail and are named', () => {
  for (const method of ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'PATCH']) {
    for (const given of [method, method.toLowerCase(), method[0] + method.slice(1).toLowerCase()]) {
      assert.equal(plan({ url, method: given }).method, method);
    }
  }
  assert.equal(plan({ url, method: undefined }).method, 'GET');
  assert.equal(plan({ url, method: null }).method, 'GET');
  for (const wrong of [
    'CONNECT',
    'connect',
    '',
    'GETS',
    'GE T',
    ' GET',
    'GET\n',
    'POſT',
    'constructor',
    '__proto__',
    'M-SEARCH',
  ]) {
    fails({ url, method: wrong }, { says: `the method ${JSON.stringify(wrong)} cannot be sent` });
  }
  for (const wrong of [1, {}, ['GET'], () => 'GET']) fails({ url, method: wrong }, { says: 'method must be a string' });
});

test('F-1 F-2 F-4: data of GET and HEAD is the query, and no body', () => {
  for (const method of ['get', 'HEAD']) {
    const { url: full, body, fields } = plan({ url: `${url}?z=1#f`, method, data: { a: [1] } });
    assert.deepEqual([full, body, fields], [`${url}?z=1&a=%5B1%5D#f`, null, []]);
  }
  assert.equal(plan({ url, data: {} }).url, url);
  assert.equal(plan({ url, data: 'a=b' }).url, `${url}?a=b`);
  fails({ url, data: new ArrayBuffer(2) }, { reason: 'invalid data', errno: 600010 });
});

test('F-5 F-7 F-8 F-9 F-10: data of the rest is the body, and says what it is', () => {
  const json = ['content-type', 'application/json'];
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { url: same, body, fields } = plan({ url, method, data: { a: 1 } });
    assert.deepEqual([same, body, fields], [url, '{"a":1}', json], method);
  }
  assert.deepEqual(plan({ url, method: 'POST', data: 'x' }).fields, json);
  assert.deepEqual(plan({ url, method: 'POST', data: new Uint8Array(1) }).fields, [
    'content-type',
    'application/octet-stream',
  ]);
  const empty = plan({ url, method: 'POST' });
  assert.deepEqual([empty.body, empty.fields], [null, []]);
  const form = plan({
    url,
    method: 'POST',
    data: { a: 'b c' },
    header: { 'CONTENT-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  });
  assert.equal(form.body, 'a=b%20c');
  assert.deepEqual(form.fields, ['CONTENT-type', 'application/x-www-form-urlencoded; charset=utf-8']);
  const text = plan({ url, method: 'POST', data: { a: 1 }, header: { 'Content-Type': 'text/plain' } });
  assert.deepEqual([text.body, text.fields], ['{"a":1}', ['Content-Type', 'text/plain']]);
  assert.deepEqual(plan({ url, method: 'POST', data: {}, header: { 'content-type': null } }).fields, json);
});

test('F-6: a configured content-type decides as the caller’s does', () => {
  const { defaults: form } = planClient({ header: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.equal(plan({ url, method: 'POST', data: { a: 1 } }, form).body, 'a=1');
  const own = plan({ url, method: 'POST', data: { a: 1 }, header: { 'content-type': 'application/json' } }, form);
  assert.deepEqual([own.body, own.fields], ['{"a":1}', ['content-type', 'application/json']]);
});

test('F-12: data that cannot be serialised is 600010', () => {
  const cyclic = {};
  cyclic.self = cyclic;
  fails({ url, method: 'POST', data: cyclic }, { reason: 'invalid data', errno: 600010, says: 'circular' });
  fails({ url, data: { cyclic } }, { reason: 'invalid data', errno: 600010 });
  fails({ url, data: { a: '\ud800' } }, { reason: 'invalid data', errno: 600010 });
});

test('redirects: manual, their number, and downgrades', () => {
  const extra = (options) => plan({ url, ...options }).options;
  assert.deepEqual(extra({ redirect: 'follow' }), []);
  assert.deepEqual(extra({ redirect: null, maxRedirects: undefined, allowDowngrade: false }), []);
  assert.deepEqual(extra({ redirect: 'manual' }), [20, 0]);
  assert.deepEqual(extra({ redirect: 'manual', maxRedirects: 5 }), [20, 0]);
  assert.deepEqual(extra({ maxRedirects: 5 }), [20, 5]);
  assert.deepEqual(extra({ maxRedirects: Infinity, allowDowngrade: true }), [20, 1000, 34, 1]);
  fails({ url, redirect: 'error' }, { says: 'redirect must be "follow" or "manual", not "error"' });
  fails({ url, redirect: 1 }, { says: 'not a number' });
  for (const wrong of [-1, 1.5, NaN, 1001, '5', {}])
    fails({ url, maxRedirects: wrong }, { says: 'maxRedirects must be a whole number up to 1000' });
});

test('sizes, proxies and the profile', () => {
  const of = (options) => plan({ url, ...options });
  assert.deepEqual(of({ maxBodyBytes: 10 }).options, [22, 10]);
  assert.deepEqual(of({ maxBodyBytes: Infinity }).options, [22, 0]);
  assert.deepEqual(of({ proxy: '' }).options, [1002, '']);
  assert.deepEqual(of({ proxy: 'http://p:1' }).options, [1002, 'http://p:1']);
  assert.deepEqual(of({ proxy: null }).options, []);
  assert.equal(of({ chunkBufferBytes: 0 }).chunkBufferBytes, 0);
  assert.equal(of({ chunkBufferBytes: Infinity }).chunkBufferBytes, Infinity);
  assert.equal(of({ enableProfile: false }).flags, 0);
  assert.equal(of({ enableProfile: false }).profile, false);
  assert.equal(of({ enableProfile: 0 }).profile, true, 'only false turns it off');
  for (const wrong of [-1, 0.5, NaN, '1', true]) {
    fails({ url, maxBodyBytes: wrong }, { says: 'maxBodyBytes must be a whole number' });
    fails({ url, chunkBufferBytes: wrong }, { says: 'chunkBufferBytes must be a whole number' });
  }
  fails({ url, proxy: {} }, { says: 'proxy must be a string, not an object' });
});

test('E-1 E-9 E-12: chunk options are on only by true', () => {
  const on = plan({ url, enableChunked: true, chunkText: true, chunkedKeepBody: true });
  assert.deepEqual([on.chunked, on.chunkText, on.keepBody], [true, true, true]);
  assert.equal(on.flags, NativeFlag.Chunks | NativeFlag.Timing);
  for (const not of [undefined, null, false, 1, 'true', {}]) {
    const off = plan({ url, enableChunked: not, chunkText: not, chunkedKeepBody: not });
    assert.deepEqual([off.chunked, off.chunkText, off.keepBody, off.flags], [false, false, false, NativeFlag.Timing]);
  }
});

test('G-3 G-4: dataType and responseType of any kind are just words', () => {
  const of = (dataType, responseType = dataType) => {
    const made = plan({ url, dataType, responseType });
    return [made.dataType, made.responseType];
  };
  assert.deepEqual(of(undefined), ['json', 'text']);
  assert.deepEqual(of(null), ['json', 'text']);
  assert.deepEqual(of('text', 'arraybuffer'), ['text', 'arraybuffer']);
  for (const odd of [1, {}, [], () => {}, Symbol('s')])
    assert.ok(of(odd).every((word) => typeof word === 'string' && word !== 'json'));
});

test('B-8: anything of the shape of an AbortSignal is a signal', () => {
  const { signal } = new AbortController();
  assert.equal(plan({ url, signal }).signal, signal);
  const own = { aborted: false, addEventListener() {}, removeEventListener() {} };
  assert.equal(plan({ url, signal: own }).signal, own);
  assert.equal(plan({ url, signal: null }).signal, null);
  for (const wrong of [{}, 1, 'x', true, () => {}, new AbortController(), { addEventListener() {} }])
    fails({ url, signal: wrong }, { says: 'signal must be an AbortSignal' });
});

test('H-1 H-4 H-5: the limits of time', () => {
  const [TOTAL, RESOLVE, CONNECT, HEADERS, IDLE] = [10, 11, 12, 13, 14];
  const limits = (options) => {
    const { options: list, idleMs } = plan({ url, ...options });
    const found = {};
    for (let i = 0; i < list.length; i += 2) if (list[i] >= TOTAL && list[i] <= IDLE) found[list[i]] = list[i + 1];
    assert.equal(idleMs, found[IDLE] ?? 0);
    return found;
  };
  const stream = { [TOTAL]: 0, [RESOLVE]: 60000, [CONNECT]: 60000, [HEADERS]: 60000, [IDLE]: 60000 };
  // H-1: the default is the client's; nothing is said for it.
  assert.deepEqual(limits({}), {});
  assert.deepEqual(limits({ timeout: 5 }), { [TOTAL]: 5 });
  for (const bad of [0, -1, NaN, null, undefined, -Infinity, '5', {}, [], true, () => 5, 5n]) {
    assert.deepEqual(limits({ timeout: bad }), {}, String(bad));
    assert.deepEqual(limits({ timeouts: bad }), {}, String(bad));
    assert.deepEqual(limits({ timeout: 7, timeouts: { connect: bad, headers: bad, idle: bad, total: bad } }), {
      [TOTAL]: 7,
    });
    assert.deepEqual(limits({ timeout: bad, enableChunked: true }), stream, String(bad));
    assert.deepEqual(limits({ timeouts: { idle: bad, total: bad }, enableChunked: true }), stream);
  }
  assert.deepEqual(limits({ timeout: 0.2 }), { [TOTAL]: 1 }, 'never rounded down to no limit');
  assert.deepEqual(limits({ timeout: 1e12 }), { [TOTAL]: 0xffffffff });
  assert.deepEqual(limits({ timeout: Infinity }), { [TOTAL]: 0 });
  // H-4: a limit that is given is obeyed as in H-1, and there is no other.
  assert.deepEqual(limits({ enableChunked: true }), stream);
  assert.deepEqual(limits({ enableChunked: true, timeout: 5 }), { [TOTAL]: 5 });
  assert.deepEqual(limits({ enableChunked: true, timeouts: { total: 5 } }), { [TOTAL]: 5 });
  assert.deepEqual(limits({ enableChunked: true, timeout: Infinity }), { [TOTAL]: 0 });
  assert.deepEqual(limits({ enableChunked: true, timeouts: { idle: 5 } }), { ...stream, [IDLE]: 5 });
  assert.deepEqual(limits({ enableChunked: true, timeouts: { idle: Infinity, connect: 3 } }), {
    ...stream,
    [IDLE]: 0,
    [RESOLVE]: 3,
    [CONNECT]: 3,
  });
  // H-5: each phase; total wins over timeout.
  assert.deepEqual(limits({ timeout: 9, timeouts: { connect: 1, headers: 2, idle: 3, total: 4 } }), {
    [TOTAL]: 4,
    [RESOLVE]: 1,
    [CONNECT]: 1,
    [HEADERS]: 2,
    [IDLE]: 3,
  });
});

test('no host is needed: an engine with nothing but ECMAScript makes the same plan', () => {
  const engine = bareEngine();
  for (const name of [
    'console',
    'URL',
    'URLSearchParams',
    'TextDecoder',
    'AbortController',
    'process',
    'queueMicrotask',
    'setTimeout',
  ]) {
    assert.equal(engine.run(`typeof ${name}`), 'undefined', name);
  }
  const bare = engine.load('client-plan.js').planClient({}).defaults;
  const options = {
    url: `${url}#f`,
    method: 'POST',
    data: { a: [1, '你'] },
    header: { 'X-A': [1, true] },
    enableChunked: true,
    jsonp: true,
  };
  const made = engine.load('plan.js').planRequest(options, bare);
  assert.equal(JSON.stringify(made), JSON.stringify(plan(options)));
});
