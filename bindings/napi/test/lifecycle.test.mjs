// abort, pause, close, and how much of an event loop's turn is taken.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { Client, fake, Flag, joined, Kind, native, pattern } from './host.mjs';

const server = await startServer();
after(() => server.stop());
const turn = () => new Promise((resolve) => setImmediate(resolve));
const stalled = (tag) => server.script(['status 200 OK', 'length 100', 'head-end', 'bytes 10', 'stall'], tag);

test('B-1: an abort right after start completes as aborted, with no other event', async () => {
  const client = new Client();
  const task = client.start(server.http + '/hello');
  assert.equal(native.abort(task), true);
  assert.equal((await client.completion(task)).status, -100);
  assert.deepEqual(
    client.of(task).map(([kind]) => kind),
    [Kind.Complete],
  );
  client.close();
});

test('B-1 B-3 B-5: an abort in the middle of a body completes as aborted, once, and the server sees the end', async () => {
  const client = new Client();
  const task = client.start(stalled('mid'), { flags: Flag.Chunks });
  await client.until(() => client.of(task, Kind.Chunk).length > 0);
  assert.equal(native.abort(task), true);
  assert.equal(native.abort(task), true);
  const { status, answer } = await client.completion(task);
  assert.equal(status, -100);
  assert.equal(answer.httpVersion, 11);
  assert.equal(native.abort(task), false);
  await server.wait({ event: 'peer-closed', path: '/script/mid' });
  assert.equal(client.of(task, Kind.Complete).length, 1);
  client.close();
});

test('B-4: after an abort nothing of the task is delivered but its completion', async () => {
  const client = new Client();
  const task = client.start(server.http + '/bytes/50000000', { flags: Flag.Chunks });
  await client.until(() => client.of(task, Kind.Chunk).length > 0);
  native.abort(task);
  const before = client.of(task).length;
  await client.end(task);
  assert.equal(client.of(task).length, before + 1);
  client.close();
});

test('E-17: pause holds the events back, the end too; resume brings them in order', async () => {
  const client = new Client();
  const task = client.start(server.http + '/bytes/100000', { flags: Flag.Chunks });
  native.pause(task);
  const other = client.start(server.http + '/hello');
  await server.wait({ event: 'request', path: '/bytes/100000' });
  await client.end(other);
  assert.equal(client.of(task).length, 0);
  native.resume(task);
  const events = await client.end(task);
  assert.ok(joined(events.filter(([kind]) => kind === Kind.Chunk)).equals(pattern(100000)));
  client.close();
});

test('E-17: a paused task still ends by abort', async () => {
  const client = new Client();
  const task = client.start(server.http + '/hello');
  native.pause(task);
  native.abort(task);
  assert.equal((await client.completion(task)).status, -100);
  client.close();
});

test('H-13: close in mid-flight delivers nothing more, and the server sees the ends', async () => {
  const client = new Client();
  const other = new Client();
  const tasks = Array.from({ length: 20 }, (_, i) => client.start(stalled(`close-${i}`), { flags: Flag.Chunks }));
  await client.until(() => tasks.every((task) => client.of(task, Kind.Chunk).length > 0));
  client.close();
  const seen = client.events.length;
  for (let i = 0; i < 20; i++) await server.wait({ event: 'peer-closed', path: `/script/close-${i}` });
  await other.end(other.start(server.http + '/hello'));
  assert.equal(client.events.length, seen);
  for (const task of tasks) assert.equal(native.abort(task), false);
  other.close();
});

test('H-13: close from inside deliver, of itself and of the others', async () => {
  const clients = Array.from({ length: 6 }, () => new Client());
  const closed = [];
  for (const client of clients) {
    client.onDeliver = () => {
      for (const one of clients) one.close();
      closed.push(client);
    };
    for (let i = 0; i < 5; i++) client.start(server.http + '/hello');
  }
  const last = new Client();
  await last.end(last.start(server.http + '/hello'));
  while (closed.length === 0) await turn();
  assert.equal(closed.length, 1);
  last.close();
});

