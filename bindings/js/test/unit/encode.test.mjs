import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { encodeBody, encodeQuery, mediaType } from '../../dist/esm/encode.js';
import { appendQuery } from '../../dist/esm/url.js';
import { bareEngine } from './bare-engine.mjs';
import { random, seed } from './random.mjs';

const bytesOf = (body) => (assert.ok(body instanceof ArrayBuffer), [...new Uint8Array(body)]);
const invalidData = (encode, message = /^request:fail invalid data: ./) =>
  assert.throws(encode, (error) => {
    assert.equal(error.errno, 600010);
    assert.equal(error.reason, 'invalid data');
    assert.match(error.errMsg, message);
    assert.ok(!error.errMsg.includes('\n'), 'one line');
    return true;
  });
const cyclic = () => {
  const a = { b: [] };
  a.b.push(a);
  return a;
};

test('F-1 F-2: the query goes before the fragment, with ? or &, and nothing is left over', () => {
  const cases = [
    ['http://a/x', 'q=1', 'http://a/x?q=1'],
    ['http://a/x?', 'q=1', 'http://a/x?q=1'],
    ['http://a/x?a=b', 'q=1', 'http://a/x?a=b&q=1'],
    ['http://a/x?a=b&', 'q=1', 'http://a/x?a=b&q=1'],
    ['http://a/x#f', 'q=1', 'http://a/x?q=1#f'],
    ['http://a/x?a#f?g#h', 'q=1', 'http://a/x?a&q=1#f?g#h'],
    ['http://a/x#?', 'q=1', 'http://a/x?q=1#?'],
    ['http://a/x \n', 'q=1', 'http://a/x?q=1'],
    ['http://a/x?a=b#f', '', 'http://a/x?a=b#f'],
    ['http://a/x', '', 'http://a/x'],
    ['http://a/x?', '', 'http://a/x?'],
  ];
  for (const [url, query, want] of cases) assert.equal(appendQuery(url, query), want);
});

test('F-1 F-3: pairs of names and values', () => {
  assert.equal(encodeQuery({ a: 1, 'b c': 'x&y=z', 你: '好' }), 'a=1&b%20c=x%26y%3Dz&%E4%BD%A0=%E5%A5%BD');
  assert.equal(encodeQuery({ a: undefined, b: null, c: '', d: false, e: NaN }), 'b=null&c=&d=false&e=NaN');
  assert.equal(encodeQuery({ a: { b: [1] }, c: [1, 'x'] }), 'a=%7B%22b%22%3A%5B1%5D%7D&c=%5B1%2C%22x%22%5D');
  assert.equal(encodeQuery({ a: new Date(0) }), `a=${encodeURIComponent('"1970-01-01T00:00:00.000Z"')}`);
  assert.equal(encodeQuery({ f() {}, s: Symbol('s'), u: { toJSON: () => undefined }, n: 10n }), 'n=10');
  assert.equal(encodeQuery({}), '');
  assert.equal(encodeQuery({ a: undefined }), '');
  assert.equal(encodeQuery(['x', 'y']), '0=x&1=y');
  assert.equal(
    encodeQuery(Object.create({ inherited: 1 }, { hidden: { value: 2 }, own: { value: 3, enumerable: true } })),
    'own=3',
  );
  assert.equal(encodeQuery({ ['__proto__']: 1, constructor: 2 }), '__proto__=1&constructor=2');
  assert.equal(encodeQuery(JSON.parse('{"__proto__":{"x":1}}')), '__proto__=%7B%22x%22%3A1%7D');
});

test('F-1 F-3: random objects come back from their query and from their form', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  const chars = [
    'a',
    'Z',
    '0',
    ' ',
    '&',
    '=',
    '?',
    '#',
    '%',
    '+',
    '/',
    ';',
    '"',
    "'",
    '\n',
    '\0',
    'é',
    '你',
    '😀',
    '\ufeff',
  ];
  const word = () => Array.from({ length: rng.below(6) }, () => rng.pick(chars)).join('');
  const value = () =>
    rng.pick([word(), word(), rng.below(1e6) / 7, true, null, undefined, [word()], { [word()]: word() }]);
  for (let round = 0; round < 8000; round++) {
    const data = {};
    for (let i = rng.below(5); i > 0; i--) data[`k${word()}`] = value();
    const want = Object.entries(data)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [k, v !== null && typeof v === 'object' ? JSON.stringify(v) : String(v)]);
    const query = encodeQuery(data);
    const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
    assert.deepEqual(pairs, want);
    assert.equal(encodeBody(data, 'application/x-www-form-urlencoded').body, query);
    assert.match(query, /^[A-Za-z0-9\-_.!~*'()%&=]*$/, 'nothing that a URL parser would read otherwise');
    // And as a server sees it behind a whole URL.
    const url = new URL(appendQuery('http://a/x?first=1#f', query));
    assert.deepEqual(
      [...url.searchParams].slice(1),
      want.map(([k, v]) => [k, v]),
    );
    assert.equal(url.hash, '#f');
  }
});

