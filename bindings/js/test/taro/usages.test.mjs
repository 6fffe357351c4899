// I-1: the three usages that Taro's documentation shows for RequestTask, with Taro.request replaced by ours, with no
// interceptor and with some; and B-2: the abort in the same tick.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTaro } from 'reqtask-js/taro';
import { interceptors, isAbort, newTag } from './support.mjs';
import { requester, server } from './world.mjs';

for (const [name, stack] of [
  ['no interceptor', []],
  ['interceptors', Object.values(interceptors)],
]) {
  const Taro = () => {
    const taro = createTaro(requester);
    stack.forEach(taro.addInterceptor);
    return taro;
  };

  async function nothingWasSent(tag) {
    await requester.request(`${server.http}/hello`);
    assert.deepEqual(await server.log({ path: `/echo/${tag}` }), []);
  }

  test(`I-1 B-2: callbacks, ${name}`, async () => {
    const tag = newTag();
    const { request } = Taro();
    const requestTask = request({
      url: `${server.http}/echo/${tag}`,
      data: {
        x: '',
        y: '',
      },
      header: {
        'content-type': 'application/json',
      },
      success: function () {
        assert.fail('success after abort');
      },
    });
    requestTask.abort();
    await assert.rejects(requestTask, isAbort);
    await nothingWasSent(tag);
  });

  test(`I-1 B-2: promise, ${name}`, async () => {
    const tag = newTag();
    const { request } = Taro();
    const requestTask = request({
      url: `${server.http}/echo/${tag}`,
      data: {
        x: '',
        y: '',
      },
      header: {
        'content-type': 'application/json',
      },
      success: function () {
        assert.fail('success after abort');
      },
    });
    const derived = requestTask.then(() => {
      assert.fail('then after abort');
    });
    requestTask.abort();
    await assert.rejects(derived, isAbort);
    await assert.rejects(requestTask, isAbort);
    await nothingWasSent(tag);
  });

  test(`I-1 B-3: async/await, ${name}`, async () => {
    const { request } = Taro();
    const params = {
      url: `${server.http}/echo`,
      data: { x: '', y: '' },
      header: { 'content-type': 'application/json' },
    };
    const requestTask = request(params);
    const res = await requestTask;
    requestTask.abort();
    assert.equal(res.statusCode, 200);
    assert.match(res.data, /^GET \/echo\?x=&y= HTTP\/1\.1/);
    assert.equal(await requestTask, res);
  });
}
