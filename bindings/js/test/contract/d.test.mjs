// Lines D of the contract: listeners.
import { test } from 'node:test';
import { assert, chunksOf, CHUNKED, defer, inChild, newTag, request, server, turn } from './setup.mjs';

/** A task with a body of three chunks, each behind a gate, and what opens the next one. */
function threeChunks() {
  const tag = newTag();
  const steps = [1, 2, 3].flatMap((n) => [`gate ${tag}-${n}`, `body ${n}`]);
  const task = request({ url: server.script([...CHUNKED, ...steps, 'end'], tag), enableChunked: true });
  let opened = 0;
  /** Lets the server send the next chunk, and waits until it has been told. */
  const next = async () => {
    const told = chunksOf(task, 1);
    await server.control(`/_open/${tag}-${++opened}`);
    await told;
  };
  return { task, next };
}

test('D-1: several listeners run in the order they were added', async () => {
  const { task, next } = threeChunks();
  const order = [];
  for (const name of ['a', 'b', 'c']) {
    task.onHeadersReceived(() => order.push('headers ' + name));
    task.onChunkReceived(() => order.push('chunk ' + name));
  }
  for (let i = 0; i < 3; i++) await next();
  await task;
  const chunk = ['chunk a', 'chunk b', 'chunk c'];
  assert.deepEqual(order, ['headers a', 'headers b', 'headers c', ...chunk, ...chunk, ...chunk]);
});

test('D-2 D-3 D-7: a function counts once; off removes by function, by number, or all; unknown ones are ignored', async () => {
  const { task, next } = threeChunks();
  const counts = { a: 0, b: 0, c: 0 };
  const a = () => counts.a++;
  const b = () => counts.b++;
  const c = () => counts.c++;
  const id = task.onChunkReceived(a);
  assert.ok(Number.isInteger(id) && id > 0);
  assert.equal(task.onChunkReceived(a), id);
  const idB = task.onChunkReceived(b);
  task.onChunkReceived(c);
  assert.notEqual(idB, id);
  task.offChunkReceived(() => {});
  task.offChunkReceived(123456789);
  task.offChunkReceived('a');
  task.offChunkReceived(null);
  task.offHeadersReceived(id);
  await next();
  assert.deepEqual(counts, { a: 1, b: 1, c: 1 });
  task.offChunkReceived(a);
  task.offChunkReceived(idB);
  await next();
  assert.deepEqual(counts, { a: 1, b: 1, c: 2 });
  task.offChunkReceived();
  await next();
  await task;
  assert.deepEqual(counts, { a: 1, b: 1, c: 2 });
});

test('D-3: offHeadersReceived removes one and all', async () => {
  const called = [];
  const task = request(`${server.http}/hello`);
  const a = () => called.push('a');
  task.onHeadersReceived(a);
  task.onHeadersReceived(() => called.push('b'));
  task.offHeadersReceived(a);
  await task;
  assert.deepEqual(called, ['b']);
  const other = request(`${server.http}/hello`);
  other.onHeadersReceived(a);
  other.offHeadersReceived();
  await other;
  assert.deepEqual(called, ['b']);
});

test('D-4: what is no function is ignored, with one warning in the console', async () => {
  const { out, errors } = await inChild(`
    const task = request(base + '/hello');
    console.log(task.onChunkReceived(null), task.onChunkReceived('text'), task.onHeadersReceived({}), task.onHeadersReceived());
    console.log((await task).statusCode);`);
  assert.equal(out, '0 0 0 0\n200\n');
  assert.equal(errors.match(/onChunkReceived/g).length, 1);
  assert.equal(errors.match(/onHeadersReceived/g).length, 1);
});

test('D-5 D-8: what listeners and callbacks throw stops nothing and reaches the global handler', async () => {
  const { out, errors } = await inChild(`
    const log = [];
    process.on('uncaughtException', (error) => log.push('uncaught ' + error.message));
    process.on('exit', () => console.log(JSON.stringify(log)));
    const task = request({
      url: base + '/chunked/2?size=1',
      enableChunked: true,
      success() { log.push('success'); throw new Error('success'); },
      fail() { log.push('fail'); },
      complete() { log.push('complete'); throw new Error('complete'); },
    });
    task.onHeadersReceived(() => { throw new Error('headers'); });
    task.onHeadersReceived(() => log.push('headers'));
    let chunks = 0;
    task.onChunkReceived(() => { if (chunks++ === 0) throw new Error('chunk'); });
    task.onChunkReceived(() => log.push('chunk'));
    await task;
    log.push('resolved');
    const failing = request({ url: 5, fail() { throw new Error('fail'); }, complete() { log.push('complete'); } });
    await failing.catch(() => log.push('rejected'));
    const aborted = request(base + '/hello').abort(() => { throw new Error('cb'); });
    await aborted.catch((error) => log.push(error.errMsg));`);
  assert.equal(errors, '');
  const log = JSON.parse(out);
  // Two chunks of the wire may come as one event.
  const told = log.filter(
    (entry, i) => !entry.startsWith('uncaught') && !(entry === 'chunk' && log[i - 1] === 'chunk'),
  );
  assert.deepEqual(told, [
    'headers',
    'chunk',
    'success',
    'complete',
    'resolved',
    'complete',
    'rejected',
    'request:fail abort',
  ]);
  assert.deepEqual(
    log.filter((entry) => entry.startsWith('uncaught')),
    ['headers', 'chunk', 'success', 'complete', 'fail', 'cb'].map((name) => 'uncaught ' + name),
  );
});

test('D-5: reportError takes the error where there is one', async () => {
  const { promise, resolve } = defer();
  globalThis.reportError = resolve;
  try {
    const task = request(`${server.http}/hello`);
    const error = new Error('thrown');
    task.onHeadersReceived(() => {
      throw error;
    });
    await task;
    assert.equal(await promise, error);
  } finally {
    delete globalThis.reportError;
  }
});

test('D-6: adding and removing inside a listener take effect from the next event', async () => {
  const { task, next } = threeChunks();
  const log = [];
  const added = () => log.push('added');
  const removed = () => log.push('removed');
  const first = () => {
    log.push('first');
    task.onChunkReceived(added);
    task.offChunkReceived(removed);
  };
  task.onChunkReceived(first);
  task.onChunkReceived(removed);
  await next();
  assert.deepEqual(log, ['first', 'removed']);
  await next();
  assert.deepEqual(log, ['first', 'removed', 'first', 'added']);
  task.offChunkReceived();
  await next();
  await task;
  assert.equal(log.length, 4);
});

test('D-6: a listener that removes itself is called once', async () => {
  const { task, next } = threeChunks();
  let called = 0;
  const once = () => {
    called++;
    task.offChunkReceived(once);
  };
  task.onChunkReceived(once);
  for (let i = 0; i < 3; i++) await next();
  await task;
  await turn();
  assert.equal(called, 1);
});
