import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events, EventStreamParser } from '../../dist/esm/event-stream.js';
import { cut, random, seed, utf8 } from './random.mjs';

/** The rules of the HTML standard, 9.2.6, applied to the whole stream at once. */
function reference(bytes) {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop(); // unfinished
  const out = [];
  let [data, type, idBuffer, retry] = ['', '', '', undefined];
  for (const line of lines) {
    if (line === '') {
      if (data !== '') {
        const event = { event: type === '' ? 'message' : type, data: data.slice(0, -1), id: idBuffer };
        if (retry !== undefined) event.retry = retry;
        retry = undefined;
        out.push(event);
      }
      [data, type] = ['', ''];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line);
    if (line.startsWith(':')) continue;
    if (field === 'data') data += `${value}\n`;
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) idBuffer = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) retry = Number(value);
  }
  return out;
}

function inPieces(pieces) {
  const parser = new EventStreamParser();
  const out = [];
  for (const piece of pieces) parser.push(piece, out);
  parser.end(out);
  return out;
}

/** Text, and what it means where that is worth saying in so many words. */
const corpus = [
  ['data: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  ['data:a\rdata: b\r\n\r', [{ event: 'message', data: 'a\nb', id: '' }]],
  ['data:  two spaces \n\n', [{ event: 'message', data: ' two spaces ', id: '' }]],
  // The three examples of the standard.
  ['data: YHOO\ndata: +2\ndata: 10\n\n', [{ event: 'message', data: 'YHOO\n+2\n10', id: '' }]],
  [
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
    [
      { event: 'message', data: 'first event', id: '1' },
      { event: 'message', data: 'second event', id: '' },
      { event: 'message', data: ' third event', id: '' },
    ],
  ],
  [
    'data\n\ndata\ndata\n\ndata:',
    [
      { event: 'message', data: '', id: '' },
      { event: 'message', data: '\n', id: '' },
    ],
  ],
  [
    'data:test\n\ndata: test\n\n',
    [
      { event: 'message', data: 'test', id: '' },
      { event: 'message', data: 'test', id: '' },
    ],
  ],
  // Types live for one event, also for one that is not given out.
  [
    'event: add\ndata: 1\n\ndata: 2\n\n',
    [
      { event: 'add', data: '1', id: '' },
      { event: 'message', data: '2', id: '' },
    ],
  ],
  ['event: add\n\ndata: 2\n\n', [{ event: 'message', data: '2', id: '' }]],
  ['event:a\nevent:b\ndata:\n\n', [{ event: 'b', data: '', id: '' }]],
  ['event:\ndata:x\n\n', [{ event: 'message', data: 'x', id: '' }]],
  // Ids last, also from a block without data; a NUL makes one void.
  [
    'id: 7\n\ndata: a\n\ndata: b\n\n',
    [
      { event: 'message', data: 'a', id: '7' },
      { event: 'message', data: 'b', id: '7' },
    ],
  ],
  [
    'id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n',
    [
      { event: 'message', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
    ],
  ],
  ['id: 1\nid\ndata: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  // Retry: digits only; told with the next event.
  [
    'retry: 3000\n\ndata: a\n\ndata: b\n\n',
    [
      { event: 'message', data: 'a', id: '', retry: 3000 },
      { event: 'message', data: 'b', id: '' },
    ],
  ],
  [
    'retry: 1s\nretry: -1\nretry:  5\nretry:\nretry: 1.5\nretry: ٣\ndata: a\n\n',
    [{ event: 'message', data: 'a', id: '' }],
  ],
  // BOM once, comments, unknown fields, names with spaces and in the wrong case.
  [
    '\ufeffdata: a\n\n\ufeffdata: b\n\ndata: c\n\n',
    [
      { event: 'message', data: 'a', id: '' },
      { event: 'message', data: 'c', id: '' },
    ],
  ],
  [
    ':\n:x: y\n data: no\ndata : no\nDATA: no\nfoo: bar\ndata: a: b:\n\n',
    [{ event: 'message', data: 'a: b:', id: '' }],
  ],
  // Nothing that is unfinished.
  ['data: a\n\ndata: b\n', [{ event: 'message', data: 'a', id: '' }]],
  ['data: a\r\n', []],
  ['data: a', []],
  ['', []],
  ['\n\n\r\r\r\n', []],
  [
    'data: 你好😀\r\n\r\ndata: é\r\r',
    [
      { event: 'message', data: '你好😀', id: '' },
      { event: 'message', data: 'é', id: '' },
    ],
  ],
  [
    'data: a\r\r\ndata: b\n\r\n',
    [
      { event: 'message', data: 'a', id: '' },
      { event: 'message', data: 'b', id: '' },
    ],
  ],
  ['data: {"x":"\u2028\u0085"}\n\n', [{ event: 'message', data: '{"x":"\u2028\u0085"}', id: '' }]],
];

test('E-14: the meaning of the corpus, whole', () => {
  for (const [text, want] of corpus) {
    assert.deepEqual(inPieces([utf8(text).buffer]), want, JSON.stringify(text));
    assert.deepEqual(reference(utf8(text)), want, `the reference: ${JSON.stringify(text)}`);
  }
});

test('E-14: the same at every two cuts, and byte by byte', () => {
  for (const [text, want] of corpus) {
    const bytes = utf8(text);
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b++) {
        const pieces = [bytes.slice(0, a), bytes.slice(a, b), bytes.slice(b)].map((piece) => piece.buffer);
        assert.deepEqual(inPieces(pieces), want, `${JSON.stringify(text)} cut at ${a}, ${b}`);
      }
    }
    assert.deepEqual(inPieces(Array.from(bytes, (byte) => Uint8Array.of(byte))), want, JSON.stringify(text));
  }
});

test('E-14: random streams equal the reference, invalid UTF-8 included', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  const words = [
    'data',
    'data:',
    'data: x',
    'id: ',
    'id',
    'event:',
    'event: e',
    'retry: 12',
    'retry: x',
    ':',
    '\n',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    ' ',
    'y',
    '\0',
    '你',
    '\ufeff',
    '\xff',
  ];
  for (let round = 0; round < 20000; round++) {
    const text = Array.from({ length: rng.below(14) }, () => rng.pick(words)).join('');
    const bytes = rng.chance(0.3) ? Uint8Array.from(Buffer.from(text, 'latin1')) : utf8(text);
    const want = reference(bytes);
    const pieces = cut(bytes, rng);
    assert.deepEqual(inPieces(pieces), want, `${JSON.stringify(text)} ${pieces.map((p) => p.byteLength)}`);
  }
});