test('open and start from inside deliver', async () => {
  const first = new Client();
  const second = await new Promise((resolve) => {
    first.onDeliver = () => {
      const client = new Client();
      resolve([client, client.start(server.http + '/hello'), first.start(server.http + '/hello')]);
      first.onDeliver = undefined;
    };
    first.start(server.http + '/hello');
  });
  const [client, task, again] = second;
  assert.equal((await client.completion(task)).status, 0);
  assert.equal((await first.completion(again)).status, 0);
  first.close();
  client.close();
});

test('a client closed by a setter in the middle of a dispatch', async () => {
  const client = new Client();
  const task = client.start(server.http + '/bytes/1000', { flags: Flag.Chunks });
  native.pause(task);
  await server.wait({ event: 'request', path: '/bytes/1000' });
  let hits = 0;
  // Filling an array with holes asks the prototype, so this runs while an event is made.
  Object.defineProperty(Array.prototype, 3, {
    set() {
      hits++;
      client.close();
    },
    configurable: true,
  });
  native.resume(task);
  const other = new Client();
  try {
    while (hits === 0) await turn();
  } finally {
    delete Array.prototype[3];
  }
  assert.equal(client.events.length, 0);
  assert.equal((await other.completion(other.start(server.http + '/hello'))).status, 0);
  other.close();
});

test('a turn takes a bounded number of events, and the loop goes round in between', async () => {
  const client = new Client();
  const tasks = Array.from({ length: 400 }, () => client.start(server.http + '/hello'));
  for (const task of tasks) native.pause(task);
  // The last of them has come to the server, so nearly all of the others wait here with two events each.
  await server.wait({ event: 'request', path: '/hello', count: 400 });
  let turns = 0;
  let running = true;
  (function count() {
    turns++;
    if (running) setImmediate(count);
  })();
  const turnOf = [];
  client.onDeliver = () => turnOf.push(turns);
  for (const task of tasks) native.resume(task);
  for (const task of tasks) await client.end(task);
  running = false;
  assert.equal(client.events.length, 800);
  assert.ok(Math.max(...client.batches) <= 256 + 16, `${Math.max(...client.batches)} events at once`);
  assert.ok(Math.max(...client.batches) > 16, 'many events share a call');
  // Node's threadsafe functions would go on without the loop; OpenHarmony's do not, and the fake cannot show that.
  if (!fake) assert.equal(new Set(turnOf).size, turnOf.length, 'one call for each turn');
  client.close();
});

test('a turn takes a bounded number of bytes', async () => {
  const client = new Client();
  const sizes = [];
  client.onDeliver = (events) =>
    sizes.push(events.reduce((sum, [kind, , data]) => sum + (kind === Kind.Chunk ? data.byteLength : 0), 0));
  const tasks = Array.from({ length: 16 }, () => client.start(server.http + '/bytes/4000000', { flags: Flag.Chunks }));
  for (const task of tasks) assert.equal((await client.completion(task)).status, 0);
  assert.equal(
    sizes.reduce((a, b) => a + b),
    16 * 4000000,
  );
  // One dispatch of 16 events may go over the limit, by chunks of at most 64 KiB.
  assert.ok(Math.max(...sizes) <= 2 * 1024 * 1024, `${Math.max(...sizes)} bytes at once`);
  client.close();
});

test('two clients share the turns: a flood on one does not starve the other', async () => {
  const flood = new Client();
  const calm = new Client();
  const tasks = Array.from({ length: 8 }, () => flood.start(server.http + '/bytes/200000000', { flags: Flag.Chunks }));
  flood.onDeliver = () => flood.events.splice(0);
  await new Promise((resolve) => {
    const old = flood.onDeliver;
    flood.onDeliver = () => (old(), resolve());
  });
  for (let i = 0; i < 10; i++) assert.equal((await calm.completion(calm.start(server.http + '/hello'))).status, 0);
  for (const task of tasks) native.abort(task);
  flood.close();
  calm.close();
});
