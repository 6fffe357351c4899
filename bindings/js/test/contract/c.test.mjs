// Lines C of the contract: the headers event.
import { test } from 'node:test';
import { assert, CHUNKED, headersOf, newTag, record, request, server, turn } from './setup.mjs';

test('C-1 C-4: once, before any chunk and before success, with header, statusCode and cookies', async () => {
  const answer = [
    'status 207 Multi',
    'field content-type: text/plain',
    'field set-cookie: a=1; Path=/',
    'field set-cookie: b=2',
    'chunked',
    'head-end',
    'body one',
    'body two',
    'end',
  ];
  const run = record({ url: server.script(answer), enableChunked: true });
  await run.settled;
  assert.equal(run.names[0], 'headers');
  assert.equal(run.all('headers').length, 1);
  const { header, statusCode, cookies, ...rest } = run.get('headers');
  assert.equal(statusCode, 207);
  assert.equal(header['content-type'], 'text/plain');
  assert.equal(header['set-cookie'], 'a=1; Path=/,b=2');
  assert.deepEqual(cookies, ['a=1; Path=/', 'b=2']);
  assert.deepEqual(rest, {});
});

test('C-2: only for the final answer, after redirects and interim answers', async () => {
  const redirected = record(`${server.http}/redirect/3`);
  await redirected.settled;
  assert.deepEqual(redirected.names, ['headers', 'success', 'complete', 'resolved']);
  assert.equal(redirected.get('headers').statusCode, 200);

  const interim = record(server.script(['continue', 'early-hints', 'ok late']));
  await interim.settled;
  assert.deepEqual(interim.names, ['headers', 'success', 'complete', 'resolved']);
  assert.equal(interim.get('headers').statusCode, 200);
});

test('C-4: the event also tells the URL after redirects, and whether there were any, where enumeration does not look', async () => {
  const straight = record(`${server.http}/hello`);
  const redirected = record(`${server.http}/redirect/3`);
  await Promise.all([straight.settled, redirected.settled]);
  const [one, two] = [straight.get('headers'), redirected.get('headers')];
  assert.deepEqual([one.url, one.redirected], [`${server.http}/hello`, false]);
  assert.deepEqual([two.url, two.redirected], [`${server.http}/hello`, true]);
  assert.deepEqual(Object.keys(two), ['header', 'statusCode', 'cookies']);
});

test("C-3: redirect 'manual' hands back the 3xx with its location, and succeeds", async () => {
  const run = record({ url: server.script(['redirect 302 /elsewhere']), redirect: 'manual' });
  await run.settled;
  assert.deepEqual(run.names, ['headers', 'success', 'complete', 'resolved']);
  assert.equal(run.get('headers').statusCode, 302);
  assert.equal(run.get('headers').header.location, '/elsewhere');
  assert.equal(run.get('success').statusCode, 302);
  assert.equal(run.get('success').data, '');
  const page = server.script([
    'status 302 Found',
    'field location: /x',
    'chunked',
    'head-end',
    'body for people',
    'end',
  ]);
  for (const enableChunked of [false, true]) {
    assert.equal((await request({ url: page, redirect: 'manual', enableChunked })).data, '');
  }
});

test('C-5: at once, however long the body stays silent', async () => {
  for (const enableChunked of [false, true]) {
    const tag = newTag();
    const task = request({ url: server.script([...CHUNKED, 'gate ' + tag, 'end'], tag), enableChunked });
    assert.equal((await headersOf(task)).statusCode, 200);
    await server.control(`/_open/${tag}`);
    await task;
  }
});

test('C-6: for HEAD, 204, 304 and empty bodies', async () => {
  const cases = [
    [{ url: server.script(['status 200 OK', 'length 5', 'head-end']), method: 'HEAD' }, 200],
    [{ url: `${server.http}/status/204` }, 204],
    [{ url: `${server.http}/status/304` }, 304],
    [{ url: server.script(['status 200 OK', 'length 0', 'head-end']) }, 200],
  ];
  for (const [options, status] of cases) {
    for (const enableChunked of [false, true]) {
      const run = record({ ...options, enableChunked });
      await run.settled;
      assert.deepEqual(run.names, ['headers', 'success', 'complete', 'resolved'], JSON.stringify(options));
      assert.equal(run.get('headers').statusCode, status);
      assert.equal(run.get('success').data, '');
    }
  }
});

test('C-7: a listener that comes after the headers is called once, asynchronously, before later events', async () => {
  const tag = newTag();
  const task = request({ url: server.script([...CHUNKED, 'gate ' + tag, 'body a', 'end'], tag), enableChunked: true });
  const event = await headersOf(task);
  await turn();
  const log = [];
  const listener = (late) => log.push(['headers', late]);
  const id = task.onHeadersReceived(listener);
  assert.equal(task.onHeadersReceived(listener), id);
  const removed = task.onHeadersReceived(() => log.push('removed'));
  task.offHeadersReceived(removed);
  assert.deepEqual(log, []);
  task.onChunkReceived(() => log.push('chunk'));
  await server.control(`/_open/${tag}`);
  await task;
  assert.deepEqual(log, [['headers', event], 'chunk']);
});

test('C-7: also one that is added inside a headers listener, before the end', async () => {
  const run = record(`${server.http}/hello`);
  const late = [];
  run.task.onHeadersReceived(() => run.task.onHeadersReceived(() => late.push(run.names.join())));
  await run.settled;
  assert.deepEqual(late, ['headers']);
});

test('C-8: a listener that comes after the end is never called', async () => {
  const task = request(`${server.http}/hello`);
  await task;
  let called = 0;
  assert.equal(
    task.onHeadersReceived(() => called++),
    0,
  );
  task.offHeadersReceived();
  await request(`${server.http}/hello`);
  assert.equal(called, 0);
});

test('C-9: nothing when the request fails before an answer', async () => {
  for (const url of [`http://127.0.0.1:${server.ports.refused}/`, server.script(['close']), 'http:']) {
    const run = record(url);
    await run.settled;
    assert.deepEqual(run.names, ['fail', 'complete', 'rejected']);
  }
});
