/**
 * E: what chunks hold, when they come, and what a cut one means. (What holds them back: e-flow.js; text: e-text.js.)
 */
import { answered, failed, isBuffer, joined, patternEnd } from './words.js';

const ENDED = ['success 200 ""', 'complete same', 'resolved same'];

/** A body of the pattern in one framing or coding; its chunks together must be the pattern again. */
function framing(name, length, url) {
  return {
    name: 'the chunks of a ' + name + ' body are the body, byte for byte',
    lines: ['E-2', 'E-7'],
    run: (t) => t.run({ url: url(t), enableChunked: true }, { chunks: 'whole' }),
    expect: ['headers 200', 'body ' + length + ' bytes of the pattern'].concat(ENDED),
  };
}

function coded(coding, field) {
  return framing(coding, 300000, (t) =>
    t.script(
      'status 200 OK',
      'field content-encoding: ' + field,
      'chunked',
      'head-end',
      'encode ' + coding,
      'bytes 300000',
      'end',
    ),
  );
}

/** Events that the server flushes one by one through a coding. */
function flushed(coding) {
  return {
    name: 'a ' + coding + ' body that is flushed per event is delivered per event',
    lines: ['E-15', 'E-4'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'field content-encoding: ' + coding,
        'chunked',
        'head-end',
        'encode ' + coding,
        'body data: 1\\n\\n',
        t.gate('a'),
        'body data: 2\\n\\n',
        t.gate('b'),
        'body data: 3\\n\\n',
        'end',
      );
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      let next = t.nextChunk(task);
      await t.open('a');
      await next;
      next = t.nextChunk(task);
      await t.open('b');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "data: 1\\n\\n"', 'chunk "data: 2\\n\\n"', 'chunk "data: 3\\n\\n"'].concat(ENDED),
  };
}

/** An answer that is cut; it must never look like a success. */
function cut(name, script, chunks, expected) {
  return {
    name: name + ' is a failure, never a success',
    lines: ['E-11', 'A-6'],
    run: (t) =>
      t.run({ url: t.script.apply(null, script), enableChunked: chunks }, { chunks: chunks ? 'whole' : 'none' }),
    expect: ['headers 200'].concat(chunks ? expected : [], failed('request:fail interrupted 600003 interrupted')),
  };
}

