// Lines H of the contract that are the task's: nothing is left behind. (H-9 is in b.test.mjs.)
import { test } from 'node:test';
import { assert, CHUNKED, chunksOf, inChild, newRequester, newTag, record, server, turn } from './setup.mjs';

test('H-11: a process whose tasks have ended exits by itself, with no timer or handle left', async () => {
  const { code, out, errors } = await inChild(`
    const kinds = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await request(base + '/hello');
    await request({ url: base + '/bytes/300000', enableChunked: true });
    await request({ url: 'http://127.0.0.1:1/' }).catch(() => {});
    await request({ url: base + '/hello', timeout: 100000, signal: new AbortController().signal });
    const aborted = request({ url: base + '/stream?n=1&ms=1&size=10&then=stall', enableChunked: true });
    aborted.onChunkReceived(() => aborted.abort());
    await aborted.catch(() => {});
    // One that is given up would wait a minute; its listener comes in time.
    const late = request({ url: base + '/bytes/3000000', enableChunked: true, chunkBufferBytes: 1000 });
    await new Promise((resolve) => late.onHeadersReceived(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    late.onChunkReceived(() => {});
    await late;
    console.log('timers', kinds());`);
  assert.equal(errors, '');
  assert.equal(out, 'timers 0\n');
  assert.equal(code, 0);
});

test('H-13 A-6: close() ends all tasks without a word, closes their connections, and the next request opens anew', async () => {
  const requester = newRequester();
  const send = requester.request;
  const tags = [newTag(), newTag()];
  const streaming = record(
    { url: server.script([...CHUNKED, 'body a', 'stall'], tags[0]), enableChunked: true },
    { send },
  );
  const waiting = record(server.script(['stall'], tags[1]), { send });
  await chunksOf(streaming.task, 1);
  await server.wait({ event: 'stall', path: `/script/${tags[1]}` });
  const planned = record(`${server.http}/hello`, { send });
  const { names } = streaming;
  requester.close();
  for (const tag of tags) await server.wait({ event: 'gone', path: `/script/${tag}` });
  await turn();
  streaming.task.abort();
  assert.equal((await send(`${server.http}/hello`)).statusCode, 200);
  assert.deepEqual([streaming.names, waiting.names, planned.names], [names, [], []]);
});

test('H-13: a process that calls close() with requests under way exits by itself', async () => {
  const { code, out, errors } = await inChild(`
    const told = () => console.log('told');
    const task = request({ url: base + '/stream?n=1&ms=1&size=10&then=stall', enableChunked: true, complete: told });
    task.onChunkReceived(() => { close(); });
    task.then(told, told);
    request({ url: base + '/bytes/30000000', enableChunked: true, chunkBufferBytes: 10, complete: told });`);
  assert.equal(errors, '');
  assert.equal(out, '');
  assert.equal(code, 0);
});
