// What is published: both packages are packed, installed from their archives into an empty folder, and used there as a
// program would use them. Nothing of the checkout may be needed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../../testing/server.mjs';

const run = promisify(execFile);
const requireHere = createRequire(import.meta.url);
const bindings = fileURLToPath(new URL('../..', import.meta.url));
const target = requireHere('../target.cjs');

let folder;
let server;
const contents = {};

/** Packs the package in `from`; notes the names of its files. */
async function pack(from) {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: from });
  const [{ name, filename, files }] = JSON.parse(stdout);
  contents[name] = files.map((file) => file.path).sort();
  return join(folder, filename);
}

/** Runs a file of the fresh folder in a new process; resolves with what it printed. */
async function node(...args) {
  const { stdout } = await run(process.execPath, args, { cwd: join(folder, 'app'), timeout: 30_000 });
  return stdout.trim();
}

function write(name, text) {
  writeFileSync(join(folder, 'app', name), text);
}

/** An answer of 1,000 characters. */
function text1000() {
  return server.script([`ok ${'x'.repeat(1000)}`]);
}

before(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'reqtask-pack-'));
  // The checkout stays as it is: the addon is put into a copy.
  const copy = join(folder, 'node');
  cpSync(join(bindings, 'node'), copy, { recursive: true, filter: (name) => !name.includes('prebuilds') });
  await run(process.execPath, ['prebuild.mjs', target, join(bindings, 'napi/build/reqtask.node')], { cwd: copy });
  const archives = [await pack(join(bindings, 'js')), await pack(copy)];
  mkdirSync(join(folder, 'app'));
  write('package.json', '{ "private": true }');
  await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...archives], {
    cwd: join(folder, 'app'),
  });
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

test('the archives hold what is used, and nothing else', () => {
  assert.deepEqual(
    contents.reqtask,
    [
      'LICENSE-APACHE',
      'LICENSE-MIT',
      'README.md',
      'fetch.cjs',
      'fetch.d.cts',
      'fetch.d.mts',
      'fetch.mjs',
      'forgotten.cjs',
      'index.cjs',
      'index.d.cts',
      'index.d.mts',
      'index.mjs',
      'native.cjs',
      'native.d.cts',
      'package.json',
      `prebuilds/${target}/reqtask.node`,
      'target.cjs',
    ].sort(),
  );
  const js = contents['reqtask-js'];
  for (const name of ['dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/cjs/index.js', 'dist/cjs/index.d.ts'])
    assert.ok(js.includes(name), name);
  assert.deepEqual(
    js.filter(
      (name) =>
        !/^(dist\/(esm|cjs)\/|docs\/|(taro|fetch|event-source)\/package\.json$|LICENSE-\w+$|README\.md$|package\.json$)/.test(
          name,
        ),
    ),
    [],
  );
});

test("both archives carry the repository's licences, word for word", () => {
  for (const name of ['reqtask', 'reqtask-js'])
    for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT'])
      assert.equal(
        readFileSync(join(folder, 'app/node_modules', name, licence), 'utf8'),
        readFileSync(join(bindings, '..', licence), 'utf8'),
      );
});

test('neither package depends on anything but the other', () => {
  const of = (name) => JSON.parse(readFileSync(join(folder, 'app/node_modules', name, 'package.json'), 'utf8'));
  assert.deepEqual(of('reqtask').dependencies, { 'reqtask-js': of('reqtask-js').version });
  assert.equal(of('reqtask-js').dependencies, undefined);
  assert.deepEqual(of('reqtask').engines, { node: '>=20' });
});

