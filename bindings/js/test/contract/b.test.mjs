// Lines B of the contract: abort, in every phase and from everywhere.
import { test } from 'node:test';
import {
  assert,
  CHUNKED,
  chunksOf,
  defer,
  headersOf,
  newRequester,
  newTag,
  record,
  rejection,
  request,
  server,
  turn,
} from './setup.mjs';

const ABORTED = ['fail', 'complete', 'rejected'];

function assertAborted(run, names = ABORTED) {
  assert.deepEqual(run.names, names);
  const error = run.get('fail');
  assert.equal(error.errMsg, 'request:fail abort');
  assert.equal(error.errno, 600004);
  assert.equal(error.reason, 'abort');
  assert.equal(run.get('complete'), error);
  assert.equal(run.get('rejected'), error);
}

const big = new ArrayBuffer(64 << 20);

// Each phase: what to ask for, and when it has got there.
const phases = {
  connecting: () => ({
    options: `http://127.0.0.1:${server.ports.blackhole}/`,
    reached: () => server.control(`/_connecting?port=${server.ports.blackhole}&n=1`),
  }),
  'in the TLS handshake': () => ({
    options: `https://127.0.0.1:${server.ports.silent}/`,
    reached: () => server.wait({ event: 'accepted', port: server.ports.silent }),
  }),
  sending: (tag) => ({
    options: { url: server.script(['no-read', 'stall'], tag), method: 'POST', data: big },
    reached: () => server.wait({ event: 'stall', path: `/script/${tag}` }),
  }),
  'waiting for headers': (tag) => ({
    options: server.script(['stall'], tag),
    reached: () => server.wait({ event: 'stall', path: `/script/${tag}` }),
  }),
  'reading the body': (tag) => ({
    options: server.script([...CHUNKED, 'body abc', 'stall'], tag),
    reached: (run) => headersOf(run.task),
    names: ['headers', ...ABORTED],
  }),
  'reading chunks': (tag) => ({
    options: { url: server.script([...CHUNKED, 'body abc', 'stall'], tag), enableChunked: true },
    reached: (run) => chunksOf(run.task, 3),
    names: ['headers', 'chunk', ...ABORTED],
  }),
};

for (const [phase, make] of Object.entries(phases)) {
  test(`B-1 B-6: abort while ${phase}`, async () => {
    const { options, reached, names } = make(newTag());
    const run = record(options);
    await reached(run);
    run.task.abort();
    assert.equal(run.get('fail'), undefined, 'the end is told later');
    await run.settled;
    assertAborted(run, names);
  });
}

test('B-1 H-9: abort while queued, at once and without a word to the server', async () => {
  const { request: send } = newRequester({ maxConcurrent: 1 });
  const [first, second, third] = [newTag(), newTag(), newTag()];
  const running = record(server.script(['gate ' + first, 'ok first'], first), { send });
  await server.wait({ event: 'gate', path: `/script/${first}` });
  const queued = record(server.script(['ok second'], second), { send });
  const next = record(server.script(['ok third'], third), { send });
  await turn();
  queued.task.abort();
  await queued.settled;
  assertAborted(queued);
  assert.deepEqual(running.names, [], 'the first one still runs');
  await server.control(`/_open/${first}`);
  await Promise.all([running.settled, next.settled]);
  assert.equal(next.get('success').data, 'third');
  assert.deepEqual(await server.log({ path: `/script/${second}` }), []);
});

test('B-2 F-10: abort in the same tick sends nothing', async () => {
  const tag = newTag();
  const run = record({ url: server.script(['ok no'], tag), method: 'POST' });
  run.task.abort();
  assert.deepEqual(run.names, []);
  await run.settled;
  assertAborted(run);
  await request(`${server.http}/hello`);
  assert.deepEqual(await server.log({ path: `/script/${tag}` }), []);
});

test('B-2: abort of a request whose options are bad is an abort, too', async () => {
  const run = record({ url: 5 });
  run.task.abort();
  await run.settled;
  assertAborted(run);
});

test('B-3: a second abort, and one after the end, do nothing', async () => {
  const run = record(server.script(['stall']));
  await turn();
  run.task.abort();
  run.task.abort();
  await run.settled;
  run.task.abort();
  await turn();
  assertAborted(run);

  const done = record(`${server.http}/hello`);
  await done.settled;
  const names = done.names;
  done.task.abort();
  await turn();
  assert.deepEqual(done.names, names);
});

