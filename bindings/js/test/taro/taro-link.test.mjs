// Our request beneath the chain of @tarojs/api, as in an app that replaces only the request and keeps Taro's addInterceptor:
// which methods are left after each kind of interceptor. The table stands in docs/taro.md too, and is compared with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createTaro } from 'reqtask-js/taro';
import { deferred, interceptors, isAbort, METHODS, methodsOf, newTag, streamed, TaroLink, text } from './support.mjs';
import { requester, server } from './world.mjs';

function linkWith(interceptor, request = requester.request) {
  const link = new TaroLink((chain) => request(chain.requestParams));
  if (interceptor) link.addInterceptor(interceptor);
  return link;
}

const left = {
  none: METHODS,
  'pass-through': METHODS,
  'then(f)': METHODS,
  'then(f).catch(g)': METHODS,
  "Taro's logInterceptor": METHODS,
  "Taro's timeoutInterceptor": ['abort'],
  async: [],
  'async, awaits the answer': [],
  'async, awaits before it proceeds': [],
  'new Promise': [],
};

test('the document has the table of what is left', () => {
  const rows = readFileSync(new URL('../../docs/taro.md', import.meta.url), 'utf8')
    .replace(/ +/g, ' ')
    .split('\n');
  for (const [name, methods] of Object.entries(left)) {
    const told =
      methods.length === METHODS.length ? 'all' : methods.map((method) => `\`${method}\``).join(', ') || 'none';
    assert.ok(rows.includes(`| ${name} | ${told} | all |`), name);
  }
});

for (const [name, methods] of Object.entries(left)) {
  const interceptor = interceptors[name];

  test(`A-2 A-12: beneath Taro's Link, ${name}: ${methods.length} methods are left`, async () => {
    const task = linkWith(interceptor).request({ url: `${server.http}/hello` });
    assert.deepEqual(methodsOf(task), methods);
    assert.equal((await task).statusCode, 200);
  });

  if (methods === METHODS) {
    test(`A-12 B-5: beneath Taro's Link, ${name}: they act on the request`, async () => {
      const tag = newTag();
      const task = linkWith(interceptor).request({ url: server.script(streamed(tag), tag), enableChunked: true });
      const head = deferred();
      const chunk = deferred();
      task.onHeadersReceived(head.resolve);
      task.onChunkReceived(chunk.resolve);
      assert.equal((await head.promise).statusCode, 200);
      assert.equal(text((await chunk.promise).data), 'one');
      task.abort();
      await assert.rejects(task, isAbort);
      await server.wait({ event: 'gone', path: `/script/${tag}` });
    });
  }

  if (methods.includes('abort')) {
    test(`A-12 B-2: beneath Taro's Link, ${name}: abort in the same tick sends nothing`, async () => {
      const tag = newTag();
      const task = linkWith(interceptor).request({ url: `${server.http}/hello/${tag}` });
      task.abort();
      await assert.rejects(task, isAbort);
      await requester.request(`${server.http}/hello`);
      assert.deepEqual(await server.log({ path: `/hello/${tag}` }), []);
    });
  }
}

test("A-12: our chain beneath Taro's Link: interceptors given to ours lose nothing", async () => {
  const taro = createTaro(requester);
  Object.values(interceptors).forEach(taro.addInterceptor);
  const task = linkWith(null, taro.request).request({ url: `${server.http}/hello` });
  assert.deepEqual(methodsOf(task), METHODS);
  assert.equal((await task).statusCode, 200);
});
