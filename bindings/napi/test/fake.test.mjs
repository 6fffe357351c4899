// OpenHarmony's flavour of the glue meets what OpenHarmony does differently (fake-ohos). Runs in the modes "fake" and
// "fake-asan" alone.
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { Client, fake, Flag, joined, Kind, native, pattern } from './host.mjs';

describe('OpenHarmony', { skip: !fake && 'needs the fake' }, () => {
  let server;
  let client;
  let before;
  const since = (name) => fake.counters()[name] - before[name];
  const body = (size) => client.completion(client.start(server.http + `/bytes/${size}`));

  beforeEach(async () => {
    server ??= await startServer();
    client ??= new Client();
    before = fake.counters();
  });
  after(async () => {
    client?.close();
    await server?.stop();
  });

  test('the fake differs from Node in each way it claims', () => {
    const { latin1, typeError, ...statuses } = fake.quirks();
    assert.deepEqual(statuses, {
      emptyExternal: 1,
      noData: 1,
      noFinalizer: 1,
      element: 2,
      fatal: 1,
      throw: 1,
      secondHook: 0,
    });
    assert.equal(latin1, '\u00e9');
    assert.equal(typeError.constructor, Error);
    assert.deepEqual(
      [
        'externalRefused',
        'latin1',
        'typeErrorsMade',
        'objectExpected',
        'exceptionsRefused',
        'throwsRefused',
        'hooksIgnored',
      ].map(since),
      [3, 1, 1, 1, 1, 1, 1],
    );
  });

  test('an empty body is not asked for as an external buffer', async () => {
    assert.equal((await body(0)).answer.body.byteLength, 0);
    assert.equal(since('externalRefused'), 0);
  });

  test('large bytes are external, small ones copied', async () => {
    assert.ok(Buffer.from((await body(2000000)).answer.body).equals(pattern(2000000)));
    assert.equal(since('externalMade'), 1);
    assert.ok(Buffer.from((await body(1000)).answer.body).equals(pattern(1000)));
    assert.equal(since('externalMade'), 1);
  });

  test('status 22 is no statement about external buffers: copied now, tried again next time', async () => {
    fake.set('refuseExternal', true);
    assert.ok(Buffer.from((await body(2000000)).answer.body).equals(pattern(2000000)));
    assert.equal(since('external22'), 1);
    assert.equal(since('externalMade'), 0);
    fake.set('refuseExternal', false);
    assert.ok(Buffer.from((await body(2000000)).answer.body).equals(pattern(2000000)));
    assert.equal(since('externalMade'), 1);
  });

  test('"ok" without memory for a body: the request fails for want of memory', async () => {
    fake.set('starve', true);
    const { status, message, answer } = await body(1000);
    fake.set('starve', false);
    assert.equal(status, -8);
    assert.match(message, /\w+ \w+/);
    assert.equal(answer.body, null);
    assert.equal(since('starved'), 1);
    assert.equal((await body(1000)).status, 0);
  });

  test('"ok" without memory for a chunk: the request fails for want of memory, not as an abort', async () => {
    const task = client.start(
      server.script([
        'status 200 OK',
        'chunked',
        'head-end',
        'bytes 100',
        'gate more',
        'bytes 100',
        'gate rest',
        'bytes 100',
        'end',
      ]),
      { flags: Flag.Chunks },
    );
    await client.until(() => client.of(task, Kind.Chunk).length === 1);
    fake.set('starve', true);
    await server.control('/_open/more');
    assert.equal((await client.completion(task)).status, -8);
    fake.set('starve', false);
    assert.ok(joined(client.of(task, Kind.Chunk)).equals(pattern(100)));
    const aborted = client.start(server.script(['stall']));
    native.abort(aborted);
    assert.equal((await client.completion(aborted)).status, -100);
  });

  test('Latin-1 text goes by UTF-16, with a NUL behind it', async () => {
    const steps = (value) => ['status 200 OK', 'field x: ' + value, 'length 0', 'head-end'];
    for (const value of ['', 'a', '\\xE9', '\\xC3\\xA9', 'long '.repeat(20) + '\\xFF']) {
      const task = client.start(server.script(steps(value)));
      const want = value.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).trim();
      assert.equal((await client.end(task))[0][3], `x\n${want}\ncontent-length\n0`);
    }
    assert.equal(since('latin1'), 0);
    assert.equal(since('utf16'), 5);
    assert.equal(since('utf16Unterminated'), 0);
  });

  test('wrong arguments are TypeErrors, though the engine makes plain ones of napi_create_type_error', () => {
    for (const value of [null, undefined, 5, 'text', {}, new Proxy([], {})])
      assert.throws(() => native.start(client.id, 'GET', server.http, value, null, value, 0), TypeError);
    assert.equal(since('typeErrorsMade'), 0);
    assert.equal(since('objectExpected'), 0);
    assert.equal(since('throwsRefused'), 0);
  });

  test('a text whose length is told and which cannot be read then: a TypeError, and nothing is freed twice', () => {
    const start = () => native.start(client.id, 'GET', server.http, ['a', 'b'], 'text', [], 0);
    fake.set('refuseText', true);
    try {
      assert.throws(start, { name: 'TypeError', message: /method cannot be read/ });
    } finally {
      fake.set('refuseText', false);
    }
    assert.equal(since('textsRefused'), 1);
    native.abort(start());
  });

  test('one cleanup hook and one threadsafe function for each environment, whatever it does', async () => {
    const others = Array.from({ length: 5 }, () => new Client());
    for (const other of others) await other.end(other.start(server.http + '/hello'));
    for (const other of others) other.close();
    assert.deepEqual(
      ['hooks', 'functionsMade', 'functionsLeft', 'lateCalls', 'hooksIgnored'].map(since),
      [0, 0, 0, 0, 0],
    );
    assert.ok(since('calls') > 0);
  });

  test('napi_generic_failure of a call does no harm, and the next ring is heard', async () => {
    const lost = client.start(server.script(['stall'], 'lost'));
    await server.wait({ event: 'request', path: '/script/lost' });
    fake.set('refuseCalls', true);
    native.abort(lost);
    await server.wait({ event: 'peer-closed', path: '/script/lost' });
    fake.set('refuseCalls', false);
    assert.ok(since('callsRefused') > 0);
    assert.equal(client.of(lost).length, 0);
    const task = client.start(server.http + '/hello');
    assert.equal((await client.completion(task)).status, 0);
    assert.equal((await client.completion(lost)).status, -100);
  });
});
