// Races that only a batch of events can show: what a listener does must hold for the rest of the batch that it is in.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ABORTED, asked, chunk, complete, DONE, headers, settle, started } from './scripted-host.mjs';

for (const aborts of [true, false]) {
  const answer = aborts ? 'the host aborts' : 'the host has completed it';

  test(`B-4: abort inside a chunk listener, the rest of the body and the end in the same batch; ${answer}`, async () => {
    const { host, task, names, id } = await started();
    host.aborts = aborts;
    task.onChunkReceived(() => task.abort());
    host.batch(headers(id));
    await settle();
    host.batch(chunk(id, 'a'), chunk(id, 'b'), complete(id));
    await settle();
    assert.deepEqual(names, ['headers', 'a', ...ABORTED]);
    host.batch(complete(id, -100));
    assert.deepEqual(names, ['headers', 'a', ...ABORTED]);
  });

  test(`B-4: abort inside the headers listener; later listeners of the same event are not called; ${answer}`, async () => {
    const { host, task, names, id } = await started();
    host.aborts = aborts;
    task.onHeadersReceived(() => task.abort());
    task.onHeadersReceived(() => names.push('after the abort'));
    host.batch(headers(id), chunk(id, 'a'));
    await settle();
    if (aborts) {
      assert.deepEqual(names, ['headers'], 'the end is told when the host tells it');
      host.batch(chunk(id, 'b'), complete(id, -100));
      await settle();
    }
    assert.deepEqual(names, ['headers', ...ABORTED]);
  });
}

test('B-1: an abort before the end is told wins over any end', async () => {
  for (const status of [0, -101, -107]) {
    const { host, task, names, id } = await started();
    host.batch(headers(id));
    task.abort();
    host.batch(complete(id, status));
    await settle();
    assert.deepEqual(names, ['headers', ...ABORTED]);
  }
});

test('B-3: abort twice in one batch asks the host once', async () => {
  const { host, task, id } = await started();
  task.onChunkReceived(() => task.abort().abort());
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'), chunk(id, 'b'));
  task.abort();
  assert.deepEqual(host.names('abort'), ['abort']);
  host.batch(complete(id, -100));
  await task.catch(() => {});
  task.abort();
  assert.deepEqual(host.names('abort'), ['abort']);
});

test('B-4: a listener may abort another task of the batch', async () => {
  const one = await started();
  const names = [];
  const other = one.request({ url: 'http://b/', enableChunked: true, fail: (error) => names.push(error.errMsg) });
  other.onChunkReceived(() => names.push('chunk'));
  await settle();
  const id = one.host.calls.filter(([name]) => name === 'start')[1][1];
  one.task.onChunkReceived(() => other.abort());
  one.host.batch(headers(one.id), headers(id));
  await settle();
  one.host.batch(chunk(one.id, 'a'), chunk(id, 'b'), complete(id, -100), complete(one.id));
  await settle();
  assert.deepEqual(names, ['request:fail abort']);
  assert.deepEqual(one.names, ['headers', 'a', ...DONE]);
});

test('D-6: off inside a listener holds for the next event of the batch', async () => {
  const { host, task, names, id } = await started();
  const again = () => {
    names.push('again');
    task.offChunkReceived();
  };
  task.onChunkReceived(again);
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'), chunk(id, 'b'), complete(id));
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'again', ...DONE]);
});

test('E-17: pause inside a listener holds the rest of the batch, the end too; resume tells it in order', async () => {
  const { host, task, names, id } = await started();
  const pause = ({ data }) => (new Uint8Array(data)[0] === 98 ? task.pause() : undefined);
  task.onChunkReceived(pause);
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'), chunk(id, 'b'), chunk(id, 'c'), chunk(id, 'bb'), chunk(id, 'd'));
  host.batch(complete(id));
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b']);
  assert.deepEqual(host.names('pause', 'resume'), ['pause']);

  task.resume();
  assert.deepEqual(names, ['headers', 'a', 'b'], 'not inside resume()');
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b', 'c', 'bb'], 'paused again while it was told');
  assert.deepEqual(host.names('pause', 'resume'), ['pause', 'resume', 'pause']);

  task.resume();
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b', 'c', 'bb', 'd', ...DONE]);
});

