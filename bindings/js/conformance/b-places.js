/**
 * B-1: abort in each place a request can be in. (While a name is looked up: ffi-tests/t_abort_resolving.c, which has a lookup
 * that hangs.)
 */
import { ABORTED } from './words.js';

/** One abort for each place a request can be in. `reach(t, task)` resolves when it is there. */
function inPlace(place, options, reach, extra) {
  return Object.assign(
    {
      name: 'abort ' + place,
      lines: ['B-1', 'B-6'],
      async run(t) {
        const task = t.watch(await options(t));
        await reach(t, task);
        task.abort();
        await t.end(task);
      },
      expect: ABORTED,
    },
    extra,
  );
}

export const cases = [
  {
    name: 'abort while queued: it ends at once and is never sent',
    lines: ['B-1', 'H-9'],
    async run(t) {
      t.configure({ maxConcurrent: 1 });
      const first = t.watch(
        { url: t.script('status 200 OK', 'length 5', t.gate('a'), 'head-end', 'body hello') },
        { as: 'first: ' },
      );
      await t.happened({ event: 'gate' });
      const second = t.watch({ url: t.http + '/hello/' + t.tag });
      await t.turn();
      second.abort();
      await t.end(second);
      await t.open('a');
      await t.end(first);
      await t.nothingSent({ path: '/hello/' + t.tag });
    },
    expect: ABORTED.concat(
      ['headers 200', 'success 200 "hello"', 'complete same', 'resolved same'].map((line) => 'first: ' + line),
      'nothing sent',
    ),
  },
  inPlace(
    'while connecting',
    async (t) => ({ url: 'http://127.0.0.1:' + (t.hole = await t.listen('blackhole')) + '/' }),
    (t) => t.control('/_connecting?port=' + t.hole),
  ),
  inPlace(
    'in the TLS handshake',
    async (t) => ({ url: 'https://127.0.0.1:' + (t.silent = await t.listen('silent')) + '/' }),
    (t) => t.happened({ event: 'accepted', port: t.silent }),
  ),
  inPlace(
    'while sending',
    async (t) => ({
      url: t.script('read-body 1000', 'stall'),
      method: 'POST',
      data: new ArrayBuffer(16 * 1024 * 1024),
    }),
    (t) => t.happened({ event: 'stall' }),
  ),
  inPlace(
    'while waiting for headers',
    async (t) => ({ url: t.script('stall') }),
    (t) => t.happened({ event: 'stall' }),
  ),
  inPlace(
    'while reading a body that stays silent',
    async (t) => ({ url: t.script('status 200 OK', 'length 10', 'head-end', 'stall') }),
    (t, task) => t.headers(task),
    { expect: ['headers 200'].concat(ABORTED) },
  ),
  inPlace(
    'in the middle of a body',
    async (t) => ({ url: t.script('status 200 OK', 'length 10', 'head-end', 'body half', 'stall') }),
    (t) => t.happened({ event: 'stall' }).then(() => t.roundTrip()),
    { expect: ['headers 200'].concat(ABORTED) },
  ),
  inPlace(
    'after the first chunk',
    async (t) => ({ url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', 'stall'), enableChunked: true }),
    (t, task) => t.nextChunk(task),
    { expect: ['headers 200', 'chunk "one"'].concat(ABORTED) },
  ),
  inPlace(
    'between two answers of a redirect',
    async (t) => ({
      url: t.http + '/redirect-to/' + t.tag + '?url=' + encodeURIComponent('/script/' + t.tag + '?stall'),
    }),
    (t) => t.happened({ event: 'stall' }),
  ),
  inPlace(
    'while paused',
    async (t) => ({ url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', 'stall'), enableChunked: true }),
    async (t, task) => {
      task.pause();
      await t.happened({ event: 'stall' });
      await t.roundTrip();
    },
  ),
];
