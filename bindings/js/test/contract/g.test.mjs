// Lines G of the contract as far as the task makes the answer; the decoding itself is proved with its own modules.
import { test } from 'node:test';
import { assert, pattern, record, request, server } from './setup.mjs';

test('G-1 A-7: success has its fields; profile unless enableProfile is false', async () => {
  const run = record(`${server.http}/hello`);
  await run.settled;
  const { profile, ...result } = run.get('success');
  assert.deepEqual(Object.keys(result), ['data', 'statusCode', 'header', 'cookies', 'errMsg']);
  assert.equal(result.errMsg, 'request:ok');
  assert.equal(result.data, 'Hello, world!\n');
  assert.equal(typeof profile.responseEnd, 'number');
  assert.equal(run.get('resolved'), run.get('success'));
  assert.ok(!('profile' in (await request({ url: `${server.http}/hello`, enableProfile: false }))));
});

test('G-2: 304, 404 and 500 are success', async () => {
  for (const status of [304, 404, 500]) {
    assert.equal((await request(`${server.http}/status/${status}`)).statusCode, status);
  }
});

test('G-3 G-4 G-5: data is parsed as dataType and responseType say', async () => {
  const url = server.script(['ok {"a":[1]}']);
  assert.deepEqual((await request(url)).data, { a: [1] });
  assert.equal((await request({ url, dataType: 'text' })).data, '{"a":[1]}');
  const { data } = await request({ url, responseType: 'arraybuffer' });
  assert.ok(data instanceof ArrayBuffer && data.byteLength === 9);
  assert.equal((await request(server.script(['ok null']))).data, null);
  assert.equal((await request(server.script(['ok {not json']))).data, '{not json');
  assert.equal(
    (await request({ url: server.script(['status 200 OK', 'length 9', 'head-end']), method: 'HEAD' })).data,
    '',
  );
  const empty = (await request({ url: `${server.http}/status/204`, responseType: 'arraybuffer' })).data;
  assert.ok(empty instanceof ArrayBuffer && empty.byteLength === 0);
});

test('G-9: a body of 100 MB arrives intact, whole and in chunks', async () => {
  const size = 100_000_000;
  const expected = pattern(size);
  const url = `${server.http}/bytes/${size}`;
  const { data } = await request({ url, responseType: 'arraybuffer' });
  assert.ok(Buffer.from(data).equals(expected));
  let at = 0;
  for await (const chunk of request({ url, enableChunked: true })) {
    assert.ok(Buffer.from(chunk.data).equals(expected.subarray(at, at + chunk.data.byteLength)));
    at += chunk.data.byteLength;
  }
  assert.equal(at, size);
});