test('E-17: what comes between resume() and the telling is told after it', async () => {
  const { host, task, names, id } = await started();
  task.pause();
  host.batch(headers(id), chunk(id, 'a'));
  task.resume();
  host.batch(chunk(id, 'b'), complete(id));
  assert.deepEqual(names, []);
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b', ...DONE]);
});

test('E-17: resume() and pause() in one tick tell nothing', async () => {
  const { host, task, names, id } = await started();
  task.pause();
  host.batch(headers(id), complete(id));
  task.resume();
  task.pause();
  await settle();
  assert.deepEqual(names, []);
  task.resume();
  await settle();
  assert.deepEqual(names, ['headers', ...DONE]);
});

test('B-1 E-17: abort while paused, with the end already held: ends at once, without the host', async () => {
  const { host, task, names, id } = await started();
  task.pause();
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'), complete(id));
  task.abort();
  assert.deepEqual(names, []);
  await settle();
  assert.deepEqual(names, ABORTED);
  assert.deepEqual(host.names('abort'), []);
});

test('B-1 E-17: abort between resume() and the telling', async () => {
  const { host, task, names, id } = await started();
  task.pause();
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'));
  task.resume();
  task.abort();
  host.batch(complete(id, -100));
  await settle();
  assert.deepEqual(names, ABORTED);
});

test('E-17: paused before the start: the host hears of it right after the start', async () => {
  const run = asked();
  run.task.pause();
  await settle();
  assert.deepEqual(run.host.names(), ['open', 'start', 'pause']);
  run.task.resume();
  run.task.resume();
  assert.deepEqual(run.host.names(), ['open', 'start', 'pause', 'resume']);
});

test('B-2: paused and aborted before the start: it ends, and the host hears nothing', async () => {
  const run = asked();
  run.task.pause().abort();
  await settle();
  assert.deepEqual(run.names, ABORTED);
  assert.deepEqual(run.host.names(), []);
});

test('A-9: events after the end, of unknown tasks, and a second completion are passed over', async () => {
  const { host, names, id } = await started();
  host.batch(headers(999), chunk(999, 'x'), headers(id), complete(id), complete(id), chunk(id, 'y'), headers(id));
  host.batch(complete(id, -107), complete(999));
  await settle();
  assert.deepEqual(names, ['headers', ...DONE]);
});

test('C-1: a second headers event and chunks before the headers are passed over', async () => {
  const { host, names, id } = await started();
  host.batch(chunk(id, 'early'), headers(id), headers(id, 500), chunk(id, 'a'), complete(id));
  await settle();
  assert.deepEqual(names, ['headers', 'a', ...DONE]);
});

test('E-6: the first listener is added while later events of the batch wait: all in order', async () => {
  const { host, task, names, id, request } = await started({}, { listen: false });
  const other = request('http://b/');
  await settle();
  const otherId = host.calls.filter(([name]) => name === 'start')[1][1];
  other.onHeadersReceived(() => task.onChunkReceived(({ data }) => names.push(new TextDecoder().decode(data))));
  host.batch(headers(id), chunk(id, 'a'), chunk(id, 'b'), headers(otherId), chunk(id, 'c'), complete(id));
  assert.deepEqual(names, ['headers']);
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b', 'c', ...DONE]);
});

test('E-6 E-17: kept chunks come before those that a pause holds', async () => {
  const { host, task, names, id } = await started({}, { listen: false });
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'));
  task.pause();
  host.batch(chunk(id, 'b'), complete(id));
  task.onChunkReceived(({ data }) => names.push(new TextDecoder().decode(data)));
  await settle();
  assert.deepEqual(names, ['headers']);
  task.resume();
  await settle();
  assert.deepEqual(names, ['headers', 'a', 'b', ...DONE]);
});