export const cases = [
  {
    name: 'without enableChunked no chunk event fires',
    lines: ['E-1'],
    run: (t) => t.run({ url: t.script('ok hello') }, { chunks: 'each' }),
    expect: answered(200, '"hello"'),
  },
  {
    name: 'enableChunked wants true, not something like it',
    lines: ['E-1'],
    run: (t) => t.run({ url: t.script('ok hello'), enableChunked: false }, { chunks: 'each' }),
    expect: answered(200, '"hello"'),
  },
  framing('content-length', 300000, (t) => t.http + '/bytes/300000'),
  framing('chunked', 300000, (t) => t.http + '/chunked/300000?size=1000'),
  framing('chunked (one byte each)', 2000, (t) => t.http + '/chunked/2000?size=1'),
  framing('close-delimited', 300000, (t) => t.http + '/close-delimited/300000'),
  coded('gzip', 'gzip'),
  coded('deflate', 'deflate'),
  coded('br', 'br'),
  {
    name: 'chunk extensions and binary bytes do not show',
    lines: ['E-2'],
    run: (t) =>
      t.run(
        {
          url: t.script(
            'status 200 OK',
            'chunked',
            'head-end',
            'chunk-ext ;x="y" \\x00\\xff',
            'chunk-ext ;z \\r\\n',
            'last-chunk',
          ),
          enableChunked: true,
        },
        { chunks: 'whole' },
      ),
    expect: ['headers 200', 'body <00 ff 0d 0a>'].concat(ENDED),
  },
  {
    name: 'a chunk is an ArrayBuffer that stays as it is',
    lines: ['E-3'],
    async run(t) {
      const task = t.request({ url: t.http + '/bytes/300000', enableChunked: true });
      const kept = [];
      task.onChunkReceived((event) => {
        if (!isBuffer(event.data)) t.log('something else');
        kept.push(event.data);
        // The last one is scribbled over: no other may change.
        if (kept.length > 1) new Uint8Array(kept[kept.length - 1]).fill(7);
      });
      await task;
      const first = new Uint8Array(kept[0]);
      t.log(patternEnd(first, 0) === first.length ? 'the first is intact' : 'the first has changed');
      t.log(joined(kept).byteLength + ' bytes');
    },
    expect: ['the first is intact', '300000 bytes'],
  },
  {
    name: 'what the server flushes is delivered at once',
    lines: ['E-4', 'C-5'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'chunked',
        'head-end',
        'chunk a',
        t.gate('1'),
        'chunk b',
        t.gate('2'),
        'chunk c',
        'last-chunk',
      );
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      t.log('seen');
      let next = t.nextChunk(task);
      await t.open('1');
      await next;
      t.log('seen');
      next = t.nextChunk(task);
      await t.open('2');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "a"', 'seen', 'chunk "b"', 'seen', 'chunk "c"'].concat(ENDED),
  },
  {
    name: 'what the server flushes of a content-length body is delivered at once, too',
    lines: ['E-4'],
    async run(t) {
      const task = t.watch({
        url: t.script('status 200 OK', 'length 2', 'head-end', 'raw a', t.gate('1'), 'raw b'),
        enableChunked: true,
      });
      await t.nextChunk(task);
      await t.open('1');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "a"', 'chunk "b"'].concat(ENDED),
  },
  {
    name: 'no chunk is empty',
    lines: ['E-5'],
    async run(t) {
      let empty = 0;
      const url = t.script(
        'status 200 OK',
        'field content-encoding: gzip',
        'chunked',
        'head-end',
        'encode gzip',
        'body a',
        'bytes 1000',
        'end',
      );
      const task = t.request({ url, enableChunked: true });
      task.onChunkReceived((event) => (empty += event.data.byteLength === 0 ? 1 : 0));
      await task;
      t.log('empty: ' + empty);
    },
    expect: ['empty: 0'],
  },
  {
    name: 'answers with any status produce chunks',
    lines: ['E-10'],
    async run(t) {
      for (const code of [201, 404, 500, 999]) {
        await t.run({ url: t.script('status ' + code + ' X', 'length 1', 'head-end', 'raw x'), enableChunked: true });
      }
    },
    expect: [201, 404, 500, 999].reduce(
      (all, code) =>
        all.concat('headers ' + code, 'chunk "x"', 'success ' + code + ' ""', 'complete same', 'resolved same'),
      [],
    ),
  },
  cut(
    'a body shorter than its content-length',
    ['status 200 OK', 'length 10', 'head-end', 'raw half', 'close'],
    true,
    'body "half"',
  ),
  cut(
    'a body shorter than its content-length, without chunks',
    ['status 200 OK', 'length 10', 'head-end', 'raw half', 'close'],
    false,
  ),
  cut(
    'a chunked body without its last chunk',
    ['status 200 OK', 'chunked', 'head-end', 'chunk half', 'close'],
    true,
    'body "half"',
  ),
  cut(
    'a chunked body without its last chunk, not asked for in chunks',
    ['status 200 OK', 'chunked', 'head-end', 'chunk half', 'close'],
    false,
  ),
  cut(
    'a chunked body that ends in the middle of a chunk',
    ['status 200 OK', 'chunked', 'head-end', 'raw 10\\r\\nhalf', 'close'],
    true,
    'body "half"',
  ),
  {
    name: 'a reset in the middle of a body is a failure',
    lines: ['E-11', 'H-7'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'field x-kind: known',
        'chunked',
        'head-end',
        'chunk one',
        t.gate('a'),
        'reset',
      );
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      await t.open('a');
      const error = await t.end(task);
      t.log('known: ' + error.statusCode + ' ' + error.header['x-kind'] + ' ' + error.phase);
    },
    expect: ['headers 200', 'chunk "one"'].concat(
      failed('request:fail interrupted 600003 interrupted'),
      'known: 200 known body',
    ),
  },
  flushed('gzip'),
  flushed('br'),
  flushed('deflate'),
];
