/**
 * E-12 to E-14: chunks as text, and server-sent events, wherever the bytes are split.
 */
import { ABORTED, escapedBytes } from './words.js';

/** One to four bytes per character, and a pair of surrogates that belongs together. */
const MIXED = 'aé你😀z';
/** As code points, so that a log line shows what cannot be seen. */
const points = (text) => Array.from(text, (c) => c.codePointAt(0).toString(16)).join(' ');

/** Sends byte strings (in the escapes of the script language) one by one, each after the one before has arrived. */
async function pieceByPiece(t, pieces, options) {
  const steps = pieces.reduce((all, piece, i) => all.concat(i === 0 ? [] : t.gate(String(i)), 'chunk ' + piece), []);
  const url = t.script.apply(null, ['status 200 OK', 'chunked', 'head-end'].concat(steps, 'last-chunk'));
  const task = t.request(Object.assign({ url, enableChunked: true }, options));
  const texts = [];
  task.onChunkReceived((event) => texts.push(event.text));
  for (let i = 0; i < pieces.length; i++) {
    const next = t.nextChunk(task);
    if (i > 0) await t.open(String(i));
    await next;
  }
  await task;
  return texts;
}

/** What a body becomes as text: pieces of bytes, and the code points of the joined text. */
function decoded(name, pieces, expected) {
  return {
    name: 'text: ' + name,
    lines: ['E-13', 'E-12'],
    async run(t) {
      // Each by itself, so that the split is where the case says; then in one piece; then without chunks (G-10).
      const apart = await pieceByPiece(t, pieces, { chunkText: true });
      t.log('split: ' + points(apart.join('')));
      const whole = pieces.join('');
      const texts = [];
      const task = t.request({
        url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk ' + whole, 'last-chunk'),
        enableChunked: true,
        chunkText: true,
      });
      task.onChunkReceived((event) => texts.push(event.text));
      await task;
      t.log('whole: ' + points(texts.join('')));
      t.log('body: ' + points((await t.request({ url: t.script('ok ' + whole), dataType: 'text' })).data));
    },
    expect: ['split: ' + expected, 'whole: ' + expected, 'body: ' + expected],
  };
}

/** The events of a stream that is sent in these pieces. */
function events(name, pieces, expected) {
  return {
    name: 'server-sent events: ' + name,
    lines: ['E-14'],
    needs: ['events'],
    async run(t) {
      const steps = pieces.reduce(
        (all, piece, i) => all.concat(i === 0 ? [] : t.gate(String(i)), 'chunk ' + piece),
        [],
      );
      const head = ['status 200 OK', 'field content-type: text/event-stream', 'chunked', 'head-end'];
      const task = t.request({ url: t.script.apply(null, head.concat(steps, 'last-chunk')), enableChunked: true });
      const opened = openInTurn(t, task, pieces.length);
      const iterator = t.iterate(t.events(task));
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
        const { event, data, id, retry } = step.value;
        t.log(
          event + ' ' + JSON.stringify(data) + (id ? ' id ' + id : '') + (retry === undefined ? '' : ' retry ' + retry),
        );
      }
      await opened;
    },
    expect: expected,
  };
}

/** Has each piece sent when the one before it has come. */
async function openInTurn(t, task, count) {
  let next = t.nextChunk(task);
  for (let i = 1; i < count; i++) {
    await next;
    next = t.nextChunk(task);
    await t.open(String(i));
  }
}

const ALL_LINE_ENDS = (end) =>
  'data: a' +
  end +
  'data: b' +
  end +
  end +
  ': a comment' +
  end +
  'event: kind' +
  end +
  'data:c' +
  end +
  'id: 7' +
  end +
  end;
const ALL_EVENTS = ['message "a\\nb"', 'kind "c" id 7'];

