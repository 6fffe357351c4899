import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, Utf8Decoder, utf8Length } from '../../dist/esm/utf8.js';
import { cut, random, seed, utf8 } from './random.mjs';

const expected = (bytes) => new TextDecoder('utf-8', { fatal: false }).decode(bytes);
const hex = (bytes) => Buffer.from(bytes).toString('hex');

function inPieces(pieces) {
  const decoder = new Utf8Decoder();
  return pieces.map((piece) => decoder.push(piece)).join('') + decoder.end();
}

/** All ways to cut a short text into pieces. */
function everyCut(bytes, check) {
  const cuts = bytes.length - 1;
  for (let mask = 0; mask < 1 << Math.max(0, cuts); mask++) {
    const pieces = [];
    let from = 0;
    for (let i = 0; i < cuts; i++) {
      if (mask & (1 << i)) {
        pieces.push(bytes.slice(from, i + 1).buffer);
        from = i + 1;
      }
    }
    pieces.push(bytes.slice(from).buffer);
    check(pieces);
  }
}

test('E-12: every code point is decoded, whole and byte by byte', () => {
  for (let point = 0; point <= 0x10ffff; point += point < 0x3000 || point > 0xffff - 0x200 ? 1 : 7) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const text = `a${String.fromCodePoint(point)}`;
    const bytes = utf8(text);
    assert.equal(decodeUtf8(bytes), text);
    if (point % 16 === 0) assert.equal(inPieces(Array.from(bytes, (byte) => Uint8Array.of(byte).buffer)), text);
  }
});

test('E-13: maximal subparts become one U+FFFD each, as in the Unicode standard', () => {
  const cases = [
    // Unicode 15, tables 3-8 to 3-11.
    ['c0afe080bff0818241', '\ufffd'.repeat(8) + 'A'],
    ['eda080edbfbfedaf41', '\ufffd'.repeat(8) + 'A'],
    ['f4919293ff4180bf42', '\ufffd'.repeat(5) + 'A\ufffd\ufffdB'],
    ['e180e2f09192f1bf41', '\ufffd'.repeat(4) + 'A'],
    ['f09f98', '\ufffd'],
    ['e4bd', '\ufffd'],
    ['c2', '\ufffd'],
    ['80', '\ufffd'],
    ['fe', '\ufffd'],
    ['f8888080', '\ufffd'.repeat(4)],
    ['e0a0', '\ufffd'],
    ['e09f', '\ufffd\ufffd'],
    ['f48fbf', '\ufffd'],
    ['f490', '\ufffd\ufffd'],
    ['f08f', '\ufffd\ufffd'],
    ['ed9fbf', '\ud7ff'],
    ['ee8080', '\ue000'],
    ['f48fbfbf', '\u{10ffff}'],
  ];
  for (const [text, want] of cases) {
    const bytes = Uint8Array.from(Buffer.from(text, 'hex'));
    assert.equal(expected(bytes), want, text);
    everyCut(bytes, (pieces) => assert.equal(inPieces(pieces), want, text));
  }
});

test('E-13: one leading BOM is dropped, wherever it is split, and no other', () => {
  const cases = [
    ['efbbbf', ''],
    ['efbbbf61', 'a'],
    ['efbbbfefbbbf61', '\ufeffa'],
    ['61efbbbf', 'a\ufeff'],
    ['efbb', '\ufffd'],
    ['efbb61', '\ufffda'],
    ['efbbefbbbf', '\ufffd\ufeff'],
  ];
  for (const [text, want] of cases) {
    const bytes = Uint8Array.from(Buffer.from(text, 'hex'));
    assert.equal(expected(bytes), want, text);
    everyCut(bytes, (pieces) => assert.equal(inPieces(pieces), want, text));
  }
  const decoder = new Utf8Decoder();
  assert.equal(decoder.push(utf8('\ufeffa')) + decoder.end(), 'a');
  assert.equal(decoder.push(utf8('\ufeffb')) + decoder.end(), 'b', 'as new after end');
});

test('E-13: after end a decoder is as new, whatever was unfinished', () => {
  const decoder = new Utf8Decoder();
  for (const [unfinished, next] of [
    [[0xe0], 'À'],
    [[0xed], '\u07ff'],
    [[0xf0, 0x90], 'À\u07ff'],
    [[0xf4], '\u{10ffff}\u{10000}'],
  ]) {
    assert.equal(decoder.push(Uint8Array.from(unfinished)) + decoder.end(), '\ufffd');
    assert.equal(decoder.push(utf8(next)) + decoder.end(), next);
    assert.equal(decoder.end(), '');
  }
});

test('E-12 E-13: random bytes equal TextDecoder, whole and in random pieces', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  // Mostly bytes at the borders of the rules, so that long valid and nearly valid sequences happen.
  const borders = [
    0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
    0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ];
  for (let round = 0; round < 60000; round++) {
    const bytes = Uint8Array.from({ length: rng.below(14) }, () =>
      rng.chance(0.8) ? rng.pick(borders) : rng.below(256),
    );
    const want = expected(bytes);
    assert.equal(decodeUtf8(bytes), want, hex(bytes));
    const pieces = cut(bytes, rng);
    assert.equal(inPieces(pieces), want, pieces.map(hex).join(' '));
  }
});

test('E-12 G-9: long texts with characters across every inner border', () => {
  const rng = random();
  for (const unit of ['a', 'é', '你', '😀', 'a你', '\u0000😀x']) {
    // The decoder works in runs of 8192 units.
    for (const lead of ['', 'x', 'xy', 'xyz', '\ufeff']) {
      const text = lead + unit.repeat(Math.ceil(20000 / unit.length));
      const bytes = utf8(text);
      const want = expected(bytes);
      assert.equal(decodeUtf8(bytes), want);
      assert.equal(inPieces(cut(bytes, rng, 7)), want);
    }
  }
});

test('E-12: a view gives exactly its bytes, and empty chunks give nothing', () => {
  const bytes = utf8('xx你yy');
  assert.equal(decodeUtf8(bytes.subarray(2, 5)), '你');
  assert.equal(decodeUtf8(new DataView(bytes.buffer, 1, 5)), 'x你y');
  assert.equal(
    inPieces([new ArrayBuffer(0), bytes.slice(0, 3).buffer, new ArrayBuffer(0), bytes.slice(3).buffer]),
    'xx你yy',
  );
  const decoder = new Utf8Decoder();
  assert.equal(decoder.push(bytes.slice(2, 4).buffer), '', 'a character that only began is kept back');
  assert.equal(decoder.push(bytes.slice(4, 6).buffer), '你y');
});

test('utf8Length counts as an encoder does, lone surrogates included', () => {
  const rng = random();
  const units = [0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff];
  for (let round = 0; round < 20000; round++) {
    const text = String.fromCharCode(...Array.from({ length: rng.below(8) }, () => rng.pick(units)));
    assert.equal(utf8Length(text), utf8(text).length, JSON.stringify(text));
  }
});
