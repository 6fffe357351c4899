// What stays true of request() with interceptors before it: callbacks and promise, bad options, the objects of the caller,
// rejections that nobody handles.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { deferred, interceptors, isAbort, newTag, settled } from './support.mjs';
import { requester, server, taroWith } from './world.mjs';

const passThrough = interceptors['pass-through'];

/** Options whose callbacks note their names and values in `told`. */
function telling(told, options) {
  const tell = (name) => (value) => void told.push([name, value]);
  return { ...options, success: tell('success'), fail: tell('fail'), complete: tell('complete') };
}

test('A-6 A-7 A-8: success, complete, promise, in this order, with the same object, when interceptors are through', async () => {
  const told = [];
  const slow = async (chain) => {
    const result = await chain.proceed(chain.requestParams);
    told.push(['interceptor', result]);
    return result;
  };
  const task = taroWith(slow, passThrough).request(telling(told, { url: `${server.http}/hello` }));
  assert.deepEqual(told, []);
  await task.then((result) => told.push(['then', result]));
  assert.deepEqual(
    told.map(([name]) => name),
    ['interceptor', 'success', 'complete', 'then'],
  );
  assert.ok(told.every(([, value]) => value === told[0][1]));
});

test('A-6 A-13: fail, complete, rejection with the same object', async () => {
  const told = [];
  const task = taroWith(interceptors.async).request(
    telling(told, { url: `http://127.0.0.1:${server.ports.refused}/` }),
  );
  const error = await task.catch((reason) => reason);
  assert.equal(error.reason, 'connect');
  assert.deepEqual(told, [
    ['fail', error],
    ['complete', error],
  ]);
});

test('A-12: as in Taro, success gets the answer and the promise what interceptors make of it', async () => {
  const told = [];
  const unwrap = (chain) => chain.proceed(chain.requestParams).then(({ data }) => data);
  const data = await taroWith(unwrap).request(telling(told, { url: `${server.http}/hello` }));
  assert.equal(data, 'Hello, world!\n');
  assert.deepEqual([told[0][0], told[0][1].statusCode, told[0][1].data], ['success', 200, data]);
});

test('A-6 A-12: an answer that an interceptor refuses is a fail, a failure that it mends a success', async () => {
  const refused = [];
  const refusing = (chain) => chain.proceed(chain.requestParams).then(() => Promise.reject({ errMsg: 'no' }));
  await assert.rejects(taroWith(refusing).request(telling(refused, { url: `${server.http}/hello` })), { errMsg: 'no' });
  assert.deepEqual(refused, [
    ['fail', { errMsg: 'no' }],
    ['complete', { errMsg: 'no' }],
  ]);

  const mended = [];
  const mending = (chain) => chain.proceed(chain.requestParams).catch(() => 'mended');
  const url = `http://127.0.0.1:${server.ports.refused}/`;
  assert.equal(await taroWith(mending).request(telling(mended, { url })), 'mended');
  assert.deepEqual(mended, [
    ['success', 'mended'],
    ['complete', 'mended'],
  ]);
});

test('A-6 A-12: callbacks that an interceptor wraps or calls itself still run once', async () => {
  const told = [];
  const wrapping = (chain) => {
    const params = chain.requestParams;
    const { success } = params;
    return chain.proceed({ ...params, success: (result) => success({ ...result, wrapped: true }) });
  };
  const calling = async (chain) => {
    const result = await chain.proceed(chain.requestParams);
    chain.requestParams.success(result);
    return result;
  };
  await taroWith(calling, wrapping).request(telling(told, { url: `${server.http}/hello` }));
  assert.deepEqual(
    told.map(([name]) => name),
    ['success', 'complete'],
  );
});

test('D-8 A-12: a throw in success is reported and changes nothing else', async () => {
  const reported = deferred();
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', reported.resolve);
  const told = [];
  const options = telling(told, { url: `${server.http}/hello` });
  options.success = () => {
    throw new Error('in success');
  };
  const result = await taroWith(passThrough).request(options);
  assert.deepEqual(told, [['complete', result]]);
  assert.equal((await reported.promise).message, 'in success');
  for (const listener of listeners) process.on('uncaughtException', listener);
});

test('A-12 A-6: an interceptor that throws makes the task fail, later and not inside request()', async () => {
  const told = [];
  const oops = new Error('oops');
  const throwing = () => {
    throw oops;
  };
  const task = taroWith(throwing).request(telling(told, { url: `${server.http}/hello` }));
  assert.deepEqual(told, []);
  await assert.rejects(task, oops);
  assert.deepEqual(told, [
    ['fail', oops],
    ['complete', oops],
  ]);
});

test('A-4: what interceptors write into params and header stays out of the objects of the caller', async () => {
  const header = { a: '1' };
  const options = { url: `${server.http}/echo`, header, success() {} };
  const copy = { ...options };
  const writing = (chain) => {
    const params = chain.requestParams;
    params.timeout = 5000;
    params.header.token = 'secret';
    return chain.proceed(params);
  };
  const { data } = await taroWith(writing).request(options);
  assert.match(data, /token: secret/);
  assert.deepEqual(options, copy);
  assert.deepEqual(header, { a: '1' });
});

