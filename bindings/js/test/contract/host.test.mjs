// What is asked of a host and when: opening, closing, refusals; and what is left when all is over. On the scripted host.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRequest } from '../../dist/esm/index.js';
import { chunk, complete, DONE, headers, ScriptedHost, settle, started } from './scripted-host.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const refusal = (code, step) => Object.assign(new Error('a sentence'), { code, step });

test('A-6: what start throws becomes a failure; the next request is not harmed', async () => {
  const cases = [
    [refusal(-1, 'request'), 'invalid url', 600009],
    [refusal(-1, 'field'), 'parameter error', 600005],
    [refusal(-6, 'start'), 'busy', 600007],
    [refusal(-7, 'create'), 'system', 600006],
    [new TypeError('odd'), 'system', 600006],
  ];
  for (const [thrown, reason, errno] of cases) {
    const host = new ScriptedHost();
    host.startThrows = thrown;
    const run = await started({}, { host });
    assert.deepEqual(run.names, [`request:fail ${reason}: ${thrown.message}`, 'complete', 'rejected']);
    const error = await run.task.catch((error) => error);
    assert.equal(error.errno, errno);
    host.startThrows = null;
    const next = run.request('http://a/');
    await settle();
    const [, id] = host.calls.find(([name]) => name === 'start');
    host.batch(headers(id), complete(id));
    assert.equal((await next).statusCode, 200);
  }
});

test('A-6: what open throws becomes a failure, and it is tried again for the next request', async () => {
  const host = new ScriptedHost();
  host.openThrows = refusal(-8, 'client');
  const run = await started({}, { host });
  assert.deepEqual(run.names, ['request:fail system: a sentence', 'complete', 'rejected']);
  host.openThrows = null;
  run.request('http://a/');
  await settle();
  assert.deepEqual(host.names(), ['open', 'open', 'start']);
});

test('nothing is opened before the first start, and configure() alone opens nothing', async () => {
  const host = new ScriptedHost();
  const { request, configure, close } = createRequest(host);
  configure({ timeout: 5 });
  configure({ timeout: 6 });
  request({ url: 5 });
  request('http://a/').abort();
  await settle();
  assert.deepEqual(host.calls, []);
  request('http://a/');
  await settle();
  assert.deepEqual(host.names(), ['open', 'start']);
  assert.deepEqual(host.calls[0][1], [10, 6]);
  close();
});

test('the client that configure() replaces is closed once its last task has ended', async () => {
  const { host, names, id, request, configure } = await started();
  const client = host.calls.find(([name]) => name === 'start')[2];
  request('http://b/');
  configure({ timeout: 5 });
  await settle();
  const second = host.calls.filter(([name]) => name === 'start')[1];
  assert.equal(second[2], client, 'a request made before configure() uses the old client');
  assert.deepEqual(host.names('close'), []);
  host.batch(headers(id), complete(id));
  await settle();
  assert.deepEqual(host.names('close'), []);
  host.batch(headers(second[1]), complete(second[1]));
  assert.deepEqual(host.calls.at(-1), ['close', client]);
  await settle();
  assert.deepEqual(names, ['headers', ...DONE]);
  request('http://c/');
  await settle();
  assert.deepEqual(host.names().slice(-2), ['open', 'start']);
});

test('A-6 H-13: close() inside a listener: nothing more is told, of any task, and the promises stay pending', async () => {
  const signal = new AbortController().signal;
  let left = 0;
  signal.removeEventListener = () => left++;
  const { host, task, names, id, request, close } = await started({ signal });
  const told = [];
  const note = () => told.push('told');
  const waiting = request({ url: 'http://b/', fail: note, success: note, complete: note });
  waiting.then(note, note);
  task.onChunkReceived(() => {
    const planned = request({ url: 'http://c/', fail: note, complete: note });
    planned.then(note, note);
    close();
  });
  host.batch(headers(id), chunk(id, 'a'), chunk(id, 'b'), complete(id));
  await settle();
  assert.deepEqual(names, ['headers', 'a']);
  assert.deepEqual(told, []);
  assert.equal(left, 1);
  assert.deepEqual(host.names('close'), ['close']);
  task.abort();
  task.pause();
  task.resume();
  assert.throws(() => task[Symbol.asyncIterator](), Error);
  await settle();
  assert.deepEqual(host.names('abort', 'pause', 'resume'), []);

  request('http://d/');
  await settle();
  assert.deepEqual(host.names().slice(-2), ['open', 'start'], 'later requests open anew');
  close();
  close();
  assert.deepEqual(host.names('close'), ['close', 'close']);
});

test('H-11: after the end a task holds neither listeners nor options nor chunks', async () => {
  const host = new ScriptedHost();
  const { request } = createRequest(host);
  const refs = [];
  const remember = (value) => (refs.push(new WeakRef(value)), value);
  const tasks = [];
  await (async () => {
    for (const end of [complete, (id) => complete(id, -107)]) {
      const options = remember({
        url: 'http://a/',
        method: 'POST',
        enableChunked: true,
        data: remember(new ArrayBuffer(8)),
        success: remember(() => {}),
        fail: remember(() => {}),
        complete: remember(() => {}),
      });
      const task = request(options);
      task.onHeadersReceived(remember(() => {}));
      await settle();
      const [, id] = host.calls.findLast(([name]) => name === 'start');
      const [kind, , data] = chunk(id, 'kept');
      host.batch(headers(id), [kind, id, remember(data)]);
      task.onChunkReceived(remember(() => {}));
      await settle();
      host.batch(end(id));
      await task.catch(() => {});
      tasks.push(task);
    }
    host.calls.length = 0;
  })();
  await settle();
  gc();
  assert.equal(refs.length, 16);
  assert.deepEqual(
    refs.map((ref) => ref.deref()),
    refs.map(() => undefined),
  );
  assert.equal(tasks.length, 2);
});

test('H-11: 20,000 requests that end in all ways leave nothing in the heap', async () => {
  const host = new ScriptedHost();
  const { request } = createRequest(host);
  const controller = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const round = async (count) => {
    const tasks = Array.from({ length: count }, (_, i) => {
      const task = request({ url: i % 10 === 9 ? 5 : 'http://a/', enableChunked: i % 2 === 0, signal: controller });
      task.onChunkReceived(() => {});
      if (i % 10 === 8) task.abort();
      return task;
    });
    await settle();
    const ids = host.calls.filter(([name]) => name === 'start').map(([, id]) => id);
    for (const [i, id] of ids.entries()) host.batch(headers(id), chunk(id, 'a'), complete(id, i % 3 === 0 ? -107 : 0));
    await Promise.allSettled(tasks);
    host.calls.length = 0;
  };
  const used = async () => {
    await settle();
    gc();
    return process.memoryUsage().heapUsed;
  };
  for (let i = 0; i < 5; i++) await round(1000);
  const before = await used();
  for (let i = 0; i < 20; i++) await round(1000);
  const grown = (await used()) - before;
  assert.ok(grown < 1_000_000, `${grown} bytes`);
});
