// How the package begins and ends with its process, its worker threads and its module registry. Each case is a process of
// its own, so that a hang or a crash is one failed test.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { program } from './program.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** An answer of 500 characters. */
function text500() {
  return server.script([`ok ${'x'.repeat(500)}`]);
}

/** Headers, a first chunk, then silence until the peer goes. */
function stalled(tag) {
  return server.script(['status 200 OK', 'chunked', 'head-end', 'chunk hello', 'stall'], tag);
}

/** Expects an end without a signal, and `stdout`. */
function expectEnd(result, stdout, code = 0) {
  assert.deepEqual({ code: result.code, signal: result.signal }, { code, signal: null }, result.stderr);
  assert.equal(result.stdout.trim(), stdout);
  assert.equal(result.stderr, '');
}

test('H-11: loading the package keeps no process alive', async () => {
  expectEnd(await program(`require('../index.cjs'); console.log('loaded');`, ''), 'loaded');
});

test('H-11: the process ends by itself when the last task has ended', async () => {
  const text = `
    const { request } = require('../index.cjs');
    request({ url: $, success: ({ data }) => console.log(data.length) });
  `;
  expectEnd(await program(text, text500()), '500');
});

test('H-11: the process lives as long as a task, though nothing else keeps it', async () => {
  const text = `
    const { request } = require('../index.cjs');
    const task = request({ url: $, enableChunked: true });
    task.onChunkReceived(({ data }) => process.stdout.write(Buffer.from(data)));
  `;
  const steps = ['status 200 OK', 'chunked', 'head-end', 'chunk hello', 'sleep 300', 'chunk again', 'end'];
  expectEnd(await program(text, server.script(steps, 'life')), 'helloagain');
});

test('B-1 H-11: the process ends by itself after an abort of its last task', async () => {
  const text = `
    const { request } = require('../index.cjs');
    const task = request({ url: $, enableChunked: true });
    task.onChunkReceived(() => task.abort());
    task.catch(({ errMsg }) => console.log(errMsg));
  `;
  expectEnd(await program(text, stalled('abort-last')), 'request:fail abort');
});

test('H-13: process.exit with requests in flight ends at once, with its code', async () => {
  const text = `
    const { request } = require('../index.cjs');
    const tasks = Array.from({ length: 20 }, () => request({ url: $, enableChunked: true, complete: () => console.log('no') }));
    let seen = 0;
    for (const task of tasks) task.onChunkReceived(() => { if (++seen === 20) process.exit(7); });
  `;
  expectEnd(await program(text, stalled('exit')), '', 7);
});

test('H-13: an uncaught error with requests in flight ends the process as ever', async () => {
  const text = `
    const { request } = require('../index.cjs');
    const task = request({ url: $, enableChunked: true });
    task.onChunkReceived(() => setImmediate(() => { throw new Error('on purpose'); }));
  `;
  const result = await program(text, stalled('throw'));
  assert.deepEqual({ code: result.code, signal: result.signal }, { code: 1, signal: null });
  assert.match(result.stderr, /on purpose/);
});

test('H-13 B-5: close() in the last task lets the process end, and the server sees the connection go', async () => {
  const text = `
    const { request, close } = require('../index.cjs');
    const task = request({ url: $, enableChunked: true, complete: () => console.log('no') });
    task.onChunkReceived(() => { close(); console.log('closed'); });
  `;
  expectEnd(await program(text, stalled('closing')), 'closed');
  const [{ conn }] = await server.log({ event: 'request', path: '/script/closing' });
  await server.wait({ event: 'gone', conn });
});

test('after close() a request opens the requester anew', async () => {
  const text = `
    const { request, close } = require('../index.cjs');
    await request($);
    close();
    console.log((await request($)).data.length);
  `;
  expectEnd(await program(text, text500()), '500');
});

test('jest-style reset: required again after its modules were forgotten, old and new both work', async () => {
  const text = `
    const urls = [];
    const copies = Array.from({ length: 20 }, () => {
      for (const file of Object.keys(require.cache)) if (/bindings/.test(file)) delete require.cache[file];
      return require('../index.cjs');
    });
    if (copies[0].request === copies[1].request) throw new Error('not a copy');
    const answers = await Promise.all(copies.map(({ request }) => request($)));
    console.log(answers.every(({ data }) => data.length === 500));
  `;
  expectEnd(await program(text, text500()), 'true');
});

test('jest-style reset with streams open: the forgotten copy still ends its tasks', async () => {
  const text = `
    let task = require('../index.cjs').request({ url: $, enableChunked: true });
    await new Promise((resolve) => task.onChunkReceived(resolve));
    for (const file of Object.keys(require.cache)) if (/bindings/.test(file)) delete require.cache[file];
    require('../index.cjs');
    globalThis.gc();
    task.abort();
    await task.catch(({ errMsg }) => console.log(errMsg));
  `;
  expectEnd(await program(text, stalled('forgotten'), { flags: ['--expose-gc'] }), 'request:fail abort');
});

test('H-11 jest-style reset: what forgotten copies held is closed, though nobody called close()', async () => {
  const text = `
    import { settled } from ${JSON.stringify(new URL('resources.mjs', import.meta.url).href)};
    // A require function keeps what it has loaded, so there is a new one for each copy. The addon stays, as under jest.
    async function copy() {
      const again = createRequire(${JSON.stringify(import.meta.url)});
      for (const file of Object.keys(again.cache)) if (/bindings.*js$/.test(file)) delete again.cache[file];
      const { request, configure } = again('../index.cjs');
      configure({ maxConcurrent: 2 });
      await Promise.all([request($), request($)]);
    }
    await copy();
    const first = await settled();
    for (let i = 0; i < 20; i++) await copy();
    const last = await settled();
    // The last one or two are still held. Each would have a thread and three descriptors at least.
    console.log(last.threads - first.threads < 10, last.descriptors - first.descriptors < 30);
  `;
  const flags = ['--expose-gc'];
  expectEnd(await program(text, text500(), { flags }), 'true true');
});

