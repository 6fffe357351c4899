// Headers, and that Node's answer the same. After the WPT files fetch/api/headers/*.
import { test } from 'node:test';
import { assert, fetch, Headers, node, server } from './setup.mjs';

/** Runs `use` with our class and with Node's: the results, or the kinds of errors, must be the same; gives ours. */
function same(use) {
  const run = (Class) => {
    try {
      return { value: use(Class) };
    } catch (error) {
      return { error: error.constructor.name };
    }
  };
  const ours = run(Headers);
  assert.deepEqual(ours, run(node.Headers), String(use));
  return ours.error ?? ours.value;
}

test('made of nothing, of Headers, of any iterable of pairs, of an object', () => {
  const inits = [
    undefined,
    {},
    [],
    { 'X-A': '1', b: '2' },
    { a: 1, b: null, c: undefined, d: true },
    [['a', '1'], ['A', '2'], new Set(['b', 3])],
    new Map([['a', '1']]),
    new URLSearchParams('a=1&b=2&a=3'),
  ];
  for (const init of inits) same((Class) => [...new Class(init)]);
  same((Class) => [
    ...new Class(
      new Class([
        ['a', '1'],
        ['a', '2'],
        ['set-cookie', 'x'],
        ['set-cookie', 'y'],
      ]),
    ),
  ]);
  assert.deepEqual([...new Headers(new node.Headers({ a: '1' }))], [['a', '1']]);
  assert.deepEqual([...new node.Headers(new Headers({ a: '1' }))], [['a', '1']]);
});

test('what cannot be headers is a TypeError', () => {
  const wrong = [null, 1, 'a', true, [['a']], [['a', 'b', 'c']], ['ab'], [1], { 'a b': '1' }, { '': '1' }, { ä: '1' }];
  for (const init of wrong)
    assert.equal(
      same((Class) => [...new Class(init)]),
      'TypeError',
      JSON.stringify(init),
    );
  for (const name of ['', ' ', 'a:b', 'a\n', 'ü', '(a)', 'a/b', undefined, null, {}]) {
    for (const method of ['append', 'set']) same((Class) => [...(new Class()[method](name, 'x'), [])]);
    for (const method of ['get', 'has', 'delete']) same((Class) => new Class()[method](name));
  }
  for (const value of ['a\0', 'a\nb', 'a\rb', 'a\r\nb', '\u0100', '你']) {
    for (const method of ['append', 'set'])
      assert.equal(
        same((Class) => new Class()[method]('a', value)),
        'TypeError',
      );
  }
});

test('values lose the white space at their ends, and nothing else', () => {
  for (const value of [' a ', '\t a b \t', '\r\n a\r\n', '', ' ', 'a\tb', '\xe9\xff', 'a\x01', 1, null, undefined]) {
    same((Class) => [...new Class([['x', value]])]);
  }
});

test('append combines, set replaces the first and removes the rest, delete and has take any case', () => {
  same((Class) => {
    const headers = new Class();
    headers.append('B', '1');
    headers.append('a', '2');
    headers.append('b', '3');
    const before = [...headers];
    headers.set('B', '4');
    headers.set('new', '5');
    headers.delete('A');
    headers.delete('missing');
    return [before, [...headers], headers.get('b'), headers.get('none'), headers.has('NEW'), headers.has('A')];
  });
});

test('iteration is sorted and in lower case; each set-cookie stands for itself', () => {
  const pairs = [
    ['z', '1'],
    ['Set-Cookie', 'a=1'],
    ['a', '2'],
    ['set-cookie', 'b=2, c'],
    ['Z', '3'],
    ['sf', '4'],
  ];
  const ours = same((Class) => {
    const headers = new Class(pairs);
    return {
      entries: [...headers.entries()],
      keys: [...headers.keys()],
      values: [...headers.values()],
      cookies: headers.getSetCookie(),
      cookie: headers.get('set-cookie'),
      none: new Class().getSetCookie(),
    };
  });
  assert.deepEqual(ours.keys, ['a', 'set-cookie', 'set-cookie', 'sf', 'z']);
});

test('iteration is live, and has the helpers of iterators where the engine has them', () => {
  same((Class) => {
    const headers = new Class({ a: '1', b: '2', c: '3' });
    const seen = [];
    for (const [name] of headers) {
      seen.push(name);
      headers.delete('b');
      if (seen.length === 1) headers.append('d', '4');
    }
    return seen;
  });
  const iterator = new Headers({ a: '1' }).keys();
  assert.equal(iterator[Symbol.iterator](), iterator);
  assert.equal(Object.getPrototypeOf(iterator), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
});

test('forEach gives value, name and the headers, with its `this`', () => {
  same((Class) => {
    const headers = new Class({ b: '2', a: '1' });
    const seen = [];
    const self = {};
    headers.forEach(function (value, name, all) {
      seen.push([value, name, all === headers, this === self]);
    }, self);
    return seen;
  });
  for (const wrong of [undefined, null, 'x', {}]) same((Class) => new Class().forEach(wrong));
});

test('an object of the class and of nothing else; members do not enumerate', () => {
  assert.deepEqual(Object.keys(new Headers({ a: '1' })), []);
  assert.equal(Object.prototype.toString.call(new Headers()), '[object Headers]');
  assert.throws(() => Headers.prototype.get.call({}, 'a'), TypeError);
});

test('of an answer: as Node sees the same one, repeated lines and bytes beyond ASCII', async () => {
  const url = server.script([
    'status 200 OK',
    'field X-One: a',
    'field x-one:   b',
    'field set-cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'field set-cookie: b=2',
    'field x-latin: caf\\xE9',
    'field x-utf8: caf\\xC3\\xA9',
    'field x-empty:',
    'length 0',
    'head-end',
  ]);
  const [ours, theirs] = await Promise.all([fetch(url), node.fetch(url)]);
  assert.deepEqual([...ours.headers], [...theirs.headers]);
  assert.deepEqual(ours.headers.getSetCookie(), theirs.headers.getSetCookie());
  // As the standard says, values are bytes; so they can be given to any other Headers.
  assert.deepEqual([...new node.Headers(ours.headers)], [...theirs.headers]);
});
