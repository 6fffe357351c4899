// for await over a task, which is ours: lines E-2, E-6, E-16 and B-1 where they touch it.
import { test } from 'node:test';
import { assert, CHUNKED, join, newTag, pattern, record, rejection, request, server, text, turn } from './setup.mjs';
import { spy } from './spy-host.mjs';

/** What may come after JavaScript has had enough: the rest of a batch (the addon's limit, and a little more). */
const BATCH = 2 << 20;

async function collect(task) {
  const chunks = [];
  for await (const { data } of task) chunks.push(data);
  return join(chunks);
}

test('E-2: the loop gets every chunk as listeners get it, and ends with the request', async () => {
  const run = record({ url: `${server.http}/chunked/300000?size=700`, enableChunked: true, chunkText: true });
  const events = [];
  for await (const event of run.task) events.push(event);
  assert.deepEqual(events, run.all('chunk'));
  assert.deepEqual(join(events.map((event) => event.data)), pattern(300000));
  await run.settled;
  assert.equal(run.get('success').data, '');
});

test('E-6: a loop that begins late gets the early chunks too', async () => {
  const { request: send, until } = spy();
  const tag = newTag();
  const task = send({
    url: server.script([...CHUNKED, 'body a', `gate ${tag}`, 'body b', 'end'], tag),
    enableChunked: true,
  });
  await until((seen) => seen.bytes === 1);
  const all = collect(task);
  await server.control(`/_open/${tag}`);
  assert.equal(text(await all), 'ab');
});

test('E-16: the server waits for a slow loop, and goes on when it has caught up', async () => {
  const { request: send, seen, count } = spy();
  const size = 32 << 20;
  const task = send({ url: `${server.http}/bytes/${size}`, enableChunked: true });
  const chunks = [];
  let taken = 0;
  for await (const { data } of task) {
    chunks.push(data);
    taken += data.byteLength;
    if (chunks.length % 10 === 1) for (let i = 0; i < 5; i++) await send(`${server.http}/hello`);
    assert.ok(seen.bytes - taken <= 65536 + BATCH, `${seen.bytes - taken}`);
  }
  assert.deepEqual(join(chunks), pattern(size));
  assert.ok(count('pause') > 0 && count('resume') > 0);
});

test('B-1 B-5: leaving the loop early aborts', async () => {
  const tag = newTag();
  const run = record({ url: server.script([...CHUNKED, 'body a', 'stall'], tag), enableChunked: true });
  for await (const { data } of run.task) {
    assert.equal(text(data), 'a');
    break;
  }
  await server.wait({ event: 'gone', path: `/script/${tag}` });
  await run.settled;
  assert.equal(run.get('fail').errMsg, 'request:fail abort');

  const thrown = new Error('in the loop');
  const other = request({ url: server.script([...CHUNKED, 'body a', 'stall']), enableChunked: true });
  const loop = async () => {
    for await (const chunk of other) throw chunk && thrown;
  };
  assert.equal(await rejection(loop()), thrown);
  assert.equal((await rejection(other)).reason, 'abort');
});

test('E-11: a failure is thrown in the loop, after the chunks before it', async () => {
  const task = request({ url: server.script([...CHUNKED, 'body abc', 'close']), enableChunked: true });
  const chunks = [];
  const error = await rejection(
    (async () => {
      for await (const { data } of task) {
        chunks.push(data);
        await turn();
      }
    })(),
  );
  assert.equal(text(join(chunks)), 'abc');
  assert.equal(error.reason, 'interrupted');
  assert.equal(await rejection(task), error);
});

test('B-4: an abort from outside ends the loop with the failure, also while it waits', async () => {
  const task = request({ url: server.script([...CHUNKED, 'body a', 'stall']), enableChunked: true });
  const iterator = task[Symbol.asyncIterator]();
  await iterator.next();
  const waits = iterator.next();
  task.abort();
  assert.equal((await rejection(waits)).errMsg, 'request:fail abort');
  assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  assert.deepEqual(await iterator.return(), { value: undefined, done: true });
});

test('A-5: a request whose options are bad throws in the loop', async () => {
  const error = await rejection(collect(request({ enableChunked: true })));
  assert.equal(error.errno, 600009);
  const refused = request({ enableChunked: true });
  await rejection(refused);
  assert.equal((await rejection(collect(refused))).errno, 600009);
});

test('what cannot be iterated says why: no enableChunked, a second time, after the end', async () => {
  const plain = request(`${server.http}/hello`);
  assert.throws(() => plain[Symbol.asyncIterator](), /enableChunked/);
  await plain;
  const task = request({ url: `${server.http}/chunked/5`, enableChunked: true });
  const iterator = task[Symbol.asyncIterator]();
  assert.equal(iterator[Symbol.asyncIterator](), iterator);
  assert.throws(() => task[Symbol.asyncIterator](), /only once/);
  await task;
  const over = request({ url: `${server.http}/chunked/5`, enableChunked: true });
  await over;
  assert.throws(() => over[Symbol.asyncIterator](), /after the end/);
});

test('several next() at once are answered in order, offChunkReceived() does not stop a loop, promises of then can be iterated', async () => {
  const tag = newTag();
  const task = request({
    url: server.script([...CHUNKED, 'body a', `gate ${tag}`, 'body b', 'end'], tag),
    enableChunked: true,
  });
  const iterator = task.then((value) => value)[Symbol.asyncIterator]();
  const results = [iterator.next(), iterator.next(), iterator.next()];
  task.offChunkReceived();
  assert.equal(text((await results[0]).value.data), 'a');
  await server.control(`/_open/${tag}`);
  assert.equal(text((await results[1]).value.data), 'b');
  assert.equal((await results[2]).done, true);
});

test('B-3: a loop that was left throws no failure afterwards', async () => {
  const task = request({ enableChunked: true });
  const chunks = task[Symbol.asyncIterator]();
  await rejection(task);
  await chunks.return();
  assert.deepEqual(await chunks.next(), { value: undefined, done: true });
});