test('C-7 E-6: a late headers listener comes before kept chunks, and may pause them', async () => {
  const { host, task, names, id } = await started({}, { listen: false });
  host.batch(headers(id), chunk(id, 'a'), chunk(id, 'b'));
  task.onChunkReceived(({ data }) => names.push(new TextDecoder().decode(data)));
  task.onHeadersReceived(() => {
    names.push('late');
    task.pause();
  });
  host.batch(complete(id));
  await settle();
  assert.deepEqual(names, ['headers', 'late']);
  task.resume();
  await settle();
  assert.deepEqual(names, ['headers', 'late', 'a', 'b', ...DONE]);
});

test('E-13: the last U+FFFD comes before the end; its listener may still abort or pause', async () => {
  const broken = (id) => [2, id, Uint8Array.of(0xe4, 0xbd).buffer];
  const aborted = await started({ chunkText: true });
  aborted.host.aborts = false;
  aborted.task.onChunkReceived(({ text }) => text === '\ufffd' && aborted.task.abort());
  aborted.host.batch(headers(aborted.id));
  await settle();
  aborted.host.batch(broken(aborted.id), complete(aborted.id));
  await settle();
  assert.deepEqual(aborted.names, ['headers', '', '\ufffd', ...ABORTED]);

  const paused = await started({ chunkText: true });
  paused.task.onChunkReceived(({ text }) => text === '\ufffd' && paused.task.pause());
  paused.host.batch(headers(paused.id));
  await settle();
  paused.host.batch(broken(paused.id), complete(paused.id));
  await settle();
  assert.deepEqual(paused.names, ['headers', '', '\ufffd']);
  paused.task.resume();
  await settle();
  assert.deepEqual(paused.names, ['headers', '', '\ufffd', ...DONE]);
});

test('E-11 E-13: a body that was cut short gets no U+FFFD', async () => {
  const { host, names, id } = await started({ chunkText: true });
  host.batch(headers(id));
  await settle();
  host.batch([2, id, Uint8Array.of(0xe4).buffer], complete(id, -107));
  await settle();
  assert.deepEqual(names, ['headers', '', 'request:fail interrupted', 'complete', 'rejected']);
});

test('E-16: pauses of the app and of a slow loop add up', async () => {
  const { host, task, id } = await started({}, { listen: false });
  const chunks = task[Symbol.asyncIterator]();
  const big = [2, id, new ArrayBuffer(70000)];
  host.batch(headers(id));
  await settle();
  host.batch(big, chunk(id, 'a'));
  assert.deepEqual(host.names('pause', 'resume'), ['pause']);
  task.pause();
  await chunks.next();
  await chunks.next();
  assert.deepEqual(host.names('pause', 'resume'), ['pause'], 'the loop has caught up, the app still pauses');
  task.resume();
  assert.deepEqual(host.names('pause', 'resume'), ['pause', 'resume']);
});

test('B-4: an abort drops the chunks that a loop has not taken, and the one that is being told', async () => {
  const queued = await started({}, { listen: false });
  const waiting = queued.task[Symbol.asyncIterator]();
  queued.host.batch(headers(queued.id));
  await settle();
  queued.host.batch(chunk(queued.id, 'a'), chunk(queued.id, 'b'));
  queued.task.abort();
  queued.host.batch(complete(queued.id, -100));
  await assert.rejects(waiting.next(), { errMsg: 'request:fail abort' });

  const { host, task, id } = await started();
  const chunks = task[Symbol.asyncIterator]();
  task.onChunkReceived(() => task.abort());
  const next = chunks.next();
  host.batch(headers(id));
  await settle();
  host.batch(chunk(id, 'a'), complete(id));
  await assert.rejects(next, { errMsg: 'request:fail abort' });
  assert.equal((await chunks.next()).done, true);
});

