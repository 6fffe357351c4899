// How many requests an interceptor makes, and when, is its own business: one later, none, two, two at once. The task that the
// app holds follows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { events } from 'reqtask-js';
import { deferred, isAbort, newTag, settled, streamed, text } from './support.mjs';
import { requester, server, taroWith } from './world.mjs';

const pathsOf = async (tag) =>
  (await server.log({ event: 'request' })).filter(({ path }) => path.endsWith(tag)).map(({ path }) => path);

test('A-12 B-1 B-2: an abort before the request exists ends the task at once, and nothing is ever sent', async () => {
  const tag = newTag();
  const token = deferred();
  const proceeded = deferred();
  const taro = taroWith(async (chain) => {
    await token.promise;
    const answer = chain.proceed(chain.requestParams);
    proceeded.resolve(answer);
    return answer;
  });
  const told = [];
  const task = taro.request({
    url: `${server.http}/hello/${tag}`,
    success: () => told.push('success'),
    fail: (error) => told.push(['fail', error]),
    complete: (error) => told.push(['complete', error]),
  });
  await settled();
  let calledFirst = false;
  assert.equal(
    task.abort(() => (calledFirst = told.length === 0)),
    task,
  );
  assert.equal(told.length, 0, 'no callback inside abort()');
  const error = await task.then(
    () => assert.fail('success after abort'),
    (reason) => reason,
  );
  assert.ok(isAbort(error) && calledFirst);
  assert.deepEqual(told, [
    ['fail', error],
    ['complete', error],
  ]);
  token.resolve();
  // The interceptor's own attempt ends as aborted too.
  await assert.rejects(proceeded.promise, isAbort);
  await requester.request(`${server.http}/hello`);
  assert.deepEqual(await pathsOf(tag), []);
  task.abort();
  assert.equal(told.length, 2);
});

test('A-12 D-2 D-7: listeners added and removed, and a pause, before the request exists hold for it', async () => {
  const tag = newTag();
  const token = deferred();
  const made = deferred();
  const taro = taroWith(async (chain) => {
    await token.promise;
    const task = chain.proceed(chain.requestParams);
    made.resolve();
    return task;
  });
  const task = taro.request({ url: server.script(streamed(tag), tag), enableChunked: true });
  await server.control(`/_open/${tag}`);
  const heard = [];
  const listener = ({ data }) => heard.push(text(data));
  const id = task.onChunkReceived(listener);
  assert.equal(task.onChunkReceived(listener), id);
  task.onHeadersReceived(({ statusCode }) => heard.push(statusCode));
  const gone = task.onHeadersReceived(() => heard.push('never'));
  task.offHeadersReceived(gone);
  task.pause();
  token.resolve();
  await made.promise;
  await server.wait({ event: 'done', path: `/script/${tag}` });
  await requester.request(`${server.http}/hello`);
  assert.deepEqual(heard, []);
  task.resume();
  assert.equal((await task).data, '');
  assert.equal(heard[0], 200);
  assert.equal(heard.slice(1).join(''), 'onetwo');
});

test('D-4: a listener that is no function is ignored with one warning', async (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  const task = taroWith((chain) => chain.proceed()).request(`${server.http}/hello`);
  assert.equal(task.onChunkReceived('no'), 0);
  assert.equal(task.onChunkReceived(null), 0);
  assert.equal(warn.mock.callCount(), 1);
  assert.equal((await task).statusCode, 200);
});

test('A-12 A-6: an answer from a cache settles the task with nothing sent; success gets it, once', async () => {
  const cached = { data: 'cached', statusCode: 200, header: {}, cookies: [], errMsg: 'request:ok' };
  const told = [];
  const task = taroWith(async () => cached).request({
    url: `${server.http}/hello/${newTag()}`,
    success: (result) => told.push(result),
    complete: (result) => told.push(result),
  });
  assert.equal(await task, cached);
  assert.deepEqual(told, [cached, cached]);
  task.abort();
  task.onChunkReceived(() => {});
  await settled();
  assert.equal(told.length, 2);
});

test('A-12 B-1: a task whose interceptor never answers is ended by abort', async () => {
  const task = taroWith(() => new Promise(() => {})).request(`${server.http}/hello`);
  task.abort();
  await assert.rejects(task, isAbort);
});

