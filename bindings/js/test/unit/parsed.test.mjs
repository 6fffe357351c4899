import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines } from '../../dist/esm/lines.js';
import { events } from '../../dist/esm/event-stream.js';
import { bareEngine } from './bare-engine.mjs';
import { utf8 } from './random.mjs';

/** A source that tells what is asked of it. */
function source(chunks, { fails } = {}) {
  const calls = [];
  let at = 0;
  return {
    calls,
    [Symbol.asyncIterator]: () => ({
      next() {
        calls.push('next');
        if (at < chunks.length) return Promise.resolve({ done: false, value: { data: utf8(chunks[at++]).buffer } });
        return fails ? Promise.reject(fails) : Promise.resolve({ done: true, value: undefined });
      },
      return() {
        calls.push('return');
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
}

test('E-14 E-16: the source is asked only when an item is wanted', async () => {
  const from = source(['a\nb\n', 'c\n']);
  const it = lines(from)[Symbol.asyncIterator]();
  assert.deepEqual(from.calls, []);
  assert.equal((await it.next()).value, 'a');
  assert.equal((await it.next()).value, 'b');
  assert.deepEqual(from.calls, ['next']);
  assert.equal((await it.next()).value, 'c');
  assert.deepEqual(await it.next(), { done: true, value: undefined });
  assert.deepEqual(await it.next(), { done: true, value: undefined });
  assert.deepEqual(from.calls, ['next', 'next', 'next']);
});

test('E-14: leaving the loop calls the return of the source, once', async () => {
  const from = source(['a\nb\n', 'c\n']);
  for await (const line of lines(from)) {
    assert.equal(line, 'a');
    break;
  }
  assert.deepEqual(from.calls, ['next', 'return']);
  const thrown = source(['a\n']);
  await assert.rejects(async () => {
    for await (const line of lines(thrown)) throw new Error(line);
  }, /^Error: a$/);
  assert.deepEqual(thrown.calls, ['next', 'return']);
  const whole = source(['a\n']);
  for await (const line of lines(whole)) assert.equal(line, 'a');
  assert.deepEqual(whole.calls, ['next', 'next'], 'not after the end');
});

test('E-14: return while next waits ends both at once', async () => {
  const calls = [];
  let wake;
  const it = lines({
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => (wake = resolve)),
      return: async () => (calls.push('return'), { done: true }),
    }),
  })[Symbol.asyncIterator]();
  const waiting = it.next();
  await Promise.resolve();
  assert.deepEqual(await it.return('x'), { done: true, value: 'x' });
  assert.deepEqual(await it.return(), { done: true, value: undefined });
  assert.deepEqual(calls, ['return']);
  wake({ done: false, value: { data: utf8('late\n').buffer } });
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.deepEqual(await it.next(), { done: true, value: undefined });
});

test('E-14: calls of next without waiting give the items in order', async () => {
  const it = lines(source(['a\nb', '\nc\n', 'd']))[Symbol.asyncIterator]();
  const all = await Promise.all(Array.from({ length: 6 }, () => it.next()));
  assert.deepEqual(
    all.map(({ value }) => value),
    ['a', 'b', 'c', 'd', undefined, undefined],
  );
});

test('E-11 E-14: a failure of the source comes after the items, once, and nothing is made of its rest', async () => {
  const fails = new Error('request:fail interrupted');
  const from = source(['a\nb\nunfinished'], { fails });
  const seen = [];
  await assert.rejects(async () => {
    for await (const line of lines(from)) seen.push(line);
  }, fails);
  assert.deepEqual(seen, ['a', 'b']);
  assert.deepEqual(from.calls, ['next', 'next'], 'a source that failed is not left once more');
  const it = lines(source([], { fails }))[Symbol.asyncIterator]();
  await assert.rejects(it.next(), fails);
  assert.deepEqual(await it.next(), { done: true, value: undefined });
});

test('E-14: an error of the parser comes after the items before it, and leaves the source', async () => {
  const from = source(['data: 1\n\ndata: 2\n\ndata: 3456789\n\ndata: 4\n\n', 'data: 5\n\n']);
  const seen = [];
  await assert.rejects(
    async () => {
      for await (const { data } of events(from, { maxBytes: 10 })) seen.push(data);
    },
    { name: 'RangeError' },
  );
  assert.deepEqual(seen, ['1', '2']);
  assert.deepEqual(from.calls, ['next', 'return']);
});

test('E-14: a source whose return fails, or that has none, ends all the same', async () => {
  const bad = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: { data: utf8('x'.repeat(20)).buffer } }),
      return: async () => {
        throw new Error('return');
      },
    }),
  };
  await assert.rejects(lines(bad, { maxBytes: 10 })[Symbol.asyncIterator]().next(), { name: 'RangeError' });
  const none = {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: { data: utf8('a\n') } }) }),
  };
  for await (const line of lines(none)) {
    assert.equal(line, 'a');
    break;
  }
});

test('E-14: a source that throws or gives no promise fails like one that rejects', async () => {
  const odd = (steps) =>
    lines({ [Symbol.asyncIterator]: () => ({ next: () => steps.shift()() }) })[Symbol.asyncIterator]();
  const wrong = new Error('thrown');
  const thrower = odd([
    () => ({ done: false, value: { data: utf8('a\nb') } }),
    () => {
      throw wrong;
    },
  ]);
  assert.equal((await thrower.next()).value, 'a');
  await assert.rejects(thrower.next(), wrong);
  assert.equal((await thrower.next()).done, true);
  await assert.rejects(odd([() => undefined]).next(), TypeError);
  await assert.rejects(odd([() => ({ done: false, value: 'text' })]).next(), TypeError);
});

test('E-14: any number of chunks without an item cost nothing that lasts', async () => {
  // Promises that waited for one another would have to be settled one after the other, each in a microtask.
  const chunks = 5000;
  let at = 0;
  const it = lines({
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: { data: utf8(++at < chunks ? 'x' : '\n') } }),
    }),
  })[Symbol.asyncIterator]();
  let settled = false;
  const next = it.next().then((result) => ((settled = true), result));
  while (at < chunks) await null;
  let ticks = 0;
  while (!settled) {
    await null;
    ticks++;
  }
  assert.ok(ticks < 20, `${ticks} microtasks after the last chunk`);
  assert.equal((await next).value.length, chunks - 1);
});

test('E-14: what is no source is a TypeError at the call', () => {
  for (const wrong of [null, undefined, 1, 'text', {}, [], Promise.resolve()]) {
    assert.throws(() => lines(wrong), { name: 'TypeError', message: /^lines\(\) takes a RequestTask/ });
    assert.throws(() => events(wrong), { name: 'TypeError', message: /^events\(\) takes a RequestTask/ });
  }
});

test('E-14: an engine without Symbol.asyncIterator uses the name that compilers agree on', async () => {
  const engine = bareEngine();
  assert.equal(engine.run('typeof Symbol.asyncIterator'), 'undefined');
  const { asyncIteratorKey } = engine.load('engine.js');
  assert.equal(asyncIteratorKey, '@@asyncIterator');
  const chunks = [{ done: false, value: { data: utf8('data: a\n\n') } }, { done: true }];
  const iterable = engine
    .load('event-stream.js')
    .events({ '@@asyncIterator': () => ({ next: async () => chunks.shift() }) });
  const it = iterable['@@asyncIterator']();
  assert.equal(it['@@asyncIterator'](), it);
  assert.equal((await it.next()).value.data, 'a');
  assert.equal((await it.next()).done, true);
});