test('A-6: a body whose text is longer than the engine can hold is a failure, not silence', async () => {
  // V8 holds 2^29 - 24 characters; the pages of this buffer are never written, so it costs no memory.
  const huge = new ArrayBuffer(2 ** 29);
  for (const enableChunked of [false, true]) {
    const { host, task, names, id } = await started({ enableChunked }, { listen: false });
    const end = complete(id, 0, enableChunked ? null : huge);
    if (enableChunked) host.batch(headers(id), [2, id, huge], end);
    else host.batch(headers(id), end);
    const error = await task.catch((error) => error);
    assert.deepEqual([error.reason, error.errno, error.statusCode], ['too large', 602300, 200]);
    assert.match(error.errMsg, /^request:fail too large: the body does not fit into data: /);
    assert.deepEqual(names.slice(1), [error.errMsg, 'complete', 'rejected']);
  }
});

test('B-4 C-7 E-6: code that awaits the headers may listen, iterate and abort before the rest of the batch is told', async () => {
  const reactions = {
    listen: (task, names) => task.onChunkReceived(({ data }) => names.push(`chunk of ${data.byteLength}`)),
    // A loop's turn comes after the callbacks; that it gets the chunk is what matters.
    iterate: async (task, names) => {
      for await (const { data } of task) names.push(`chunk of ${data.byteLength}`);
    },
    abort: (task) => task.abort(),
    pause: (task) => setTimeout(() => task.resume(), 0, task.pause()),
    late: (task, names) => task.onHeadersReceived(() => names.push('late headers')),
  };
  const told = {};
  for (const [name, react] of Object.entries(reactions)) {
    for (const paused of [false, true]) {
      const { host, task, names, id } = await started({}, { listen: false });
      const reacted = new Promise((resolve) => task.onHeadersReceived(resolve)).then(() => react(task, names));
      if (paused) task.pause();
      host.batch(headers(id), chunk(id, 'ab'), complete(id));
      if (paused) task.resume();
      await Promise.allSettled([task, reacted]);
      await settle();
      if (paused) assert.deepEqual(names, told[name], `${name}, after a pause`);
      else told[name] = names;
    }
  }
  assert.deepEqual(told, {
    listen: ['headers', 'chunk of 2', ...DONE],
    iterate: ['headers', 'success', 'complete', 'chunk of 2', 'resolved'],
    abort: ['headers', ...ABORTED],
    pause: ['headers', ...DONE],
    late: ['headers', 'late headers', ...DONE],
  });
});

test('E-6 E-17: kept chunks are not given up while the app pauses, but are once it has resumed', async () => {
  const options = { timeouts: { idle: 5 }, chunkBufferBytes: 1 };
  const { host, task, names, id } = await started(options, { listen: false });
  host.batch(headers(id), chunk(id, 'ab'));
  task.pause();
  // Set after the wait for a listener has begun, and for longer: it ends later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(names, ['headers']);
  task.resume();
  await task.catch(() => {});
  await settle();
  assert.deepEqual(names, ['headers', 'request:fail timeout', 'complete', 'rejected']);
});

test('E-6 H-1: kept chunks may wait longer than the longest timer', async () => {
  for (const limit of [{ timeout: 1e12 }, { timeouts: { idle: 1e12 } }]) {
    const { host, task, names, id } = await started({ ...limit, chunkBufferBytes: 1 }, { listen: false });
    host.batch(headers(id), chunk(id, 'ab'));
    // A timer that is set for too long runs after 1 ms, before this one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    task.onChunkReceived(() => names.push('chunk'));
    await settle();
    assert.deepEqual(names, ['headers', 'chunk']);
    host.batch(complete(id));
    await task;
  }
});

test('H-8: the time in the queue does not count as a wait for a chunk listener', async () => {
  const { host, task, names, id } = await started({ timeout: 60, chunkBufferBytes: 1 }, { listen: false });
  await new Promise((resolve) => setTimeout(resolve, 80));
  host.batch(headers(id), chunk(id, 'ab'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  task.onChunkReceived(() => names.push('chunk'));
  await settle();
  host.batch(complete(id));
  await task;
  assert.deepEqual(names, ['headers', 'chunk', 'success', 'complete', 'resolved']);
});