test('F-4: GET with text appends it as it is; numbers and booleans are their text', () => {
  assert.equal(encodeQuery('a=1&b=%20 x'), 'a=1&b=%20 x');
  assert.equal(encodeQuery(''), '');
  assert.equal(encodeQuery(12), '12');
  assert.equal(encodeQuery(false), 'false');
  assert.equal(encodeQuery(null), '');
  assert.equal(encodeQuery(undefined), '');
});

test('F-12: a query cannot be made from bytes', () => {
  for (const bytes of [new ArrayBuffer(1), new Uint8Array(1), Buffer.from('x')])
    invalidData(() => encodeQuery(bytes), /query/);
});

test('F-5 F-6 F-7: objects are JSON, and a form where the content-type says so', () => {
  const data = { a: 1, b: { c: [null] }, d: undefined };
  const json = '{"a":1,"b":{"c":[null]}}';
  const form = 'a=1&b=%7B%22c%22%3A%5Bnull%5D%7D';
  const type = 'application/json';
  assert.deepEqual(encodeBody(data, null), { body: json, contentType: type });
  assert.deepEqual(encodeBody([1, 'a', null], null), { body: '[1,"a",null]', contentType: type });
  for (const asForm of ['application/x-www-form-urlencoded', 'Application/X-WWW-Form-Urlencoded ; charset=UTF-8']) {
    assert.equal(encodeBody(data, asForm).body, form);
  }
  for (const other of [
    type,
    'APPLICATION/JSON;charset=utf-8',
    'text/plain',
    'multipart/form-data',
    'application/x-www-form-urlencoded2',
    '',
  ]) {
    assert.equal(encodeBody(data, other).body, json, other);
  }
  assert.equal(mediaType(' Text/Plain;x="application/json"'), 'text/plain');
  assert.equal(encodeBody({}, 'application/x-www-form-urlencoded').body, '');
  assert.equal(encodeBody({}, null).body, '{}');
});

test('F-8: bytes are sent exactly, of any kind of view and of any realm', () => {
  const all = Uint8Array.of(0, 1, 2, 255, 4, 5, 6, 7);
  const type = 'application/octet-stream';
  const check = (data, want) => {
    const { body, contentType } = encodeBody(data, null);
    assert.deepEqual(bytesOf(body), want);
    assert.equal(contentType, type);
  };
  check(all.buffer, [...all]);
  check(all.subarray(2, 5), [2, 255, 4]);
  check(new DataView(all.buffer, 6), [6, 7]);
  check(new Uint16Array(all.buffer, 2, 1), [2, 255]);
  check(new Float64Array([1]), [0, 0, 0, 0, 0, 0, 240, 63]);
  check(Buffer.from('hé'), [104, 195, 169]);
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  shared.set([7, 8, 9]);
  check(shared.subarray(1), [8, 9]);
  check(shared.buffer, [7, 8, 9]);
  const foreign = vm.runInNewContext(
    '({ buffer: Uint8Array.of(1, 2, 3).buffer, view: Uint8Array.of(1, 2, 3).subarray(1) })',
  );
  assert.ok(!(foreign.buffer instanceof ArrayBuffer), 'the test needs another realm');
  check(foreign.buffer, [1, 2, 3]);
  check(foreign.view, [2, 3]);
});

test('A-4 F-8: the bytes are those at the call, and the content-type is the caller’s', () => {
  const data = Uint8Array.of(1, 2, 3);
  const { body } = encodeBody(data.buffer, 'application/json');
  data.fill(9);
  assert.deepEqual(bytesOf(body), [1, 2, 3]);
  const empty = encodeBody(new ArrayBuffer(0), null);
  assert.deepEqual([empty.body.byteLength, empty.contentType], [0, null]);
});

test('F-12: a detached buffer is no empty body', () => {
  const buffer = new ArrayBuffer(4);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  invalidData(() => encodeBody(buffer, null));
  // The view says by itself that it has no bytes; what is not told apart by the language is not told apart here.
  assert.equal(view.byteLength, 0);
});

test('F-8: an object that only says it is an ArrayBuffer is an object', () => {
  assert.equal(encodeBody({ [Symbol.toStringTag]: 'ArrayBuffer', a: 1 }, null).body, '{"a":1}');
});

test('F-9: text is sent as it is, as JSON by default', () => {
  assert.deepEqual(encodeBody('x=1', null), { body: 'x=1', contentType: 'application/json' });
  assert.equal(encodeBody('{"a":', 'application/json').body, '{"a":');
  assert.equal(encodeBody('a=1', 'application/x-www-form-urlencoded').body, 'a=1');
  assert.deepEqual(encodeBody('', null), { body: '', contentType: null });
  assert.deepEqual(encodeBody(5, null), { body: '5', contentType: 'application/json' });
  assert.deepEqual(encodeBody(true, null), { body: 'true', contentType: 'application/json' });
});

