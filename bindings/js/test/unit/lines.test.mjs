import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, ndjson } from '../../dist/esm/lines.js';
import { cut, random, seed, utf8 } from './random.mjs';

async function* chunks(pieces) {
  for (const data of pieces) yield { data };
}

async function all(iterable) {
  const out = [];
  for await (const item of iterable) out.push(item);
  return out;
}

const corpus = [
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\nb', ['a', 'b']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\n', ['']],
  ['\n\na\n\n', ['', '', 'a', '']],
  ['a\rb\n', ['a\rb']],
  ['a\r', ['a']],
  ['a\r\r\n', ['a\r']],
  ['\ufeffa\n\ufeffb', ['a', '\ufeffb']],
  ['你好\n😀', ['你好', '😀']],
  ['a\u2028b\u0085c\vd\n', ['a\u2028b\u0085c\vd']],
];

test('E-12 lines: LF and CRLF, a last line without an end, at every cut', async () => {
  for (const [text, want] of corpus) {
    const bytes = utf8(text);
    for (let at = 0; at <= bytes.length; at++) {
      const pieces = [bytes.slice(0, at).buffer, bytes.slice(at).buffer];
      assert.deepEqual(await all(lines(chunks(pieces))), want, `${JSON.stringify(text)} cut at ${at}`);
    }
    assert.deepEqual(await all(lines(chunks(Array.from(bytes, (b) => Uint8Array.of(b))))), want, JSON.stringify(text));
  }
});

test('E-13 lines: an unfinished character at the end is U+FFFD, also as a line of its own', async () => {
  assert.deepEqual(await all(lines(chunks([Uint8Array.of(0x61, 0x0a, 0xe4, 0xbd)]))), ['a', '\ufffd']);
  assert.deepEqual(await all(lines(chunks([Uint8Array.of(0xe4, 0x0a, 0x61)]))), ['\ufffd', 'a']);
});

test('ndjson: random values come back, however they are cut', async (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  const leaf = () => rng.pick([0, -1.5, true, null, '', '你\n"😀', 'x'.repeat(50)]);
  const value = (depth) =>
    depth === 0 || rng.chance(0.4)
      ? leaf()
      : rng.chance(0.5)
        ? Array.from({ length: rng.below(4) }, () => value(depth - 1))
        : Object.fromEntries(Array.from({ length: rng.below(4) }, (_, i) => [`k${i}`, value(depth - 1)]));
  for (let round = 0; round < 1500; round++) {
    const values = Array.from({ length: rng.below(6) }, () => value(3));
    const text = values.map((v) => JSON.stringify(v) + rng.pick(['\n', '\r\n', '\n\n', '\n \t\n'])).join('');
    const end = rng.chance(0.5) ? text : text.trimEnd();
    assert.deepEqual(await all(ndjson(chunks(cut(utf8(end), rng)))), values);
  }
});

test('ndjson: a line that is not JSON names its number, after the values before it', async () => {
  const seen = [];
  await assert.rejects(
    async () => {
      for await (const value of ndjson(chunks([utf8('{"a":1}\n\n2\n{"a":\n3\n')]))) seen.push(value);
    },
    { name: 'SyntaxError', message: /^line 4 is not JSON: / },
  );
  assert.deepEqual(seen, [{ a: 1 }, 2]);
  await assert.rejects(all(ndjson(chunks([utf8('1\n[2')]))), { message: /^line 2 is not JSON: / });
  await assert.rejects(all(ndjson(chunks([utf8('1\n\u00a0\n')]))), { message: /^line 2 is not JSON: / });
});

test('lines: maxBytes bounds one line and names it', async () => {
  assert.deepEqual(await all(lines(chunks([utf8('12345\n67890\n')]), { maxBytes: 5 })), ['12345', '67890']);
  const message = { name: 'RangeError', message: 'line 2 has more than 5 bytes (the option maxBytes)' };
  await assert.rejects(all(lines(chunks([utf8('12345\n678901\n')]), { maxBytes: 5 })), message);
  await assert.rejects(all(lines(chunks(['1\n', '67', '89', '01'].map(utf8)), { maxBytes: 5 })), message);
  await assert.rejects(all(lines(chunks([utf8('1\n你你')]), { maxBytes: 5 })), message);
  assert.throws(() => ndjson(chunks([]), { maxBytes: 'x' }), TypeError);
});
