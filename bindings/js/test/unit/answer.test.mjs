import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { decodeBody } from '../../dist/esm/answer.js';
import { random, utf8 } from './random.mjs';
import { bareEngine } from './bare-engine.mjs';

const text = (value) => utf8(value).buffer;

test('G-3: json text is parsed, other text stays text', () => {
  assert.deepEqual(decodeBody(text('{"a":[1,"你"]}'), 'json', 'text'), { a: [1, '你'] });
  assert.equal(decodeBody(text(' 12 '), 'json', 'text'), 12);
  assert.equal(decodeBody(text('null'), 'json', 'text'), null);
  for (const other of ['<p>', '{"a":', "{'a':1}", '   ', 'undefined', 'NaN', '{"a":1}x', '{"a":1}\u0000']) {
    assert.equal(decodeBody(text(other), 'json', 'text'), other);
  }
});

test('G-4: another dataType parses nothing; arraybuffer wins over dataType', () => {
  assert.equal(decodeBody(text('{"a":1}'), 'text', 'text'), '{"a":1}');
  assert.equal(decodeBody(text('{"a":1}'), 'other', 'text'), '{"a":1}');
  const body = text('{"a":1}');
  assert.equal(decodeBody(body, 'json', 'arraybuffer'), body);
  assert.deepEqual(decodeBody(body, 'json', 'blob'), { a: 1 }, 'an unknown responseType is text');
});

test('G-5: an empty body is an empty text or an empty ArrayBuffer', () => {
  for (const empty of [null, new ArrayBuffer(0)]) {
    assert.equal(decodeBody(empty, 'json', 'text'), '');
    const bytes = decodeBody(empty, 'json', 'arraybuffer');
    assert.ok(bytes instanceof ArrayBuffer);
    assert.equal(bytes.byteLength, 0);
  }
});

test('G-6: one BOM is dropped before parsing', () => {
  assert.deepEqual(decodeBody(text('\ufeff{"a":1}'), 'json', 'text'), { a: 1 });
  assert.equal(decodeBody(text('\ufeff\ufeff{"a":1}'), 'json', 'text'), '\ufeff{"a":1}');
  assert.equal(decodeBody(text('\ufeff'), 'json', 'text'), '');
});

test('G-10: the text is the same with the TextDecoder of the engine and without one', () => {
  const without = bareEngine().load('answer.js').decodeBody;
  const rng = random();
  const borders = [0x22, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbb, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff];
  for (let round = 0; round < 20000; round++) {
    const body = Uint8Array.from({ length: rng.below(12) }, () => rng.pick(borders)).buffer;
    for (const type of ['json', 'text']) {
      const [a, b] = [decodeBody(body, type, 'text'), without(body, type, 'text')];
      assert.equal(a, b, Buffer.from(body).toString('hex'));
    }
  }
  const license = readFileSync(createRequire(import.meta.url).resolve('typescript/package.json'));
  const body = license.buffer.slice(license.byteOffset, license.byteOffset + license.byteLength);
  assert.equal(JSON.stringify(decodeBody(body, 'json', 'text')), JSON.stringify(without(body, 'json', 'text')));
});

test('G-10: a TextDecoder that is broken is not used', () => {
  const broken = {
    'keeps the BOM': class {
      decode(data) {
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
      }
    },
    'throws on invalid bytes': class {
      decode(data) {
        return new TextDecoder('utf-8', { fatal: true }).decode(data);
      }
    },
    'keeps a rest': class {
      #d = new TextDecoder();
      decode(data) {
        return this.#d.decode(data, { stream: true });
      }
    },
    'is Latin-1': class {
      decode(data) {
        return Buffer.from(data).toString('latin1');
      }
    },
    'cannot be made': class {
      constructor() {
        throw new Error('not implemented');
      }
    },
    'is no class': 'TextDecoder',
  };
  for (const [name, TextDecoder] of Object.entries(broken)) {
    const { decodeBody } = bareEngine({ TextDecoder }).load('answer.js');
    const body = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff, 0xe4, 0xbd).buffer;
    assert.equal(decodeBody(body, 'json', 'text'), 'a\ufffd\ufffd', name);
    assert.equal(decodeBody(body, 'json', 'text'), 'a\ufffd\ufffd', name);
  }
  let calls = 0;
  const working = class {
    #d = new TextDecoder();
    decode(data) {
      calls++;
      return this.#d.decode(data);
    }
  };
  assert.equal(bareEngine({ TextDecoder: working }).load('answer.js').decodeBody(utf8('é').buffer, '', ''), 'é');
  assert.ok(calls > 1, 'a decoder that works is used');
});
