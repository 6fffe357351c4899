// fetch over the real core and server: what it sends, what it gives back, and when.
import { test } from 'node:test';
import { assert, fetch, newTag, rejection, Response, server } from './setup.mjs';

test('the promise is fulfilled with the headers, before the body', async () => {
  const tag = newTag();
  const response = await fetch(
    server.script(['status 201 Made', 'field x-a: 1', 'chunked', 'head-end', `gate ${tag}`, 'body text', 'end']),
  );
  assert.ok(response instanceof Response);
  assert.deepEqual(
    [response.status, response.ok, response.type, response.redirected, response.statusText, response.bodyUsed],
    [201, true, 'basic', false, '', false],
  );
  assert.equal(response.headers.get('x-a'), '1');
  await server.control(`/_open/${tag}`);
  assert.equal(await response.text(), 'text');
  assert.equal(response.bodyUsed, true);
});

test('any status is an answer; ok is for 200 to 299', async () => {
  for (const status of [200, 299, 300, 404, 500]) {
    const response = await fetch(server.script([`status ${status} X`, 'length 2', 'head-end', 'raw hi']));
    assert.deepEqual([response.status, response.ok], [status, status < 300]);
    assert.equal(await response.text(), 'hi');
  }
});

test('what goes wrong on the network is a TypeError, with the RequestError as its cause', async () => {
  const cases = [
    [`http://127.0.0.1:${server.ports.refused}/`, 'connect'],
    ['http://no-such-host.invalid/', 'dns'],
    [server.script(['close']), 'interrupted'],
    [server.script(['raw garbage\\r\\n\\r\\n', 'close']), 'protocol'],
    [`https://localhost:${server.ports.untrusted}/`, 'certificate'],
    [`${server.http}/redirect/21`, 'redirect'],
  ];
  for (const [url, reason] of cases) {
    const error = await rejection(fetch(url));
    assert.ok(error instanceof TypeError, String(error));
    assert.equal(error.cause.reason, reason);
    assert.match(error.message, new RegExp(`^fetch failed: ${reason}`));
  }
});