test('F-10: no data is no body', () => {
  assert.deepEqual(encodeBody(undefined, null), { body: null, contentType: null });
  assert.deepEqual(encodeBody(null, 'application/json'), { body: null, contentType: null });
});

test('F-12: what cannot be serialised is named, in a body, a form and a query', () => {
  const throwing = {
    get a() {
      throw new Error('the getter');
    },
  };
  const ways = [(d) => encodeBody(d, null), (d) => encodeBody(d, 'application/x-www-form-urlencoded'), encodeQuery];
  for (const encode of ways) {
    invalidData(() => encode({ x: cyclic() }), /circular/);
    invalidData(() => encode(throwing), /the getter/);
    invalidData(
      () =>
        encode(
          new Proxy(
            {},
            {
              ownKeys: () => {
                throw new Error('the trap');
              },
            },
          ),
        ),
      /the trap/,
    );
    invalidData(() => encode({ x: { y: 1n } }), /BigInt/);
    invalidData(() => encode(1n), /bigint/);
    invalidData(() => encode(() => {}), /function/);
    invalidData(() => encode(Symbol('s')), /symbol/);
    invalidData(() =>
      encode({
        toJSON: () => {
          throw undefined;
        },
      }),
    );
    for (const [name, object] of [
      ['FormData', new FormData()],
      ['Blob', new Blob(['x'])],
      ['Promise', Promise.resolve({})],
      ['Set', new Set([1])],
      ['ReadableStream', new ReadableStream()],
    ]) {
      invalidData(() => encode(object), new RegExp(`a ${name} cannot be sent`));
    }
  }
  invalidData(() => encodeBody(1n, null));
  invalidData(() => encodeBody(cyclic(), null));
  invalidData(() => encodeBody({ toJSON: () => undefined }, null), /toJSON/);
});

test('F-12: a lone surrogate has no place in a query or a form, and JSON escapes it', () => {
  for (const data of [{ a: '\ud800' }, { '\udc00': 1 }, { a: 'x\ud83dy' }]) {
    invalidData(() => encodeQuery(data));
    invalidData(() => encodeBody(data, 'application/x-www-form-urlencoded'));
    assert.equal(encodeBody({ a: '\ud800' }, null).body, '{"a":"\\ud800"}');
  }
});

test('F-12: classes of React Native, which have no tag, are refused by their constructor', () => {
  class FormData {
    _parts = [];
  }
  class Blob {
    _data = {};
  }
  class URLSearchParams {
    toString() {
      return 'a=1';
    }
  }
  const engine = bareEngine({ FormData, Blob, URLSearchParams }).load('encode.js');
  assert.throws(() => engine.encodeBody(new FormData(), null), { errMsg: /a FormData cannot be sent/, errno: 600010 });
  assert.throws(() => engine.encodeBody(new Blob(), null), { errMsg: /a Blob cannot be sent/, errno: 600010 });
  assert.equal(engine.encodeQuery(new URLSearchParams()), 'a=1');
});

test('F-5 F-7: toJSON is asked in every encoding', () => {
  const data = { toJSON: () => ({ a: 1, b: [2] }) };
  assert.equal(encodeBody(data, null).body, '{"a":1,"b":[2]}');
  assert.equal(encodeBody(data, 'application/x-www-form-urlencoded').body, 'a=1&b=%5B2%5D');
  assert.equal(encodeQuery(data), 'a=1&b=%5B2%5D');
  assert.equal(encodeQuery(new Date(0)), '1970-01-01T00:00:00.000Z');
  assert.equal(encodeBody(new Date(0), null).body, '"1970-01-01T00:00:00.000Z"');
  assert.equal(encodeQuery({ toJSON: () => null }), '');
  assert.equal(encodeQuery({ toJSON: () => undefined }), '');
});

test('F-3 F-5: maps and URLSearchParams', () => {
  const map = new Map([
    ['a', 1],
    [2, [3]],
    ['__proto__', 'x'],
  ]);
  assert.equal(encodeQuery(map), '2=%5B3%5D&a=1&__proto__=x');
  assert.deepEqual(JSON.parse(encodeBody(map, null).body), JSON.parse('{"a":1,"2":[3],"__proto__":"x"}'));
  invalidData(() => encodeQuery(new Map([[{}, 1]])), /Map/);
  const params = new URLSearchParams([
    ['a', '1 2'],
    ['a', '&'],
  ]);
  assert.equal(encodeQuery(params), 'a=1+2&a=%26');
  assert.deepEqual(encodeBody(params, null), { body: 'a=1+2&a=%26', contentType: 'application/x-www-form-urlencoded' });
});

test('A-4: data is only read', () => {
  const data = Object.freeze({ a: Object.freeze([1]), b: Object.freeze({ c: undefined }) });
  encodeQuery(data);
  encodeBody(data, null);
  encodeBody(data, 'application/x-www-form-urlencoded');
  assert.deepEqual(data, { a: [1], b: { c: undefined } });
});
