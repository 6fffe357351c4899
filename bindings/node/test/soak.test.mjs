// Many requests with random aborts leave nothing behind. 5,000 as a part of the tests; `npm run soak` runs 100,000.
// SOAK_COUNT and SOAK_SEED choose others.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startBusyServer } from './busy-server.mjs';

const count = Number(process.env.SOAK_COUNT ?? 5000);
const seed = Number(process.env.SOAK_SEED ?? 20261122);
const soak = fileURLToPath(new URL('soak.mjs', import.meta.url));
const mebibyte = 2 ** 20;

test(`H-11 H-13 A-6: ${count} requests with random aborts leave nothing behind`, async (t) => {
  const server = await startBusyServer();
  t.after(() => server.stop());
  // It must end by itself: a handle left behind would hold it until it is killed.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', soak, server.origin, String(count), String(seed)],
    // One arena: RSS is to tell what is in use, not how the threads share the allocator.
    { timeout: 20_000 + count * 10, env: { ...process.env, MALLOC_ARENA_MAX: '1' } },
  );
  const { outcomes, problems, signalListeners, perSecond, ...held } = JSON.parse(stdout);
  t.diagnostic(`${perSecond} requests/s, ${JSON.stringify(outcomes)}`);
  for (const [when, what] of Object.entries(held)) t.diagnostic(`${when}: ${JSON.stringify(what)}`);

  assert.deepEqual(problems, []);
  const total = Object.values(outcomes).reduce((sum, one) => sum + one, 0);
  assert.equal(total, count);
  assert.deepEqual(Object.keys(outcomes).sort(), ['abort', 'interrupted', 'request:ok', 'timeout']);
  for (const [word, times] of Object.entries(outcomes)) assert.ok(times > count / 200, `${word}: only ${times}`);

  const { beforeLoad, afterFirst, atEnd, afterClose } = held;
  assert.equal(signalListeners, 0);
  assert.deepEqual(atEnd.handles, beforeLoad.handles);
  // 64 workers, 16 more for streams, and a few of the core's own; idle ones end after a while.
  const threads = atEnd.threads - beforeLoad.threads;
  assert.ok(threads <= 64 + 16 + 8, `${threads} threads`);
  // At most 64 idle connections are kept, and a worker thread of the core has a pipe.
  const most = beforeLoad.descriptors + 64 + 2 * threads + 8;
  assert.ok(atEnd.descriptors <= most, `${atEnd.descriptors} descriptors, at most ${most} expected`);
  assert.ok(atEnd.arrayBuffers <= afterFirst.arrayBuffers + mebibyte / 4, 'array buffers were left');
  assert.ok(atEnd.external <= afterFirst.external + mebibyte / 4, 'external memory was left');
  assert.ok(atEnd.heapUsed <= afterFirst.heapUsed + mebibyte, 'objects were left');
  // The heaps grow for a while; 24 MiB over 80,000 requests is less than 320 bytes for each.
  const slack = (count >= 50_000 ? 24 : 64) * mebibyte;
  assert.ok(atEnd.rss <= afterFirst.rss + slack, `RSS grew by ${atEnd.rss - afterFirst.rss}`);

  assert.ok(afterClose.threads <= beforeLoad.threads, `${afterClose.threads - beforeLoad.threads} threads were left`);
  assert.equal(afterClose.descriptors, beforeLoad.descriptors);
  assert.deepEqual(afterClose.handles, beforeLoad.handles);
});
