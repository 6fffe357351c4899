// Fuzz of what parses a streamed answer in JavaScript: server-sent events and lines. Streams are grown from a seed, then damaged
// byte by byte; each is parsed whole, byte by byte and cut at random, and must mean what a slow parser says that follows the HTML
// standard step by step. REQTASK_SEED chooses the seed, REQTASK_FUZZ_ROUNDS how many streams (20,000).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamParser } from '../../dist/esm/event-stream.js';
import { LineParser } from '../../dist/esm/lines.js';
import { cut, random, seed } from '../unit/random.mjs';

const rounds = Number(process.env.REQTASK_FUZZ_ROUNDS ?? 20000);

/** 9.2.5 Parsing an event stream and 9.2.6 Interpreting an event stream, one character after the other. */
class Standard {
  events = [];
  lastEventId = '';
  reconnectionTime = undefined;
  data = '';
  type = '';
  id = '';
  retry = undefined;

  constructor(bytes) {
    // TextDecoder takes one leading BOM off, as the standard's "UTF-8 decode" does.
    const text = new TextDecoder().decode(bytes);
    let line = '';
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c !== '\r' && c !== '\n') {
        line += c;
        continue;
      }
      if (c === '\r' && text[i + 1] === '\n') i++;
      this.interpret(line);
      line = '';
    }
    // What no line end follows is discarded, and so is the event that no empty line follows.
  }

  interpret(line) {
    if (line.length === 0) this.dispatch();
    else if (line[0] === ':') return;
    else if (line.includes(':')) {
      const field = line.slice(0, line.indexOf(':'));
      let value = line.slice(line.indexOf(':') + 1);
      if (value.startsWith(' ')) value = value.slice(1);
      this.process(field, value);
    } else this.process(line, '');
  }

  process(field, value) {
    if (field === 'event') this.type = value;
    if (field === 'data') this.data += value + '\n';
    if (field === 'id' && !value.includes('\u0000')) this.id = value;
    if (field === 'retry' && value !== '' && [...value].every((c) => c >= '0' && c <= '9')) {
      this.reconnectionTime = this.retry = parseInt(value, 10);
    }
  }

  dispatch() {
    this.lastEventId = this.id;
    if (this.data !== '') {
      const event = {
        event: this.type === '' ? 'message' : this.type,
        data: this.data.slice(0, -1),
        id: this.lastEventId,
      };
      // Ours, not the standard's: told once, with the next event.
      if (this.retry !== undefined) event.retry = this.retry;
      this.retry = undefined;
      this.events.push(event);
    }
    this.data = '';
    this.type = '';
  }
}

const ENDS = ['\n', '\n', '\r\n', '\r', '\n\n', '\r\r', '\n\r', '\r\n\r\n'];
const NAMES = [
  'data',
  'data',
  'data',
  'event',
  'id',
  'retry',
  'Data',
  ' data',
  'datax',
  'dat',
  '',
  '\ufeffdata',
  'id\0',
];
const JOINTS = [':', ': ', ':  ', '', ' :', '::', ':\t'];
const VALUES = [
  '',
  'x',
  '12',
  '0',
  '-1',
  '1.5',
  '９',
  '\0',
  '你好',
  '😀',
  '{"a":1}',
  'a:b',
  ' ',
  '[DONE]',
  '\u2028',
  '\ud800',
  '9'.repeat(25),
  'long '.repeat(40),
];
const BYTES = [0, 9, 10, 13, 32, 58, 0x7f, 0x80, 0xbf, 0xc0, 0xe4, 0xef, 0xbb, 0xf0, 0xf4, 0xff];

function stream(rng) {
  let text = rng.chance(0.2) ? '\ufeff' : '';
  for (let line = rng.below(12); line > 0; line--) {
    text += rng.pick(NAMES) + rng.pick(JOINTS) + rng.pick(VALUES) + rng.pick(ENDS);
  }
  const bytes = [...Buffer.from(text)];
  for (let damage = rng.chance(0.5) ? rng.below(6) : 0; damage > 0 && bytes.length > 0; damage--) {
    const at = rng.below(bytes.length);
    rng.pick([
      () => (bytes[at] = rng.pick(BYTES)),
      () => (bytes[at] ^= 1 << rng.below(8)),
      () => bytes.splice(at, 0, rng.pick(BYTES)),
      () => bytes.splice(at, 1 + rng.below(4)),
      () => bytes.splice(at, 0, ...bytes.slice(at, at + rng.below(20))),
      () => bytes.splice(at),
    ])();
  }
  return Uint8Array.from(bytes);
}

const waysToCut = (bytes, rng) => [
  [bytes.slice().buffer],
  Array.from(bytes, (byte) => Uint8Array.of(byte)),
  cut(bytes, rng),
];

/** What a parser gives out, and the error that ends it. */
function run(parser, pieces) {
  const out = [];
  try {
    for (const piece of pieces) parser.push(piece, out);
    parser.end(out);
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return { out, error: error.message };
  }
  return { out };
}

test('E-14: whatever a server sends means what the standard says, however it is cut', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  let events = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = stream(rng);
    const want = new Standard(bytes);
    events += want.events.length;
    for (const pieces of waysToCut(bytes, rng)) {
      const parser = new EventStreamParser();
      const why = `round ${round} of seed ${seed}: ${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`;
      assert.deepEqual(run(parser, pieces), { out: want.events }, why);
      assert.equal(parser.lastEventId, want.lastEventId, why);
      assert.equal(parser.reconnectionTime, want.reconnectionTime, why);
    }
  }
  assert.ok(events > rounds / 2, `only ${events} events: the generator makes too few`);
  console.log(
    `counted: SSE streams\t${rounds}\thostile event streams (seed ${seed}), each parsed whole, byte by byte and cut at random, as the HTML standard says`,
  );
});

test('E-14: maxBytes stops the same stream at the same place, however it is cut', () => {
  const rng = random(seed + 1);
  let stopped = 0;
  for (let round = 0; round < rounds / 4; round++) {
    const bytes = stream(rng);
    const [whole, ...others] = waysToCut(bytes, rng).map((pieces) =>
      run(new EventStreamParser({ maxBytes: 40 }), pieces),
    );
    stopped += whole.error === undefined ? 0 : 1;
    for (const other of others) assert.deepEqual(other, whole, `round ${round} of seed ${seed + 1}`);
    for (const event of whole.out) assert.ok(Buffer.byteLength(event.data) <= 40 && event.event.length <= 40);
  }
  assert.ok(stopped > rounds / 100, `only ${stopped} were stopped`);
});

test('lines are what lies between line feeds, however they are cut', () => {
  const rng = random(seed + 2);
  for (let round = 0; round < rounds / 4; round++) {
    const bytes = stream(rng);
    const want = new TextDecoder().decode(bytes).split('\n');
    if (want.at(-1) === '') want.pop();
    const lines = want.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
    for (const pieces of waysToCut(bytes, rng)) {
      assert.deepEqual(
        run(new LineParser((line) => line), pieces),
        { out: lines },
        `round ${round} of seed ${seed + 2}`,
      );
    }
  }
});