export const cases = [
  {
    name: 'without chunkText an event has no text',
    lines: ['E-12'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      task.onChunkReceived((event) => t.log(Object.keys(event).join()));
      await task;
    },
    expect: ['data'],
  },
  {
    name: 'with chunkText an event has data and text',
    lines: ['E-12'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true, chunkText: true });
      task.onChunkReceived((event) => t.log(Object.keys(event).join() + ' ' + event.text));
      await task;
    },
    expect: ['data,text hello'],
  },
  {
    name: 'text that is split at every byte is whole, and no character is cut',
    lines: ['E-12'],
    async run(t) {
      const texts = await pieceByPiece(t, escapedBytes(MIXED), { chunkText: true });
      t.log(JSON.stringify(texts));
    },
    expect: [JSON.stringify(['a', '', 'é', '', '', '你', '', '', '', '😀', 'z'])],
  },
  {
    name: 'text that is split in two at any one place is whole',
    lines: ['E-12'],
    async run(t) {
      const bytes = escapedBytes(MIXED);
      for (let at = 1; at < bytes.length; at++) {
        const texts = await pieceByPiece(
          {
            script: t.script,
            request: t.request,
            nextChunk: t.nextChunk,
            gate: (name) => t.gate(at + name),
            open: (name) => t.open(at + name),
          },
          [bytes.slice(0, at).join(''), bytes.slice(at).join('')],
          { chunkText: true },
        );
        t.log(at + ' ' + texts.join(''));
      }
    },
    expect: Array.from({ length: escapedBytes(MIXED).length - 1 }, (_, i) => i + 1 + ' ' + MIXED),
  },
  {
    name: 'text through gzip is whole',
    lines: ['E-12', 'E-15'],
    async run(t) {
      const bytes = escapedBytes(MIXED);
      const steps = ['status 200 OK', 'field content-encoding: gzip', 'chunked', 'head-end', 'encode gzip'];
      const url = t.script.apply(
        null,
        steps.concat(
          bytes.map((byte) => 'body ' + byte),
          'end',
        ),
      );
      const task = t.request({ url, enableChunked: true, chunkText: true });
      let text = '';
      task.onChunkReceived((event) => (text += event.text));
      await task;
      t.log(text);
    },
    expect: [MIXED],
  },
  // Expected: what the WHATWG Encoding Standard's UTF-8 decoder makes of these bytes.
  decoded('a lone continuation byte', ['a', '\\x80', 'b'], '61 fffd 62'),
  decoded('a byte that is never valid', ['\\xff', 'a'], 'fffd 61'),
  decoded('an overlong form', ['\\xc0', '\\xaf', 'a'], 'fffd fffd 61'),
  decoded('a surrogate', ['\\xed', '\\xa0', '\\x80'], 'fffd fffd fffd'),
  decoded('a sequence that is broken off counts once', ['\\xf0\\x9f', '\\x98', 'A'], 'fffd 41'),
  decoded('beyond the last code point', ['\\xf4\\x90', '\\x80\\x80'], 'fffd fffd fffd fffd'),
  decoded('a sequence broken by the start of another', ['\\xe4\\xbd', '\\xe4\\xbd\\xa0'], 'fffd 4f60'),
  decoded('an unfinished sequence at the end is one U+FFFD', ['a\\xf0', '\\x9f\\x98'], '61 fffd'),
  decoded('one leading BOM is dropped', ['\\xef', '\\xbb', '\\xbfa'], '61'),
  decoded('a second BOM is not', ['\\xef\\xbb\\xbf', '\\xef\\xbb\\xbf', 'a'], 'feff 61'),
  decoded('a BOM further on is not', ['a', '\\xef\\xbb', '\\xbf'], '61 feff'),
  decoded('half a BOM at the end', ['\\xef\\xbb'], 'fffd'),
  events('LF', [ALL_LINE_ENDS('\\n')], ALL_EVENTS),
  events('CR', [ALL_LINE_ENDS('\\r')], ALL_EVENTS),
  events('CRLF', [ALL_LINE_ENDS('\\r\\n')], ALL_EVENTS),
  events(
    'a split between CR and LF',
    ['data: a\\r', '\\ndata: b\\r\\n\\r', '\\ndata: c\\n', '\\n'],
    ['message "a\\nb"', 'message "c"'],
  ),
  events(
    'a split in every word',
    ['da', 'ta', ':', ' he', 'llo\\n', '\\n', 'data', ': 2\\n\\n'],
    ['message "hello"', 'message "2"'],
  ),
  events('a split inside a character', ['data: \\xe4', '\\xbd', '\\xa0\\n\\n'], ['message "你"']),
  events('a BOM, split', ['\\xef', '\\xbb\\xbfdata: a\\n\\n'], ['message "a"']),
  events(
    'only one space after the colon belongs to the syntax',
    ['data:  a\\ndata:b\\ndata\\n\\n'],
    ['message " a\\nb\\n"'],
  ),
  events('an event without data is none', ['event: x\\n\\nid: 1\\n\\ndata: a\\n\\n'], ['message "a" id 1']),
  events('an unfinished event at the end is dropped', ['data: a\\n\\ndata: b\\n'], ['message "a"']),
  events(
    'an id lasts, is emptied, and is ignored with a NUL',
    ['id: 1\\ndata: a\\n\\ndata: b\\n\\nid: 2\\x003\\ndata: c\\n\\nid\\ndata: d\\n\\n'],
    ['message "a" id 1', 'message "b" id 1', 'message "c" id 1', 'message "d"'],
  ),
  events(
    'retry takes digits only',
    ['retry: 15\\ndata: a\\n\\nretry: 1x\\ndata: b\\n\\n'],
    ['message "a" retry 15', 'message "b"'],
  ),
  events('an unknown field and a comment are ignored', [': hello\\nfoo: bar\\ndata: a\\n:\\n\\n'], ['message "a"']),
  {
    name: 'server-sent events come one by one, and leaving them aborts',
    lines: ['E-14', 'E-4', 'B-5'],
    needs: ['events'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'chunked',
        'head-end',
        'chunk data: 1\\n\\n',
        t.gate('a'),
        'chunk data: 2\\n\\n',
        'stall',
      );
      const task = t.watch({ url, enableChunked: true }, { chunks: 'none' });
      const iterator = t.iterate(t.events(task));
      t.log('event ' + (await iterator.next()).value.data);
      await t.open('a');
      t.log('event ' + (await iterator.next()).value.data);
      await iterator.return();
      await t.end(task);
      await t.clientGone();
    },
    expect: ['headers 200', 'event 1', 'event 2'].concat(ABORTED, 'the server saw the end'),
  },
  {
    name: 'server-sent events that are cut off: the failure is thrown in the loop',
    lines: ['E-14', 'E-11'],
    needs: ['events'],
    async run(t) {
      const task = t.request({
        url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk data: 1\\n\\n', 'close'),
        enableChunked: true,
      });
      const iterator = t.iterate(t.events(task));
      t.log('event ' + (await iterator.next()).value.data);
      await iterator.next().then(
        () => t.log('an event'),
        (error) => t.log('thrown ' + error.reason),
      );
    },
    expect: ['event 1', 'thrown interrupted'],
  },
];
