/**
 * H-1 to H-5: limits of time. Only here do cases wait for time, because time is the promise.
 */
import { answered, failed } from './words.js';

const TIMEOUT = 'request:fail timeout 5 timeout';

/** A limit that passes: in which phase, and that the server sees the end. */
function limit(name, lines, options, phase, extra) {
  return Object.assign(
    {
      name: 'limit: ' + name,
      lines,
      async run(t) {
        const error = await t.run(await options(t), { chunks: 'none' });
        t.log('phase ' + error.phase);
        await t.clientGone();
      },
      expect: failed(TIMEOUT).concat('phase ' + phase, 'the server saw the end'),
    },
    extra,
  );
}

/** No port of the script server sees these end. */
function limitBefore(name, lines, options, phase) {
  return limit(name, lines, options, phase, {
    async run(t) {
      const error = await t.run(await options(t));
      t.log('phase ' + error.phase);
    },
    expect: failed(TIMEOUT).concat('phase ' + phase),
  });
}

const WITH_HEADERS = (phase) => ['headers 200'].concat(failed(TIMEOUT), 'phase ' + phase, 'the server saw the end');
const DRIP = ['status 200 OK', 'length 1000000', 'head-end', 'drip 1000000 10 20'];

export const cases = [
  limit(
    'timeout, while waiting for headers',
    ['H-1', 'H-2'],
    (t) => ({ url: t.script('stall'), timeout: 200 }),
    'headers',
  ),
  limit(
    'timeout covers a body that goes on and on',
    ['H-1', 'H-2', 'H-3'],
    (t) => ({ url: t.script.apply(null, DRIP), timeout: 300 }),
    'body',
    {
      expect: WITH_HEADERS('body'),
    },
  ),
  limit(
    'timeout covers a body that goes on and on, also with enableChunked',
    ['H-3', 'H-4'],
    (t) => ({ url: t.script.apply(null, DRIP), timeout: 300, enableChunked: true, chunkedKeepBody: true }),
    'body',
    { expect: WITH_HEADERS('body') },
  ),
  limitBefore(
    'timeout, while connecting',
    ['H-1', 'B-1'],
    async (t) => ({ url: 'http://127.0.0.1:' + (await t.listen('blackhole')), timeout: 200 }),
    'connect',
  ),
  limit(
    'timeouts.total is the same and wins',
    ['H-5'],
    (t) => ({ url: t.script('stall'), timeout: 60000, timeouts: { total: 200 } }),
    'headers',
  ),
  limitBefore(
    'timeouts.connect, for TCP',
    ['H-5'],
    async (t) => ({ url: 'http://127.0.0.1:' + (await t.listen('blackhole')), timeouts: { connect: 200 } }),
    'connect',
  ),
  limitBefore(
    'timeouts.connect, for TLS',
    ['H-5'],
    async (t) => ({ url: 'https://127.0.0.1:' + (await t.listen('silent')), timeouts: { connect: 200 } }),
    'tls',
  ),
  limit('timeouts.headers', ['H-5'], (t) => ({ url: t.script('stall'), timeouts: { headers: 200 } }), 'headers'),
  limit(
    'timeouts.idle',
    ['H-5', 'H-4'],
    (t) => ({ url: t.script('status 200 OK', 'length 10', 'head-end', 'raw half', 'stall'), timeouts: { idle: 200 } }),
    'body',
    { expect: WITH_HEADERS('body') },
  ),
  {
    name: 'limit: an idle limit lets a slow stream live, and ends a dead one',
    lines: ['H-4', 'H-5'],
    async run(t) {
      // Three times as long as the limit, in pieces that come well within it; then silence.
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'drip 100 5 90', 'stall');
      const task = t.watch({ url, enableChunked: true, timeouts: { idle: 600 } }, { chunks: 'whole' });
      const error = await t.end(task);
      t.log('phase ' + error.phase);
      await t.clientGone();
    },
    expect: ['headers 200', 'body 100 bytes of the pattern'].concat(
      failed(TIMEOUT),
      'phase body',
      'the server saw the end',
    ),
  },
  {
    name: 'limit: time that the app lets a paused task wait is not silence of the server',
    lines: ['H-5', 'E-17'],
    async run(t) {
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', t.gate('a'), 'chunk two', 'last-chunk');
      const task = t.watch({ url, enableChunked: true, timeouts: { idle: 200 } });
      task.onChunkReceived(() => task.pause());
      await t.nextChunk(task);
      await t.turn(500);
      await t.open('a');
      await t.happened({ event: 'done' });
      task.offChunkReceived();
      task.onChunkReceived(() => t.log('two'));
      task.resume();
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "one"', 'two', 'success 200 ""', 'complete same', 'resolved same'],
  },
  {
    name: 'limit: chunks that nobody listens to end in a timeout of the body, so that the request ends',
    lines: ['A-6', 'H-4', 'E-6'],
    async run(t) {
      const url = t.script('status 200 OK', 'length 20971520', 'head-end', 'bytes 20971520');
      const error = await t.run({ url, enableChunked: true, timeouts: { idle: 300 } }, { chunks: 'none' });
      t.log('phase ' + error.phase);
      await t.clientGone();
    },
    expect: WITH_HEADERS('body'),
  },
  {
    name: 'limit: 0, negative, NaN, null and undefined mean the default, which is long',
    lines: ['H-1'],
    async run(t) {
      for (const timeout of [0, -5, NaN, null, undefined]) {
        const result = await t.request({ url: t.script('sleep 50', 'ok hello'), timeout });
        t.log(timeout + ' ' + result.data);
      }
    },
    expect: ['0 hello', '-5 hello', 'NaN hello', 'null hello', 'undefined hello'],
  },
  {
    name: 'limit: the default can be configured',
    lines: ['H-1'],
    async run(t) {
      t.configure({ timeout: 200 });
      await t.run({ url: t.script('stall') });
      await t.run({ url: t.script('sleep 400', 'ok hello'), timeout: 20000 });
    },
    expect: failed(TIMEOUT).concat(answered(200, '"hello"')),
  },
  {
    name: 'limit: time in the queue does not count',
    lines: ['H-8', 'H-1'],
    async run(t) {
      t.configure({ maxConcurrent: 1 });
      const first = t.request(t.script(t.gate('a'), 'ok first'));
      await t.happened({ event: 'gate' });
      const second = t.watch({ url: t.http + '/hello', timeout: 200 });
      await t.turn(500);
      await t.open('a');
      await t.end(second);
      t.log('first: ' + (await first).data);
    },
    expect: answered(200, '"Hello, world!\\n"').concat('first: first'),
  },
];