test('A-12 A-6 C-1: a retry: methods follow the newest request, listeners hear both, callbacks tell the last, once', async () => {
  const tag = newTag();
  const again = deferred();
  const taro = taroWith(async (chain) => {
    const params = chain.requestParams;
    const first = await chain.proceed(params);
    assert.equal(first.statusCode, 503);
    again.resolve();
    return chain.proceed({ ...params, url: server.script(streamed(tag), tag) });
  });
  const told = [];
  const statuses = [];
  const task = taro.request({
    url: `${server.http}/status/503`,
    enableChunked: true,
    success: (result) => told.push(result.statusCode),
    fail: () => told.push('fail'),
    complete: () => told.push('complete'),
  });
  task.onHeadersReceived(({ statusCode }) => statuses.push(statusCode));
  const first = deferred();
  task.onChunkReceived(({ data }) => text(data) === 'one' && first.resolve());
  await again.promise;
  await first.promise;
  assert.deepEqual([statuses, told], [[503, 200], []]);
  await server.control(`/_open/${tag}`);
  assert.equal((await task).statusCode, 200);
  assert.deepEqual(told, [200, 'complete']);
});

test('A-12 B-1: an abort is not retried and not turned into an answer', async () => {
  const tag = newTag();
  let attempts = 0;
  const stubborn = async (chain) => {
    for (;;) {
      try {
        attempts += 1;
        return await chain.proceed(chain.requestParams);
      } catch {
        if (attempts > 1) return { data: 'something else', statusCode: 200 };
      }
    }
  };
  const task = taroWith(stubborn).request({ url: server.script(['stall'], tag) });
  await server.wait({ event: 'stall', path: `/script/${tag}` });
  task.abort();
  await assert.rejects(task, isAbort);
  assert.equal(attempts, 2);
  assert.equal((await pathsOf(tag)).length, 1);
});

test('B-1: interceptors may map the failure of an abort, but not hold it back', async () => {
  const gone = { event: 'stall' };
  const mapped = newTag();
  const mapping = (chain) => chain.proceed().catch((error) => Promise.reject({ mapped: error.errMsg }));
  let failed;
  const one = taroWith(mapping).request({ url: server.script(['stall'], mapped), fail: (error) => (failed = error) });
  await server.wait({ ...gone, path: `/script/${mapped}` });
  one.abort();
  await assert.rejects(one, { mapped: 'request:fail abort' });
  assert.ok(isAbort(failed), 'fail gets what the request said, as in Taro');

  const held = newTag();
  const holding = (chain) => chain.proceed().catch(() => new Promise(() => {}));
  const two = taroWith(holding).request({ url: server.script(['stall'], held) });
  await server.wait({ ...gone, path: `/script/${held}` });
  two.abort();
  await assert.rejects(two, isAbort);
});

test('A-12: an interceptor may abort its own attempt and try again; the task goes on', async () => {
  const tag = newTag();
  const hedge = async (chain) => {
    const params = chain.requestParams;
    const slow = chain.proceed({ url: server.script(['stall'], tag) });
    await server.wait({ event: 'stall', path: `/script/${tag}` });
    slow.abort();
    await assert.rejects(slow, isAbort);
    return chain.proceed(params);
  };
  // Between it and the request there is another, so `slow` is a relay and not the request itself.
  const result = await taroWith(hedge, async (chain) => chain.proceed()).request(`${server.http}/hello`);
  assert.equal(result.statusCode, 200);
});

test('A-12 B-1: abort ends all requests that an interceptor has under way', async () => {
  const [one, two] = [newTag(), newTag()];
  const race = (chain) => Promise.race([one, two].map((tag) => chain.proceed({ url: server.script(['stall'], tag) })));
  const task = taroWith(race).request('http://unused.test/');
  for (const tag of [one, two]) await server.wait({ event: 'stall', path: `/script/${tag}` });
  task.abort();
  await assert.rejects(task, isAbort);
  for (const tag of [one, two]) await server.wait({ event: 'gone', path: `/script/${tag}` });
});

test('A-9: after the end of the task its listeners are silent, also if an interceptor left a request running', async () => {
  const tag = newTag();
  const left = deferred();
  const taro = taroWith((chain) => {
    const task = chain.proceed();
    left.resolve(task);
    return new Promise((resolve) => task.onHeadersReceived(() => resolve('enough')));
  });
  const task = taro.request({ url: server.script(streamed(tag), tag), enableChunked: true });
  const heard = [];
  task.onChunkReceived(({ data }) => heard.push(text(data)));
  assert.equal(await task, 'enough');
  const before = heard.length;
  await server.control(`/_open/${tag}`);
  assert.equal((await await left.promise).statusCode, 200);
  assert.equal(heard.length, before);
});