test('E-14: an event is given out as soon as its last byte is there, also after a CR', () => {
  const parser = new EventStreamParser();
  assert.deepEqual(parser.push(utf8('data: a\r')), []);
  assert.equal(parser.push(utf8('\r')).length, 1);
  assert.deepEqual(parser.push(utf8('\n')), [], 'the LF belongs to the CR before it');
  assert.equal(parser.push(utf8('data: b\n\n')).length, 1);
  parser.push(utf8('id: 9\n'));
  assert.equal(parser.lastEventId, '', 'an id counts from the end of its block');
  parser.push(utf8('\n'));
  assert.equal(parser.lastEventId, '9');
});

test('E-14: maxBytes bounds one event in bytes, unfinished lines and comments included', () => {
  const over = (text, maxBytes, pieces) => {
    const parser = new EventStreamParser({ maxBytes });
    const out = [];
    for (const piece of pieces ?? [utf8(text)]) parser.push(piece, out);
    return out;
  };
  const message = { name: 'RangeError', message: /more than 12 bytes \(the option maxBytes\)/ };
  assert.equal(over('data:1234567\n\n', 12).length, 1);
  assert.throws(() => over('data:12345678\n\n', 12), message);
  assert.throws(() => over('data:12345678', 12), message);
  assert.throws(
    () =>
      over(
        null,
        12,
        Array.from('data:12345678', (c) => utf8(c)),
      ),
    message,
  );
  assert.throws(() => over(':23456789abcd', 12), message);
  assert.equal(over('data:你1234\n\n', 12).length, 1);
  assert.throws(() => over('data:你12345\n\n', 12), message);
  assert.throws(() => over('data:1\ndata:2\n\n'.repeat(1), 11), RangeError, 'lines of an event are counted together');
  assert.equal(over('data:1\ndata:2\n\n'.repeat(50), 12).length, 50, 'each event anew');
  assert.equal(over(':comment\n'.repeat(50) + 'data:1\n\n', 12).length, 1, 'comments do not add up');
  assert.equal(over('id: 1\nevent: abc\n\n'.repeat(50), 12).length, 0);
  for (const maxBytes of [0, -1, NaN, '12']) assert.throws(() => new EventStreamParser({ maxBytes }), TypeError);
  assert.equal(over('data:12345678\n\n', Infinity).length, 1);
});

test('E-14: events before the one that is too large are in the list', () => {
  const out = [];
  const parser = new EventStreamParser({ maxBytes: 10 });
  assert.throws(() => parser.push(utf8('data: 1\n\ndata: 2\n\ndata: 34567\n\n'), out), RangeError);
  assert.deepEqual(
    out.map((event) => event.data),
    ['1', '2'],
  );
});

test('E-14: a long line in small pieces takes time by its length, not by its square', () => {
  const parser = new EventStreamParser();
  const piece = utf8('x'.repeat(64));
  parser.push(utf8('data:'));
  // Quadratic work would be 2^17 times 4 MB.
  for (let i = 0; i < 131072; i++) parser.push(piece);
  const [event] = parser.push(utf8('\n\n'));
  assert.equal(event.data.length, 64 * 131072);
});

test('E-14: events() iterates over anything with chunks', async () => {
  const source = {
    async *[Symbol.asyncIterator]() {
      yield { data: utf8('data: a\n\nda').buffer };
      yield { data: utf8('ta: b\n\ndata: c').buffer, text: 'ignored' };
    },
  };
  const seen = [];
  for await (const { event, data } of events(source)) seen.push([event, data]);
  assert.deepEqual(seen, [
    ['message', 'a'],
    ['message', 'b'],
  ]);
  assert.throws(() => events(source, { maxBytes: 0 }), TypeError);
});