test('a requester that is forgotten while a task runs: the task still ends, and another can be started by its listener', async () => {
  const text = `
    import { setImmediate as turn } from 'node:timers/promises';
    const out = [];
    function begin() {
      const { createRequest } = require('../index.cjs');
      const { request } = createRequest(require('../forgotten.cjs')(require('../native.cjs')));
      request({ url: $, success: () => request({ url: $, complete: ({ statusCode }) => out.push(statusCode) }) });
    }
    begin();
    while (out.length === 0) { globalThis.gc(); await turn(); }
    console.log(out.join());
  `;
  expectEnd(await program(text, text500(), { flags: ['--expose-gc'] }), '200');
});

/** The source of a worker that opens `count` streams and tells when each has brought its first chunk. */
const streamer = (count) => `
  const { parentPort, workerData } = require('node:worker_threads');
  const { request } = require(workerData.module);
  let seen = 0;
  for (let i = 0; i < ${count}; i++) {
    const task = request({ url: workerData.url, enableChunked: true });
    task.onChunkReceived(() => { if (++seen === ${count}) parentPort.postMessage('open'); });
  }
`;

test('H-13: a worker terminated with streams open closes them and leaves no thread', async () => {
  const text = `
    import { readdirSync } from 'node:fs';
    const count = (what) => readdirSync('/proc/self/' + what).length;
    async function once() {
      const worker = inWorker(${JSON.stringify(streamer(10))});
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
      await worker.terminate();
    }
    await once();
    await settle();
    const before = [count('task'), count('fd')];
    for (let i = 0; i < 5; i++) await once();
    await settle();
    console.log(count('task') - before[0], count('fd') - before[1]);
    // Idle threads of the core end by themselves; wait for the counts to stay.
    async function settle() {
      for (let same = 0, last = ''; same < 10; ) {
        const next = count('task') + ' ' + count('fd');
        same = next === last ? same + 1 : 0;
        last = next;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  `;
  expectEnd(await program(text, stalled('worker')), '0 0');
  const opened = await server.log({ event: 'request', path: '/script/worker' });
  assert.equal(opened.length, 60);
  for (const { conn } of opened) await server.wait({ event: 'gone', conn });
});

test('H-13: a worker that calls process.exit with streams open ends with its code', async () => {
  const source = streamer(5).replace(`parentPort.postMessage('open')`, 'process.exit(3)');
  const text = `
    const worker = inWorker(${JSON.stringify(source)});
    worker.once('exit', (code) => console.log('exit', code));
  `;
  expectEnd(await program(text, stalled('worker-exit')), 'exit 3');
});

test('a worker ends by itself when its last task has ended', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    require(workerData.module).request(workerData.url).then(({ data }) => parentPort.postMessage(data.length));
  `;
  const text = `
    const worker = inWorker(${JSON.stringify(source)});
    worker.on('message', (length) => console.log(length));
    worker.on('exit', (code) => console.log('exit', code));
  `;
  expectEnd(await program(text, text500()), '500\nexit 0');
});

test('A-10: eight workers and the main thread at once keep their answers apart', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { request } = require(workerData.module);
    const sizes = Array.from({ length: 50 }, (_, i) => 1000 * workerData.number + i);
    Promise.all(sizes.map((size) => request({ url: workerData.url + size, dataType: 'text', responseType: 'arraybuffer' }))).then((answers) =>
      parentPort.postMessage(answers.every(({ data }, i) => data.byteLength === sizes[i])),
    );
  `;
  const text = `
    const { request } = require('../index.cjs');
    const inWorkers = Array.from({ length: 8 }, (_, number) => new Promise((resolve, reject) =>
      inWorker(${JSON.stringify(source)}, { number }).once('message', resolve).once('error', reject)));
    const here = (await request({ url: $ + 777, responseType: 'arraybuffer' })).data.byteLength === 777;
    console.log([here, ...(await Promise.all(inWorkers))].join());
  `;
  expectEnd(await program(text, `${server.http}/bytes/`), Array(9).fill('true').join());
});

test('a worker that never used the package, and one that only loaded it, end cleanly', async () => {
  const text = `
    for (const source of ['', 'require(require("node:worker_threads").workerData.module)'])
      console.log(await new Promise((resolve) => inWorker(source).once('exit', resolve)));
  `;
  expectEnd(await program(text, ''), '0\n0');
});

test('works under node --test', async () => {
  const text = `
    import { execFileSync } from 'node:child_process';
    import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join } from 'node:path';
    const folder = mkdtempSync(join(tmpdir(), 'reqtask-'));
    const source = \`
      const { test } = require('node:test');
      const assert = require('node:assert');
      const { request } = require(\${JSON.stringify(require.resolve('../index.cjs'))});
      test('one', async () => assert.equal((await request(\${JSON.stringify($)})).data.length, 500));
      test('another', async () => assert.equal((await request(\${JSON.stringify($)})).statusCode, 200));
    \`;
    for (const name of ['a', 'b']) writeFileSync(join(folder, name + '.test.cjs'), source);
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const out = execFileSync(process.execPath, ['--test', '--test-reporter=tap'], { cwd: folder, encoding: 'utf8', env });
    rmSync(folder, { recursive: true });
    console.log(/^# pass (\\d+)$/m.exec(out)[1], /^# fail (\\d+)$/m.exec(out)[1]);
  `;
  expectEnd(await program(text, text500()), '4 0');
});