test('every file that package.json names is there', () => {
  function check(root, value) {
    if (typeof value === 'string') assert.ok(existsSync(join(root, value)), join(root, value));
    else for (const inner of Object.values(value)) check(root, inner);
  }
  for (const name of ['reqtask', 'reqtask-js']) {
    const root = join(folder, 'app/node_modules', name);
    const { main, module, types, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    check(root, { main, module, types, exports });
  }
});

test('require() runs a request', async () => {
  write(
    'use.cjs',
    `const { request } = require('reqtask');
     request(process.argv[2]).then(({ statusCode, data }) => console.log(statusCode, data.length));`,
  );
  assert.equal(await node('use.cjs', text1000()), '200 1000');
});

test('import runs a request; both ways have the same names and share one requester', async () => {
  write(
    'use.mjs',
    `import assert from 'node:assert/strict';
     import { createRequire } from 'node:module';
     import reqtask, { request, createRequest } from 'reqtask';
     import * as all from 'reqtask';
     import native from 'reqtask/native';
     const required = createRequire(import.meta.url)('reqtask');
     const named = Object.keys(all).filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
     assert.deepEqual(named.sort(), Object.keys(required).sort());
     for (const name of named) assert.equal(all[name], required[name]);
     assert.equal(reqtask, required);
     const own = createRequest(native);
     const answers = await Promise.all([request(process.argv[2]), own.request(process.argv[2])]);
     console.log(answers.map(({ data }) => data.length).join());`,
  );
  assert.equal(await node('use.mjs', text1000()), '1000,1000');
});

test("'reqtask/fetch' by import and by require: one fetch, on the requester of the package", async () => {
  write(
    'fetch.mjs',
    `import assert from 'node:assert/strict';
     import { createRequire } from 'node:module';
     import { fetch, Headers, Request, Response, FormData, install } from 'reqtask/fetch';
     import * as all from 'reqtask/fetch';
     import { configure } from 'reqtask';
     const required = createRequire(import.meta.url)('reqtask/fetch');
     for (const name of Object.keys(required)) assert.equal(all[name], required[name], name);
     configure({ proxy: process.argv[3] });
     await assert.rejects(fetch(process.argv[2]), TypeError);
     configure({ proxy: undefined });
     const response = await fetch(new Request(process.argv[2]));
     assert.ok(response instanceof Response && response.headers instanceof Headers);
     console.log(response.status, (await response.text()).length);`,
  );
  const refused = `http://127.0.0.1:${server.ports.refused}`;
  assert.equal(await node('fetch.mjs', text1000(), refused), '200 1000');
});

test('a worker thread loads a core of its own', async () => {
  write(
    'worker.mjs',
    `import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
     import { request } from 'reqtask';
     if (isMainThread) {
       const url = process.argv[2];
       const inWorker = new Promise((resolve) => new Worker(new URL(import.meta.url), { workerData: url }).once('message', resolve));
       console.log((await request(url)).data.length, await inWorker);
     } else parentPort.postMessage((await request(workerData)).data.length);`,
  );
  assert.equal(await node('worker.mjs', text1000()), '1000 1000');
});

test('the example of the README runs', async () => {
  const readme = readFileSync(join(folder, 'app/node_modules/reqtask/README.md'), 'utf8');
  const [, example] = /```js\n(import [^]*?)```/.exec(readme);
  write('readme.mjs', example.replace('https://example.com/', `${server.http}/hello`));
  assert.match(await node('readme.mjs'), /^200 text\/plain.*\n\d+ characters$/);
});

const program = `
  import { request, configure, close, createRequest, type RequestTask, type SuccessResult, type FailResult } from 'reqtask';
  import native from 'reqtask/native';
  interface User { id: number }
  configure({ maxConcurrent: 4 });
  const task: RequestTask<User> = request<User>({ url: 'http://localhost/', enableChunked: true });
  task.onHeadersReceived(({ statusCode }) => { const code: number = statusCode; void code; });
  export const id: Promise<number> = task.then((answer: SuccessResult<User>) => answer.data.id);
  export const failed = (error: FailResult): string => error.errMsg;
  const { request: second } = createRequest(native);
  // @ts-expect-error: a url is needed
  second({});
  close();
`;

for (const [name, file, options] of [
  ['node16, ES module', 'types.mts', { module: 'node16', moduleResolution: 'node16' }],
  ['node16, CommonJS', 'types.cts', { module: 'node16', moduleResolution: 'node16', esModuleInterop: true }],
  ['bundler', 'types.ts', { module: 'esnext', moduleResolution: 'bundler' }],
]) {
  test(`TypeScript finds the types: ${name}`, async () => {
    write(file, program);
    const config = `tsconfig.${file}.json`;
    const compilerOptions = { ...options, target: 'es2020', lib: ['es2020'], strict: true, noEmit: true, types: [] };
    write(config, JSON.stringify({ compilerOptions, files: [file] }));
    await node(requireHere.resolve('typescript/bin/tsc'), '-p', config).catch((error) => {
      assert.fail(error.stdout || error.message);
    });
  });
}

test('without an addon the error names platform, versions and files', async () => {
  const bare = join(folder, 'bare');
  cpSync(join(folder, 'app/node_modules/reqtask'), bare, { recursive: true });
  rmSync(join(bare, 'prebuilds'), { recursive: true });
  await assert.rejects(
    run(process.execPath, ['-e', `require(${JSON.stringify(join(bare, 'native.cjs'))})`]),
    ({ stderr }) => {
      const { version } = JSON.parse(readFileSync(join(bare, 'package.json'), 'utf8'));
      for (const part of [
        target,
        `reqtask ${version}`,
        process.versions.node,
        join('prebuilds', target, 'reqtask.node'),
      ])
        assert.ok(stderr.includes(part), `${part} is not in: ${stderr}`);
      return true;
    },
  );
});

test('an addon that cannot be loaded is named, with the cause', async () => {
  const bad = join(folder, 'bad');
  cpSync(join(folder, 'app/node_modules/reqtask'), bad, { recursive: true });
  writeFileSync(join(bad, 'prebuilds', target, 'reqtask.node'), 'not a library');
  await assert.rejects(
    run(process.execPath, ['-e', `require(${JSON.stringify(join(bad, 'native.cjs'))})`]),
    ({ stderr }) => {
      assert.match(stderr, /reqtask cannot load \S*reqtask\.node on/);
      assert.match(stderr, /ERR_DLOPEN_FAILED/);
      return true;
    },
  );
});
