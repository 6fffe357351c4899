// What is published: the contents of the archive, what Node makes of its entries in an app, and that a package without cores is
// not taken for one.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../../testing/server.mjs';
import { assemble, stage } from '../tools/assemble.mjs';
import { app, bindings, here, installed, pack, standIns, write } from './app.mjs';

let server;
let scratch;
before(async () => {
  server = await startServer();
  scratch = mkdtempSync(join(tmpdir(), 'reqtask-package-'));
});
after(async () => {
  rmSync(scratch, { recursive: true });
  await server.stop();
});

const packed = JSON.parse(readFileSync(join(app, 'packed.json'), 'utf8'));
const list = (folder) => readdirSync(folder).sort();

test('the archive holds what test/contents.txt says, the compiled sources and the host, and nothing else', () => {
  const listed = readFileSync(join(here, 'test/contents.txt'), 'utf8').trim().split('\n');
  const sources = list(join(here, 'src')).map((name) => name.replace(/\.ts$/, ''));
  const compiled = ['commonjs', 'module'].flatMap((kind) => [
    `lib/${kind}/package.json`,
    ...sources.flatMap((name) => [`lib/${kind}/${name}.js`, `lib/${kind}/${name}.d.ts`]),
  ]);
  const host = list(join(bindings, 'jsi/src')).map((name) => `cpp/host/${name}`);
  assert.deepEqual(packed.files, [...listed, ...compiled, ...host].sort());
});

test("OpenHarmony's archive has the folders that its CMakeLists.txt takes for the assembled package", () => {
  const har = join(installed, 'harmony/react_native_reqtask.har');
  const paths = execFileSync('tar', ['-tzf', har], { encoding: 'utf8' }).trim().split('\n');
  const cpp = 'package/src/main/cpp';
  for (const path of [
    'package/README.md',
    'package/Index.ets',
    'package/oh-package.json5',
    'package/libs/arm64-v8a/libreqtask_core.a',
    'package/libs/x86_64/libreqtask_core.a',
    'package/src/main/ets/ReqtaskPackage.ets',
    `${cpp}/CMakeLists.txt`,
    `${cpp}/ReqtaskPackage.cpp`,
    `${cpp}/generated/ReqtaskSpecJSI.h`,
    `${cpp}/host/Host.cpp`,
    `${cpp}/include/reqtask.h`,
    `${cpp}/module/ReqtaskModule.cpp`,
  ]) {
    assert.ok(paths.includes(path), path);
  }
});

test('without its cores it is small', () => {
  assert.ok(packed.size < 200_000, `${packed.size} bytes`);
});

test('nothing that is shipped names what is not', () => {
  for (const path of packed.files.filter((name) => /^(lib|mocks)\/.*\.(js|d\.ts)$/.test(name))) {
    const text = readFileSync(join(installed, path), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|require\(|import\() ?'(\.[^']*)'/g)) {
      const target = join(installed, path, '..', name);
      assert.ok(existsSync(target) || existsSync(target.replace(/\.js$/, '.d.ts')), `${path}: ${name}`);
    }
  }
});

/** One run of Node in the app for each way of asking for a module. */
const ways = [
  ['import', 'mjs', [], (names, from) => `import { ${names} } from '${from}';`],
  ['require', 'cjs', [], (names, from) => `const { ${names} } = require('${from}');`],
  [
    'import as Metro asks',
    'mjs',
    ['--conditions=react-native'],
    (names, from) => `import { ${names} } from '${from}';`,
  ],
];
for (const [name, type, flags, use] of ways) {
  test(`${name}: all entries answer, over one requester`, async () => {
    const program = `
      ${use('request, configure, close', 'react-native-reqtask')}
      ${use('fetch', 'react-native-reqtask/fetch')}
      ${use('request: viaTaro', 'react-native-reqtask/taro').replace(/import \{ request: /, 'import { request as ')}
      ${use('request: viaMocks, close: closeMocks', 'react-native-reqtask/mocks').replace(/import .*/, "import { request as viaMocks, close as closeMocks } from 'react-native-reqtask/mocks';")}
      (async () => {
        const url = ${JSON.stringify(server.http + '/echo')};
        configure({ header: { 'x-app': 'ours' } });
        const texts = [(await request(url)).data, (await viaTaro({ url })).data, await (await fetch(url)).text()];
        console.log(texts.map((text) => /x-app: ours/i.test(text)).join(), /x-app/i.test((await viaMocks(url)).data));
        close();
        closeMocks();
      })();
    `;
    write(`entries-${flags.length}.${type}`, program);
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, `entries-${flags.length}.${type}`], {
      cwd: app,
      timeout: 30_000,
    });
    assert.equal(stdout, 'true,true,true false\n');
  });
}

test('without cores: refused, or marked so that npm does not publish it', () => {
  const out = join(scratch, 'staged');
  const { files, missing } = assemble({ ...standIns(join(scratch, 'cores')), ios: join(scratch, 'none') });
  assert.deepEqual(missing, ['iOS']);
  stage(files, out);
  const { version, private: kept } = JSON.parse(readFileSync(join(out, 'package.json'), 'utf8'));
  assert.match(version, /-no-core$/);
  assert.equal(kept, true);
  assert.ok(!pack(out, scratch).files.some((path) => path.includes('xcframework')));
});

test('assemble says which cores are missing and where they come from', { skip: complete() }, () => {
  const refused = () =>
    execFileSync(join(here, 'assemble'), ['--built', '--out', join(scratch, 'out')], { stdio: 'pipe' });
  assert.throws(refused, /no core for .*build-android.*--no-core/s);
  assert.ok(!existsSync(join(scratch, 'out')));
});

function complete() {
  return assemble().missing.length === 0 && 'all cores have been built here';
}
