// What the request tests of Taro itself expect (taro-rn: request.test.js; taro-h5: network/request.test.ts), in our own words
// and over a real server instead of a fetch that is made up. Where ours is meant to differ, the test says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTaro } from 'reqtask-js/taro';
import { TaroLink } from './support.mjs';
import { requester, server } from './world.mjs';

/** A request as the server got it. */
function parsed(text) {
  const [head, body] = text.split('\r\n\r\n');
  const [line, ...fields] = head.split('\r\n');
  const [method, target] = line.split(' ');
  return { method, target, body, header: Object.fromEntries(fields.map((field) => field.split(': '))) };
}

const requests = {
  ours: (options) => createTaro(requester).request(options),
  "ours beneath Taro's Link": (options) =>
    new TaroLink((chain) => requester.request(chain.requestParams)).request(
      typeof options === 'string' ? { url: options } : options,
    ),
};

for (const [name, request] of Object.entries(requests)) {
  const answering = (body, status = '200 OK') =>
    server.script([`status ${status}`, `length ${body.length}`, 'head-end', `body ${body}`]);

  function counting(options) {
    const calls = { success: 0, fail: 0, complete: 0 };
    const count = (kind) => () => void (calls[kind] += 1);
    return {
      calls,
      options: { ...options, success: count('success'), fail: count('fail'), complete: count('complete') },
    };
  }

  test(`G-3 React Native 1: a JSON answer arrives as an object, ${name}`, async () => {
    const url = answering('{"data":"calorie"}');
    assert.deepEqual((await request({ url, dataType: 'json' })).data, { data: 'calorie' });
    assert.deepEqual((await request({ url, responseType: 'text' })).data, { data: 'calorie' });
    const { calls, options } = counting({ url, dataType: 'json' });
    await request(options);
    assert.deepEqual(calls, { success: 1, fail: 0, complete: 1 });
  });

  test(`F-1 React Native 2: data of a GET becomes the query, ${name}`, async () => {
    const { data } = await request({ url: `${server.http}/echo`, dataType: 'json', data: { a: 1 } });
    assert.equal(parsed(data).target, '/echo?a=1');
  });

  test(`F-5 F-11 React Native 3: data of a POST becomes JSON, the method in lower case too, ${name}`, async () => {
    const { data } = await request({
      url: `${server.http}/echo`,
      method: 'post',
      dataType: 'json',
      header: { 'content-type': 'application/json' },
      data: { a: 1 },
    });
    const { method, body, header } = parsed(data);
    assert.deepEqual([method, body, header['content-type']], ['POST', '{"a":1}', 'application/json']);
  });

  test(`F-7 React Native 4: data of a POST becomes a form where the header says so, ${name}`, async () => {
    const { data } = await request({
      url: `${server.http}/echo`,
      method: 'POST',
      dataType: 'json',
      header: { 'content-type': 'application/x-www-form-urlencoded' },
      data: { a: 1 },
    });
    assert.equal(parsed(data).body, 'a=1');
  });

  test(`F-1 F-3 A-6 H5 1: query with an array, status, data, and success and complete once each, ${name}`, async () => {
    const { calls, options } = counting({ url: `${server.http}/echo`, data: { x: 123, y: 'abc', z: [1, 2, 3] } });
    const { statusCode, data } = await request(options);
    assert.deepEqual([statusCode, parsed(data).target], [200, '/echo?x=123&y=abc&z=%5B1%2C2%2C3%5D']);
    assert.deepEqual(calls, { success: 1, fail: 0, complete: 1 });
  });

  test(`A-3 H5 2: options may be the url, ${name}`, async () => {
    const { statusCode, data } = await request(answering('{"data":"12345"}'));
    assert.deepEqual([statusCode, data], [200, { data: '12345' }]);
  });

  test(`F-5 I-3 H5 3: POST with a header of one's own; browser options are accepted; 201 is a success, ${name}`, async (t) => {
    t.mock.method(console, 'warn', () => {}); // I-3
    const options = { method: 'POST', data: { arg: 123 }, header: { A: 'CCC' } };
    const browser = { mode: 'cors', cache: 'no-cache', credentials: 'include' };
    const { data } = await request({ ...options, ...browser, url: `${server.http}/echo` });
    const sent = parsed(data);
    assert.deepEqual([sent.method, sent.body], ['POST', '{"arg":123}']);
    assert.deepEqual([sent.header.a ?? sent.header.A, sent.header['content-type']], ['CCC', 'application/json']);
    assert.deepEqual(options.header, { A: 'CCC' }, 'taro-h5 writes Content-Type into it; we do not (A-4)');
    const created = await request({ ...options, url: answering('{"data":"12345"}', '201 Created') });
    assert.deepEqual([created.statusCode, created.data], [201, { data: '12345' }]);
  });

  test(`H-6 H5 4: a network error rejects with errMsg as its message, and fail and complete run once, ${name}`, async () => {
    const { calls, options } = counting({ url: `http://127.0.0.1:${server.ports.refused}/` });
    await assert.rejects(
      request(options),
      (error) => error.errMsg === error.message && /^request:fail /.test(error.errMsg),
    );
    assert.deepEqual(calls, { success: 0, fail: 1, complete: 1 });
  });

  test(`G-2 G-3 H5 5: status 400 is a success, and null is JSON, ${name}`, async () => {
    const { calls, options } = counting({ url: answering('null', '400 missing parameter') });
    const { statusCode, data } = await request(options);
    assert.deepEqual([statusCode, data], [400, null]);
    assert.deepEqual(calls, { success: 1, fail: 0, complete: 1 });
  });

  test(`H-2 H5 6: a timeout ends the request as a fail (with errMsg, not as the browser's AbortError), ${name}`, async () => {
    const { calls, options } = counting({ url: server.script(['stall']), timeout: 30 });
    await assert.rejects(request(options), { errMsg: 'request:fail timeout', errno: 5 });
    assert.deepEqual(calls, { success: 0, fail: 1, complete: 1 });
  });
}