test('A-4 I-4: any header that the request takes reaches it through interceptors, and can be written to there', async () => {
  const writing = (chain) => {
    (chain.requestParams.header ?? chain.requestParams.headers).token = 'secret';
    return chain.proceed();
  };
  const { request } = taroWith(writing);
  for (const header of [{ a: '1' }, new Map([['a', '1']]), new Headers({ a: '1' })]) {
    for (const name of ['header', 'headers']) {
      const { data } = await request({ url: `${server.http}/echo`, [name]: header });
      assert.match(data, /^a: 1\r$/m);
      assert.match(data, /^token: secret\r$/m);
    }
    assert.equal(header.token, undefined);
  }
});

test('A-12: options that inherit, as those of a class do, are read whole', async () => {
  class Options {
    get url() {
      return `${server.http}/echo`;
    }
  }
  const { request } = taroWith((chain) => chain.proceed({ ...chain.requestParams, method: 'POST' }));
  for (const options of [new Options(), Object.create(Object.freeze({ url: `${server.http}/echo` }))])
    assert.match((await request(options)).data, /^POST \/echo/);
});

test('A-3 A-5: a bare url, and options that are none', async () => {
  const { request } = taroWith(passThrough);
  assert.equal((await request(`${server.http}/hello`)).statusCode, 200);
  for (const options of [undefined, null, 7, {}, { url: 7 }]) {
    await assert.rejects(request(options), (error) => /^request:fail parameter error/.test(error.errMsg));
  }
  const hostile = {
    get url() {
      throw new Error('from a getter');
    },
  };
  await assert.rejects(request(hostile), { reason: 'parameter error' });
  await assert.rejects(taroWith((chain) => chain.proceed(7)).request(`${server.http}/hello`), {
    reason: 'parameter error',
  });
});

test('A-12: interceptors run in the order they were added; requests under way keep theirs; clean removes all', async () => {
  const order = [];
  const noting = (name) => async (chain) => {
    order.push(name);
    const result = await chain.proceed(chain.requestParams);
    order.push(`${name} end`);
    return result;
  };
  const taro = taroWith(noting('a'), noting('b'));
  const task = taro.request(`${server.http}/hello`);
  taro.cleanInterceptors();
  await task;
  assert.deepEqual(order, ['a', 'b', 'b end', 'a end']);
  await taro.request(`${server.http}/hello`);
  assert.equal(order.length, 4);
  assert.throws(() => taro.addInterceptor('no'), TypeError);
});

test('A-11: tasks that fail and that nobody awaits raise nothing, whatever the interceptors; a derived chain does', async () => {
  const unhandled = [];
  const note = (reason) => unhandled.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  const url = `http://127.0.0.1:${server.ports.refused}/`;
  const ignoring = (chain) => (chain.proceed(chain.requestParams), Promise.resolve('did not wait'));
  for (const list of [...Object.values(interceptors).map((one) => [one]), Object.values(interceptors), [ignoring]]) {
    const ended = deferred();
    taroWith(...list).request({ url, complete: ended.resolve });
    await ended.promise;
    taroWith(...list)
      .request(`${server.http}/hello/${newTag()}`)
      .abort();
    await settled();
  }
  // The one that `ignoring` left behind fails while this one runs.
  await requester.request(`${server.http}/hello`);
  await settled();
  assert.deepEqual(unhandled, []);

  const ended = deferred();
  taroWith(passThrough)
    .request({ url, complete: ended.resolve })
    .then(() => {});
  await ended.promise;
  await settled();
  assert.deepEqual(
    unhandled.map(({ reason }) => reason),
    ['connect'],
  );
  process.off('unhandledRejection', note);
  for (const listener of others) process.on('unhandledRejection', listener);
});

test('B-8 A-12: options.signal reaches the request through interceptors', async () => {
  const tag = newTag();
  const controller = new AbortController();
  const task = taroWith(interceptors.async).request({ url: server.script(['stall'], tag), signal: controller.signal });
  await server.wait({ event: 'stall', path: `/script/${tag}` });
  controller.abort();
  await assert.rejects(task, isAbort);
});

test('B-8 H-11: options.signal aborts while an interceptor has yet to make a request, and nothing is left on it', async () => {
  const never = () => new Promise(() => {});
  const uncaught = [];
  const note = (error) => uncaught.push(error);
  process.on('uncaughtException', note);
  const controller = new AbortController();
  const early = taroWith(never).request({ url: server.http, signal: controller.signal });
  controller.abort();
  await assert.rejects(early, isAbort);
  await assert.rejects(taroWith(never).request({ url: server.http, signal: controller.signal }), isAbort);

  const { signal } = new AbortController();
  await taroWith(passThrough).request({ url: `${server.http}/hello`, signal });
  await settled();
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  process.off('uncaughtException', note);
  // Node reports the failure of a promise that a listener of a signal returns.
  assert.deepEqual(uncaught, []);
});
