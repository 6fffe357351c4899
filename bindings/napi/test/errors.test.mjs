// What open and start refuse, and that no argument of any type does harm.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { Client, native, Option } from './host.mjs';

const server = await startServer();
after(() => server.stop());
const client = new Client();
after(() => client.close());
const url = server.http + '/hello';

function refused(call, code, step, sentence) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof Error);
    assert.deepEqual({ code: error.code, step: error.step }, { code, step });
    assert.match(error.message, sentence);
    return true;
  });
}

test('open: a wrong option throws with step "option" and names it', () => {
  const open =
    (...options) =>
    () =>
      native.open(options, () => {});
  refused(open(Option.WorkersMax, 5000), -1, 'option', /WORKERS_MAX .* not 5000/);
  refused(open(Option.WorkersMax, 'many'), -1, 'option', /WORKERS_MAX/);
  refused(open(Option.Proxy, 'ftp://x'), -1, 'option', /PROXY/);
  refused(open(Option.RootsPem, 'no pem'), -1, 'option', /ROOTS_PEM/);
  refused(open(9999, 1), -4, 'option', /9999/);
  refused(open(Option.AutoRelease, 1), -1, 'option', /AUTO_RELEASE/);
});

test('start: each step that refuses says which it was', () => {
  refused(() => client.start('not absolute'), -1, 'request', /not absolute/);
  refused(() => client.start(url, { method: 'CONNECT' }), -1, 'request', /CONNECT/);
  refused(() => client.start(url, { fields: ['a\nb', 'c'] }), -1, 'field', /a\\nb/);
  refused(() => client.start(url, { fields: ['ok', 'c', 'x-bad', 'a\r\nb'] }), -1, 'field', /x-bad/);
  refused(() => client.start(url, { options: [Option.TimeoutMs, 'x'] }), -1, 'option', /TIMEOUT_MS/);
  refused(() => client.start(url, { options: [Option.WorkersMax, 1] }), -1, 'option', /WORKERS_MAX/);
  refused(
    () => client.start(url, { method: 'POST', body: 'abc', fields: ['content-length', '2'] }),
    -1,
    'create',
    /content-length/,
  );
});

test('H-8: a full queue is refused at step "start", and what was refused leaves nothing behind', async () => {
  const small = new Client([Option.WorkersMax, 1, Option.QueueMax, 1]);
  const stall = server.script(['stall'], 'full');
  const tasks = [small.start(stall)];
  await server.wait({ event: 'request', path: '/script/full' });
  tasks.push(small.start(url));
  refused(() => small.start(url), -6, 'start', /\w/);
  for (const task of tasks) native.abort(task);
  for (const task of tasks) assert.equal((await small.completion(task)).status, -100);
  small.close();
});

test('start on a client that is closed or never was: code -7, step "create"', () => {
  const gone = new Client();
  gone.close();
  refused(() => gone.start(url), -7, 'create', /closed/);
  for (const id of [0, -1, 1.5, 4e9, NaN, Infinity])
    refused(() => native.start(id, 'GET', url, [], null, [], 0), -7, 'create', /closed/);
});

test('A-14: abort, pause, resume and close of what is not there do nothing', async () => {
  const task = client.start(url);
  await client.end(task);
  for (const id of [task, 0, -1, 0.5, 1e300, NaN, -Infinity, Number.MAX_SAFE_INTEGER]) {
    assert.equal(native.abort(id), false);
    assert.equal(native.pause(id), undefined);
    assert.equal(native.resume(id), undefined);
  }
  for (const id of [0, -5, 4294967296, NaN, 77777]) assert.equal(native.close(id), undefined);
});

const odd = [
  undefined,
  null,
  true,
  5,
  -1,
  1.5,
  NaN,
  2 ** 60,
  10n,
  'text',
  Symbol('s'),
  {},
  [],
  [1],
  [{}, {}],
  () => {},
  new Uint8Array(3),
  new DataView(new ArrayBuffer(3)),
  new SharedArrayBuffer(3),
  new Proxy([], {}),
  Object.create(null),
  new Date(),
];

test('wrong types: a TypeError that names the argument, for each argument of each function', () => {
  const good = {
    open: [[], () => {}],
    start: [client.id, 'GET', url, [], null, [], 0],
    close: [0],
    abort: [0],
    pause: [0],
    resume: [0],
  };
  const names = {
    open: ['options', 'deliver'],
    start: ['client', 'method', 'url', 'fields', 'body', 'options', 'flags'],
    close: ['client'],
    abort: ['task'],
    pause: ['task'],
    resume: ['task'],
  };
  let thrown = 0;
  for (const [name, args] of Object.entries(good))
    for (let at = 0; at < args.length; at++)
      for (const value of odd) {
        const call = args.with ? args.with(at, value) : Object.assign([...args], { [at]: value });
        try {
          const result = native[name](...call);
          if (name === 'start') native.abort(result);
          if (name === 'open') native.close(result);
        } catch (error) {
          thrown++;
          if (error.code !== undefined) continue; // Of the right type, and refused by the core.
          assert.equal(error.constructor, TypeError, String(error));
          assert.ok(error.message.startsWith(`reqtask: ${names[name][at]}`), error.message);
        }
      }
  assert.ok(thrown > 150, `${thrown} refusals`);
});

test('too few arguments: a TypeError', () => {
  for (const name of ['open', 'close', 'start', 'abort', 'pause', 'resume'])
    assert.throws(() => native[name](), TypeError);
  assert.throws(() => native.start(client.id, 'GET', url), TypeError);
});

test('arrays: odd lengths, holes, and getters that throw or close the client', () => {
  assert.throws(() => client.start(url, { fields: ['name'] }), {
    name: 'TypeError',
    message: /fields must hold a value for each name/,
  });
  assert.throws(() => client.start(url, { options: [1] }), {
    name: 'TypeError',
    message: /options must hold a value for each key/,
  });
  assert.throws(() => client.start(url, { fields: new Array(4) }), { name: 'TypeError', message: /fields\[0\]/ });
  assert.throws(() => client.start(url, { options: [Option.TimeoutMs, -1] }), {
    name: 'TypeError',
    message: /options\[1\] \(option 10\)/,
  });
  assert.throws(() => client.start(url, { options: [Option.TimeoutMs, 2 ** 60] }), {
    name: 'TypeError',
    message: /option 10/,
  });
  const throwing = Object.defineProperty(['a'], 1, {
    get: () => {
      throw new RangeError('mine');
    },
    enumerable: true,
  });
  assert.throws(() => client.start(url, { fields: throwing }), { name: 'RangeError', message: 'mine' });
  const other = new Client();
  const closing = Object.defineProperty(['a'], 1, { get: () => (other.close(), 'v'), enumerable: true });
  refused(() => other.start(url, { fields: closing }), -7, 'create', /closed/);
});

test('a detached ArrayBuffer is an empty body', async () => {
  const body = new ArrayBuffer(10);
  structuredClone(body, { transfer: [body] });
  const { answer } = await client.completion(client.start(server.http + '/echo', { method: 'POST', body }));
  assert.match(Buffer.from(answer.body).toString(), /content-length: 0\r\n/);
});
