// whatever an interceptor returns, the task of request() has all its methods, and they act on the real request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deferred, interceptors, isAbort, methodsOf, METHODS, newTag, streamed, text } from './support.mjs';
import { requester, server, taroWith } from './world.mjs';

const stacks = {
  none: [],
  ...Object.fromEntries(Object.entries(interceptors).map(([name, interceptor]) => [name, [interceptor]])),
  'all of them': Object.values(interceptors),
};

for (const [name, stack] of Object.entries(stacks)) {
  test(`A-2 A-12: ${name}: the methods are own enumerable functions, on derived promises too`, async () => {
    const task = taroWith(...stack).request({ url: `${server.http}/hello` });
    assert.deepEqual(methodsOf(task), METHODS);
    assert.deepEqual(methodsOf(task.then((result) => result).catch(() => {})), METHODS);
    assert.equal(typeof task[Symbol.asyncIterator], 'function');
    assert.equal((await task).statusCode, 200);
  });

  test(`A-12 C-5 E-4 B-5: ${name}: listeners hear the stream, abort ends it and the server sees it`, async () => {
    const tag = newTag();
    const task = taroWith(...stack).request({ url: server.script(streamed(tag), tag), enableChunked: true });
    const head = deferred();
    const chunk = deferred();
    task.onHeadersReceived(head.resolve);
    task.onChunkReceived(chunk.resolve);
    assert.equal((await head.promise).statusCode, 200);
    assert.equal(text((await chunk.promise).data), 'one');
    task.onChunkReceived(() => assert.fail('an event after abort'));
    assert.equal(task.abort(), task);
    await assert.rejects(task, isAbort);
    await server.control(`/_open/${tag}`);
    await server.wait({ event: 'gone', path: `/script/${tag}` });
  });

  test(`A-12 D-3 E-17: ${name}: pause, resume and off reach the request`, async () => {
    const tag = newTag();
    const task = taroWith(...stack).request({ url: server.script(streamed(tag), tag), enableChunked: true });
    const heard = [];
    const removed = () => assert.fail('a listener that was removed');
    task.onChunkReceived(removed);
    const id = task.onHeadersReceived(removed);
    const first = deferred();
    task.onChunkReceived(({ data }) => {
      heard.push(text(data));
      if (heard.length === 1) {
        task.pause();
        first.resolve();
      }
    });
    task.offChunkReceived(removed);
    task.offHeadersReceived(id);
    await first.promise;
    await server.control(`/_open/${tag}`);
    await server.wait({ event: 'done', path: `/script/${tag}` });
    let over = false;
    task.then(() => (over = true));
    // Another request runs from beginning to end meanwhile.
    await requester.request(`${server.http}/hello`);
    assert.deepEqual([heard, over], [['one'], false]);
    task.resume();
    await task;
    assert.equal(heard.join(''), 'onetwo');
  });

  test(`A-12 E-17: ${name}: for await takes the chunks`, async () => {
    const tag = newTag();
    await server.control(`/_open/${tag}`);
    const task = taroWith(...stack).request({ url: server.script(streamed(tag), tag), enableChunked: true });
    let all = '';
    for await (const { data } of task) all += text(data);
    assert.equal(all, 'onetwo');
  });

  test(`B-2 A-12: ${name}: abort in the tick of the request sends nothing`, async () => {
    const tag = newTag();
    const told = [];
    const tell = (kind) => (value) => told.push([kind, value.errMsg]);
    const task = taroWith(...stack).request({
      url: `${server.http}/hello/${tag}`,
      success: tell('success'),
      fail: tell('fail'),
      complete: tell('complete'),
    });
    task.abort();
    await assert.rejects(task, isAbort);
    assert.deepEqual(told, [
      ['fail', 'request:fail abort'],
      ['complete', 'request:fail abort'],
    ]);
    await requester.request(`${server.http}/after/${tag}`);
    assert.deepEqual(await server.log({ path: `/hello/${tag}` }), []);
  });
}
