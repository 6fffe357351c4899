import assert from 'node:assert/strict';
import { test } from 'node:test';
import vm from 'node:vm';
import { planClient } from '../../dist/esm/client-plan.js';
import { planRequest } from '../../dist/esm/plan.js';

const url = 'http://a.test/';
const fieldsOf = (options, configured = { warnings: false }) =>
  planRequest({ url, ...options }, planClient(configured, new Set()).defaults).fields;

function fails(header, says) {
  assert.throws(
    () => fieldsOf({ header }),
    (error) => {
      assert.deepEqual([error.reason, error.errno], ['parameter error', 600005]);
      assert.ok(error.errMsg.includes(says), error.errMsg);
      assert.ok(!error.errMsg.includes('secret'), 'a value is never shown');
      return true;
    },
  );
}

test('I-4: headers is an alias of header, and header wins', () => {
  assert.deepEqual(fieldsOf({ headers: { a: '1' } }), ['a', '1']);
  assert.deepEqual(fieldsOf({ header: { b: '2' }, headers: { a: '1' } }), ['b', '2']);
  assert.deepEqual(fieldsOf({ header: {}, headers: { a: '1' } }), []);
  assert.deepEqual(fieldsOf({ header: undefined, headers: { a: '1' } }), ['a', '1']);
  assert.deepEqual(fieldsOf({ header: null, headers: { a: '1' } }), ['a', '1']);
});

test('F-14: values of other kinds', () => {
  const header = {
    a: 1,
    b: true,
    c: 0,
    d: '',
    e: 10n,
    f: undefined,
    g: null,
    h: ['x', 2, null, undefined, false],
    i: [],
  };
  assert.deepEqual(fieldsOf({ header }), [
    'a',
    '1',
    'b',
    'true',
    'c',
    '0',
    'd',
    '',
    'e',
    '10',
    'h',
    'x',
    'h',
    '2',
    'h',
    'false',
  ]);
  for (const [value, kind] of [
    [{ secret: 1 }, 'an object'],
    [() => 'secret', 'a function'],
    [Symbol('secret'), 'a symbol'],
    [new Date(0), 'an object'],
  ]) {
    fails({ 'X-Bad': value }, `the value of the header "X-Bad" cannot be ${kind}`);
  }
  fails({ 'x-a': [['secret']] }, 'the value of the header "x-a" cannot be a nested array');
});

test('F-14: header of another kind', () => {
  for (const [wrong, kind] of [
    ['secret', 'a string'],
    [1, 'a number'],
    [[['a', 'b']], 'an array'],
    [() => {}, 'a function'],
    [true, 'a boolean'],
  ]) {
    fails(wrong, `header must be an object, not ${kind}`);
  }
  assert.throws(() => fieldsOf({ headers: 'x' }), { errMsg: /headers must be an object/ });
  const foreign = vm.runInNewContext('({ a: ["1"] })');
  assert.deepEqual(fieldsOf({ header: foreign }), ['a', '1'], 'of another realm');
  assert.deepEqual(fieldsOf({ header: new Headers({ 'X-A': '1' }) }), ['x-a', '1']);
  assert.deepEqual(
    fieldsOf({
      header: new Map([
        ['X-A', 1],
        ['b', ['c', 'd']],
      ]),
    }),
    ['X-A', '1', 'b', 'c', 'b', 'd'],
  );
});

test('F-14: names that are no tokens', () => {
  for (const name of [
    'a b',
    'a:',
    'a\n',
    'a\r\nb',
    '\0',
    'é',
    'a,b',
    '"a"',
    '(a)',
    'a@b',
    'a\t',
    '你',
    'a/b',
    '{',
    '[a]',
    '\x7f',
  ]) {
    fails({ [name]: 'secret' }, `${JSON.stringify(name)} is not a header name`);
    fails({ [name]: ['secret'] }, 'is not a header name');
  }
  fails({ '': 'secret' }, 'a header has no name');
  fails({ [`${'x'.repeat(100)} `]: 'secret' }, `${'x'.repeat(60)}…" is not a header name`);
  const good = "!#$%&'*+-.^_`|~09azAZ";
  assert.deepEqual(fieldsOf({ header: { [good]: 'x' } }), [good, 'x']);
  assert.deepEqual(fieldsOf({ header: JSON.parse('{"__proto__":"x","constructor":"y"}') }), [
    '__proto__',
    'x',
    'constructor',
    'y',
  ]);
});

test('F-14: control characters in values are named by their place, all but a tab', () => {
  for (let code = 0; code < 0x80; code++) {
    const value = `secret${String.fromCharCode(code)}x`;
    if (code >= 0x20 && code !== 0x7f) {
      assert.deepEqual(fieldsOf({ header: { a: value } }), ['a', value]);
      continue;
    }
    if (code === 9) continue;
    const names = { 0: 'a NUL', 10: 'a LF', 13: 'a CR' };
    const what = names[code] ?? `the control character 0x${code.toString(16).padStart(2, '0')}`;
    fails({ a: value }, `the value of the header "a" has ${what} at position 6`);
    fails({ a: ['x', value] }, what);
    fails({ a: value.slice(6) }, `${what} at position 0`);
    fails({ a: value.slice(0, -1) }, `${what} at position 6`);
  }
  assert.deepEqual(fieldsOf({ header: { a: 'x\ty', b: 'é你😀\x85' } }), ['a', 'x\ty', 'b', 'é你😀\x85']);
});

test('configured fields are added unless the caller brings their names, in any case', () => {
  const configured = { header: { 'X-A': '1', Authorization: ['k'], b: 2 } };
  assert.deepEqual(fieldsOf({}, configured), ['X-A', '1', 'Authorization', 'k', 'b', '2']);
  assert.deepEqual(fieldsOf({ header: { 'x-a': 'own' } }, configured), ['x-a', 'own', 'Authorization', 'k', 'b', '2']);
  assert.deepEqual(
    fieldsOf({ header: { AUTHORIZATION: null, B: undefined } }, configured),
    ['X-A', '1', 'b', '2'],
    'null keeps one away, undefined does not',
  );
  assert.deepEqual(fieldsOf({ header: { 'x-a': [] } }, configured), ['Authorization', 'k', 'b', '2']);
});

test('F-13: referer is sent, and dropped with one warning in strict mode', (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  assert.deepEqual(fieldsOf({ header: { Referer: 'x' } }, {}), ['Referer', 'x']);
  assert.equal(warn.mock.callCount(), 0);
  const { defaults } = planClient({ strict: true, warnings: true }, new Set());
  for (const name of ['Referer', 'referer', 'REFERER']) {
    assert.deepEqual(planRequest({ url, header: { [name]: 'x', a: 'b' } }, defaults).fields, ['a', 'b']);
  }
  assert.equal(warn.mock.callCount(), 1);
  assert.match(warn.mock.calls[0].arguments[0], /^reqtask: .*referer/);
  assert.deepEqual(planRequest({ url, headers: { referer: 'x' } }, defaults).fields, [], 'by its alias too');
  const configured = planClient({ strict: true, header: { Referer: 'x' } }, new Set()).defaults;
  for (const header of [{}, { referer: 'y' }]) {
    assert.deepEqual(planRequest({ url, header }, configured).fields, [], 'a configured one too');
  }
});

test('fields about the connection are left to the core, which judges them', () => {
  const header = { 'Content-Length': 5, Host: 'b.test', 'transfer-encoding': 'chunked' };
  assert.deepEqual(fieldsOf({ header }), ['Content-Length', '5', 'Host', 'b.test', 'transfer-encoding', 'chunked']);
});