test('B-4: after abort() no listener runs, though chunks and the end are there already', async () => {
  for (let round = 0; round < 30; round++) {
    const run = record({ url: `${server.http}/chunked/2000?size=20`, enableChunked: true });
    let after = 0;
    let aborted = false;
    run.task.onChunkReceived(() => {
      if (aborted) after++;
      run.task.abort();
      aborted = true;
    });
    run.task.onChunkReceived(() => aborted && after++);
    await run.settled;
    assert.equal(after, 0);
    assertAborted(run, ['headers', 'chunk', ...ABORTED]);
  }
});

test('B-5: the server sees the connection close', async () => {
  const tag = newTag();
  const task = request({ url: server.script([...CHUNKED, 'body a', 'stall'], tag), enableChunked: true });
  await chunksOf(task, 1);
  task.abort();
  await server.wait({ event: 'gone', path: `/script/${tag}` });
  await rejection(task);
});

test('B-7: abort(cb) calls cb first, even one that throws, and returns the task', async () => {
  const order = [];
  const task = request({ url: server.script(['stall']), fail: () => order.push('fail') });
  assert.equal(
    task.abort(() => order.push('cb')),
    task,
  );
  assert.deepEqual(order, ['cb']);
  await rejection(task);
  assert.deepEqual(order, ['cb', 'fail']);
  assert.equal(task.abort(7), task, 'what is no function is no callback');

  const reported = new Promise((resolve) => (globalThis.reportError = resolve));
  const thrown = new Error('from the callback');
  try {
    const other = request({ url: server.script(['stall']) });
    const same = other.abort(() => {
      throw thrown;
    });
    assert.equal(same, other);
    assert.equal((await rejection(other)).reason, 'abort');
    assert.equal(await reported, thrown);
  } finally {
    delete globalThis.reportError;
  }
});

test('B-8 H-11: a signal aborts, and nothing is left on it', async () => {
  const { signal, ...watch } = watchedSignal();
  const run = record({ url: server.script(['stall']), signal });
  assert.equal(watch.listeners.size, 1);
  await turn();
  watch.abort();
  await run.settled;
  assertAborted(run);
  assert.equal(watch.listeners.size, 0);

  const fine = watchedSignal();
  await request({ url: `${server.http}/hello`, signal: fine.signal });
  assert.equal(fine.listeners.size, 0);

  const unused = watchedSignal();
  await rejection(request({ url: `http://127.0.0.1:${server.ports.refused}/`, signal: unused.signal }));
  assert.equal(unused.listeners.size, 0);
});

test('B-8: with a signal that is aborted already nothing is sent', async () => {
  const tag = newTag();
  const run = record({ url: server.script(['ok no'], tag), signal: AbortSignal.abort() });
  await run.settled;
  assertAborted(run);
  await request(`${server.http}/hello`);
  assert.deepEqual(await server.log({ path: `/script/${tag}` }), []);
});

test('B-8: a signal of the platform, shared by several requests', async () => {
  const controller = new AbortController();
  const runs = [1, 2, 3].map(() => record({ url: server.script(['stall']), signal: controller.signal }));
  const other = record(`${server.http}/hello`);
  await other.settled;
  controller.abort();
  for (const run of runs) {
    await run.settled;
    assertAborted(run);
  }
});

test('B-8: a signal of a wrong shape is a parameter error that names it', async () => {
  for (const signal of [5, 'stop', {}, { aborted: false }, { addEventListener() {}, removeEventListener() {} }]) {
    const error = await rejection(request({ url: `${server.http}/hello`, signal }));
    assert.match(error.errMsg, /^request:fail parameter error: .*signal/);
    assert.equal(error.errno, 600005);
  }
  assert.equal((await request({ url: `${server.http}/hello`, signal: null })).statusCode, 200);
});

test('B-9: abort from inside each listener and callback is safe', async () => {
  const url = server.script([...CHUNKED, 'body abc', 'end']);
  const fromHeaders = record({ url, enableChunked: true });
  fromHeaders.task.onHeadersReceived(() => fromHeaders.task.abort());
  await fromHeaders.settled;
  assertAborted(fromHeaders, ['headers', ...ABORTED]);

  for (const name of ['success', 'complete']) {
    const { promise, resolve } = defer();
    const task = request({
      url,
      [name](result) {
        task.abort();
        resolve(result);
      },
    });
    assert.equal((await task).errMsg, 'request:ok');
    assert.equal((await promise).errMsg, 'request:ok');
  }
  const failing = request({ url: 5, fail: () => failing.abort() });
  assert.equal((await rejection(failing)).errno, 600009);
});

function watchedSignal() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (type, listener) => void listeners.add(listener),
    removeEventListener: (type, listener) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    for (const listener of [...listeners]) listener();
  };
  return { signal, listeners, abort };
}