test('A-12: the innermost of several interceptors may be the slow one', async () => {
  const tag = newTag();
  const token = deferred();
  const slow = async (chain) => (await token.promise, chain.proceed());
  const task = taroWith(
    (chain) => chain.proceed().then((result) => result),
    async (chain) => chain.proceed(),
    slow,
  ).request({ url: `${server.http}/hello/${tag}` });
  task.abort();
  await assert.rejects(task, isAbort);
  token.resolve();
  await settled();
  await requester.request(`${server.http}/hello`);
  assert.deepEqual(await pathsOf(tag), []);
});

test('A-12 E-14: a loop over the events of a task goes on with the request that a retry makes', async () => {
  const retrying = async (chain) => {
    const params = chain.requestParams;
    return chain
      .proceed({ ...params, url: `http://127.0.0.1:${server.ports.refused}/` })
      .catch(() => chain.proceed(params));
  };
  const url = server.script([
    'status 200 OK',
    'chunked',
    'head-end',
    'body data: 1\\n\\n',
    'body data: 2\\n\\n',
    'end',
  ]);
  const heard = [];
  for await (const { data } of events(taroWith(retrying).request({ url, enableChunked: true }))) heard.push(data);
  assert.deepEqual(heard, ['1', '2']);
});

test('A-12 B-9: leaving a loop over a task with interceptors aborts its request', async () => {
  const tag = newTag();
  const slow = async (chain) => (await settled(), chain.proceed());
  const task = taroWith(slow).request({ url: server.script(streamed(tag), tag), enableChunked: true });
  for await (const { data } of task) {
    assert.equal(text(data), 'one');
    break;
  }
  await assert.rejects(task, isAbort);
  await server.wait({ event: 'gone', path: `/script/${tag}` });
});

test('A-12: a loop over a task that turns out not to be chunked says which option is missing', async () => {
  const loop = async (task) => {
    for await (const chunk of task) assert.fail(String(chunk));
  };
  const slow = async (chain) => (await settled(), chain.proceed());
  const url = `${server.http}/hello`;
  for (const list of [[slow], [(chain) => chain.proceed()]])
    await assert.rejects(loop(taroWith(...list).request({ url })), /enableChunked/);
});

test('A-12: a task is iterated once, and not after its success', async () => {
  const { request } = taroWith((chain) => chain.proceed());
  const options = { url: `${server.http}/hello`, enableChunked: true };
  const task = request(options);
  for await (const chunk of task) assert.ok(chunk.data.byteLength > 0);
  assert.throws(() => task[Symbol.asyncIterator](), /only once/);
  const late = request(options);
  await late;
  assert.throws(() => late[Symbol.asyncIterator](), /after the end/);
});

test('B-7: what the callback of abort throws is reported, and the task is aborted all the same', async () => {
  const reported = new Promise((resolve) => (globalThis.reportError = resolve));
  const task = taroWith((chain) => chain.proceed()).request(`${server.http}/hello`);
  const thrown = new Error('from the callback');
  try {
    const same = task.abort(() => {
      throw thrown;
    });
    assert.equal(same, task);
    await assert.rejects(task, isAbort);
    assert.equal(await reported, thrown);
  } finally {
    delete globalThis.reportError;
  }
});

test('H-11: after its end a task holds neither listeners nor callbacks nor options', async () => {
  const { request } = taroWith((chain) => chain.proceed());
  const refs = [];
  const remember = (value) => (refs.push(new WeakRef(value)), value);
  const tasks = await Promise.all(
    [`${server.http}/hello`, 'no url'].map(async (url) => {
      const callbacks = { success: remember(() => {}), fail: remember(() => {}), complete: remember(() => {}) };
      const task = request(remember({ url, data: remember({}), ...callbacks }));
      task.onHeadersReceived(remember(() => {}));
      task.onChunkReceived(remember(() => {}));
      await task.catch(() => {});
      return [task];
    }),
  );
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  for (let i = 0; i < 10 && refs.some((ref) => ref.deref()); i++) {
    await settled();
    gc();
  }
  assert.deepEqual(
    refs.map((ref) => ref.deref()),
    refs.map(() => undefined),
  );
  assert.equal(tasks.length, 2);
});
