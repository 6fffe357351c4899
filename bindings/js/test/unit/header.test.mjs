import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHead as parse } from '../../dist/esm/header.js';
import { bareEngine } from './bare-engine.mjs';
import { random, seed } from './random.mjs';

const parseHead = (status, head) => parse(status, head, 'http://a/', false);
const latin1 = (bytes) => Buffer.from(bytes).toString('latin1');

test('G-7 C-4: a plain object with lower-case keys, readable in Title-Case', () => {
  const { header, statusCode, cookies } = parseHead(
    404,
    'content-type\ntext/plain\nlocation\n/x\nx-a-1b\n\nset-cookie\na=1',
  );
  assert.equal(statusCode, 404);
  assert.deepEqual(cookies, ['a=1']);
  assert.deepEqual(header, { 'content-type': 'text/plain', location: '/x', 'x-a-1b': '', 'set-cookie': 'a=1' });
  assert.equal(Object.getPrototypeOf(header), Object.prototype);
  const titles = { 'Content-Type': 'text/plain', Location: '/x', 'X-A-1b': '', 'Set-Cookie': 'a=1' };
  for (const [title, value] of Object.entries(titles)) {
    assert.equal(header[title], value);
    assert.equal(Object.getOwnPropertyDescriptor(header, title).enumerable, false, title);
  }
  assert.deepEqual(Object.keys({ ...header }), ['content-type', 'location', 'x-a-1b', 'set-cookie']);
  assert.ok(!JSON.stringify(header).includes('Content'));
  for (const name in header) assert.equal(name, name.toLowerCase());
});

test('C-4: where the answer came from is there, but not among the enumerable members', () => {
  const event = parse(200, 'a\nb', 'https://host/after', true);
  assert.equal(event.url, 'https://host/after');
  assert.equal(event.redirected, true);
  assert.equal(event.head, 'a\nb');
  assert.deepEqual(Object.keys(event), ['header', 'statusCode', 'cookies']);
  assert.equal(JSON.stringify(event), '{"header":{"a":"b"},"statusCode":200,"cookies":[]}');
});

test('G-7 G-8: repeated names are joined, set-cookie by a comma alone; cookies are whole', () => {
  const head =
    'vary\na\nset-cookie\na=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\nvary\nb\nset-cookie\nb=2, c\nvary\n\nset-cookie\n';
  const { header, cookies } = parseHead(200, head);
  assert.equal(header.vary, 'a, b, ');
  assert.equal(header.Vary, 'a, b, ');
  assert.deepEqual(cookies, ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2, c', '']);
  assert.equal(header['set-cookie'], cookies.join(','));
  assert.equal(header['Set-Cookie'], cookies.join(','));
});

test('G-8: no cookies, no fields', () => {
  assert.deepEqual(parseHead(204, ''), { header: {}, statusCode: 204, cookies: [] });
  assert.deepEqual(parseHead(200, 'a\nb').cookies, []);
});

test('G-7: names that objects have already are just names', () => {
  const names = [
    '__proto__',
    'constructor',
    'tostring',
    'toString',
    'hasownproperty',
    'valueOf',
    '__definegetter__',
    'isPrototypeOf',
    'then',
    'length',
  ];
  for (const name of names) {
    const { header } = parseHead(200, `${name}\nx\nplain\nz\n${name}\ny`);
    assert.deepEqual(Object.keys(header), [name, 'plain']);
    assert.equal(Object.getOwnPropertyDescriptor(header, name).value, 'x, y');
    assert.equal(Object.getPrototypeOf(header), Object.prototype);
    assert.equal(header.plain, 'z');
  }
  assert.equal({}.x, undefined);
  assert.equal(parseHead(200, 'constructor\nx').header.Constructor, 'x');
});

test('G-7: the object is the app’s to change', () => {
  const { header } = parseHead(200, '__proto__\nx\nset-cookie\na\nb\nc');
  for (const [name, { writable, configurable }] of Object.entries(Object.getOwnPropertyDescriptors(header))) {
    assert.ok(writable && configurable, name);
  }
  assert.ok(delete header['Set-Cookie']);
});

test('G-7: also in an engine whose built-in objects are frozen', () => {
  const engine = bareEngine();
  engine.run('Object.freeze(Object.prototype); Object.freeze(Array.prototype)');
  const { header } = engine.load('header.js').parseHead(200, 'constructor\nx\n__proto__\ny\na\nb', 'http://a/', false);
  assert.deepEqual(Object.keys(header), ['constructor', '__proto__', 'a']);
  assert.equal(header.constructor, 'x');
});

test('G-7: values in UTF-8 are decoded, all others are Latin-1', () => {
  const value = (bytes) => parseHead(200, `a\nplain\nx\n${latin1(bytes)}\nz\nb`).header.x;
  assert.equal(value(Buffer.from('é 你 😀')), 'é 你 😀');
  assert.equal(value([0x63, 0x61, 0x66, 0xe9]), 'café');
  assert.equal(value([0xe4, 0xbd]), 'ä½');
  assert.equal(value([0xed, 0xa0, 0x80]), 'í\xa0\x80');
  assert.equal(value([0xc0, 0x80]), 'À\x80');
  assert.equal(value([0x80, 0xff]), '\x80ÿ');
  assert.equal(value(Buffer.from('\ufffd')), '\ufffd', 'a U+FFFD that was sent');
  assert.equal(value([...Buffer.from('\ufffd'), 0xff]), 'ï¿½ÿ', 'one that was sent, and bytes that are not UTF-8');
  assert.equal(value(Buffer.from('\ufeffa')), '\ufeffa', 'a field has no byte order');
  const { header, cookies } = parseHead(200, `set-cookie\n${latin1(Buffer.from('n=你'))}\nset-cookie\nn=\xe9`);
  assert.deepEqual(cookies, ['n=你', 'n=é'], 'each line for itself');
  assert.equal(header['set-cookie'], 'n=你,n=é');
});

test('G-7: random heads equal a plain reading of them', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  const names = [
    'a',
    'b-c',
    'set-cookie',
    '__proto__',
    'constructor',
    'x--y',
    '-',
    '1a',
    'x-_z',
    'etag',
    "!#$%&'*+.^`|~",
  ];
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const read = (bytes) => {
    try {
      return utf8.decode(bytes);
    } catch {
      return latin1(bytes);
    }
  };
  for (let round = 0; round < 8000; round++) {
    const lines = Array.from({ length: rng.below(8) }, () => [
      rng.pick(names),
      Uint8Array.from({ length: rng.below(4) }, () => rng.pick([0x20, 0x61, 0x2c, 0xc3, 0xa9, 0xef, 0xbf, 0xbd, 0xff])),
    ]);
    const want = new Map();
    for (const [name, bytes] of lines) want.set(name, [...(want.get(name) ?? []), read(bytes)]);
    const { header, cookies } = parseHead(200, lines.flatMap(([name, bytes]) => [name, latin1(bytes)]).join('\n'));
    assert.deepEqual(
      Object.entries(header),
      [...want].map(([name, values]) => [name, values.join(name === 'set-cookie' ? ',' : ', ')]),
    );
    assert.deepEqual(cookies, want.get('set-cookie') ?? []);
    for (const [name, value] of Object.entries(header)) {
      const title = name
        .split('-')
        .map((w) => w.slice(0, 1).toUpperCase() + w.slice(1))
        .join('-');
      assert.equal(header[title], value, title);
    }
  }
});
