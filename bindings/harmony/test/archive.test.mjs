// ./assemble: the tree inside the .har of both kinds, what it refuses, and that the archive is a tar that others can read.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { archive } from '../tools/archive.mjs';
import { harmony, json5, text } from './manifests.mjs';

const folder = mkdtempSync(join(tmpdir(), 'reqtask-assemble-'));
after(() => rmSync(folder, { recursive: true }));
const { version } = json5('oh-package.json5');
const abis = ['arm64-v8a', 'x86_64'];

/** A folder with a file of that name for each ABI. */
function libs(name, only = abis) {
  const made = mkdtempSync(join(folder, 'libs-'));
  for (const abi of only) {
    mkdirSync(join(made, abi));
    writeFileSync(join(made, abi, name), `${name} for ${abi}`);
  }
  return made;
}

function assemble(...args) {
  return spawnSync(join(harmony, 'assemble'), ['--built', ...args, '--out', folder], { encoding: 'utf8' });
}

/** Unpacks what assemble has written, and lists it. */
function unpack(result) {
  assert.equal(result.status, 0, result.stderr);
  const har = result.stdout.trim();
  const to = mkdtempSync(join(folder, 'unpacked-'));
  execFileSync('tar', ['-xzf', har, '-C', to]);
  const names = execFileSync('tar', ['-tzf', har], { encoding: 'utf8' }).trim().split('\n');
  return { har, names, read: (name) => readFileSync(join(to, 'package', name), 'utf8') };
}

const COMMON = [
  'CHANGELOG.md',
  'Index.ets',
  'LICENSE',
  'LICENSE-APACHE',
  'LICENSE-MIT',
  'README.md',
  'build-profile.json5',
  'consumer-rules.txt',
  'hvigorfile.ts',
  'oh-package.json5',
  'src/main/cpp/types/libreqtask/index.d.ts',
  'src/main/cpp/types/libreqtask/oh-package.json5',
  'src/main/ets/RequestTask.ets',
  'src/main/ets/binding.ets',
  'src/main/ets/core/index.d.ts',
  'src/main/ets/core/index.js',
  'src/main/ets/core/native.d.ts',
  'src/main/ets/request.ets',
  'src/main/module.json5',
];

test('the installable HAR: everything below package/, with a library for each ABI and nothing left to compile', () => {
  const { har, names, read } = unpack(assemble('--libs', libs('libreqtask.so')));
  assert.equal(har, join(folder, `reqtask-${version}.har`));
  for (const name of [...COMMON, ...abis.map((abi) => `libs/${abi}/libreqtask.so`)]) {
    assert.ok(names.includes(`package/${name}`), name);
  }
  assert.ok(names.every((name) => name.startsWith('package/')));
  const unwanted = names.filter((name) =>
    /\.(c|h|a|map|har)$|CMake|node_modules|taro|\/test\/|example|package\.json$/.test(name),
  );
  assert.deepEqual(unwanted, []);
  assert.equal(read('libs/x86_64/libreqtask.so'), 'libreqtask.so for x86_64');

  const oh = JSON.parse(read('oh-package.json5'));
  assert.equal(oh.main, 'Index.ets');
  assert.deepEqual(oh.nativeComponents, [
    { name: 'libreqtask.so', version, compatibleSdkVersion: '12', compatibleSdkType: 'HarmonyOS' },
  ]);
  const { buildOption } = JSON.parse(read('build-profile.json5'));
  assert.equal(buildOption.externalNativeOptions, undefined);
  assert.deepEqual(buildOption.arkOptions.obfuscation.consumerFiles, ['./consumer-rules.txt']);
});

test('the source module: the glue, its headers, CMake and the static cores, as build-profile.json5 says', () => {
  const { har, names, read } = unpack(assemble('--source', '--libs', libs('libreqtask_core.a')));
  assert.equal(har, join(folder, `reqtask-${version}-source.har`));
  for (const name of [
    ...COMMON,
    ...abis.map((abi) => `libs/${abi}/libreqtask_core.a`),
    'src/main/cpp/CMakeLists.txt',
    'src/main/cpp/exports.map',
    'src/main/cpp/glue/module.c',
    'src/main/cpp/glue/compat.h',
    'src/main/cpp/include/reqtask.h',
  ]) {
    assert.ok(names.includes(`package/${name}`), name);
  }
  assert.ok(!names.some((name) => name.endsWith('.so')));
  const profile = JSON.parse(read('build-profile.json5'));
  assert.equal(profile.buildOption.externalNativeOptions.path, './src/main/cpp/CMakeLists.txt');
});

test('every relative import inside the package leads to a file of the package', () => {
  const { names, read } = unpack(assemble('--libs', libs('libreqtask.so')));
  let checked = 0;
  for (const name of names
    .map((name) => name.slice('package/'.length))
    .filter((name) => /\.(ets|js|d\.ts)$/.test(name))) {
    for (const [, target] of read(name).matchAll(/\bfrom ['"](\.[^'"]+)['"]/g)) {
      const path = join(name, '..', target);
      const declared = path.replace(/\.js$/, '') + '.d.ts';
      const candidates = name.endsWith('.d.ts') ? [declared] : [path, `${path}.ets`, `${path}.js`];
      assert.ok(
        candidates.some((candidate) => names.includes(`package/${candidate}`)),
        `${name} imports ${target}`,
      );
      checked++;
    }
  }
  assert.ok(checked > 20);
});

test('a missing library is refused, with its name and the way to build it', () => {
  const result = assemble('--libs', libs('libreqtask.so', ['x86_64']));
  assert.equal(result.status, 1);
  assert.match(result.stderr, /missing arm64-v8a\/libreqtask\.so\. Build them with bindings\/harmony\/build-core/);
  assert.equal(result.stdout, '');
});

test('--no-core packs all the same, and the name tells', () => {
  const result = assemble('--source', '--no-core', '--libs', libs('none', []));
  const { har, names } = unpack(result);
  assert.equal(har, join(folder, `reqtask-${version}-source-no-core.har`));
  assert.ok(!names.some((name) => name.startsWith('package/libs/')));
  assert.match(
    result.stderr,
    /lacks arm64-v8a\/libreqtask_core\.a, x86_64\/libreqtask_core\.a and cannot run as it is/,
  );
});

test('the same files make the same bytes, in any order', () => {
  const entries = [
    ['b.txt', Buffer.from('b')],
    ['a/a.txt', Buffer.alloc(513, 'a')],
    ['empty', Buffer.alloc(0)],
  ];
  assert.deepEqual(archive(new Map(entries)), archive(new Map(entries.reverse())));
});

test('names beyond 100 bytes are read back by tar; names that do not fit are refused', () => {
  const long = `${'folder/'.repeat(20)}file.txt`;
  writeFileSync(join(folder, 'long.har'), archive(new Map([[long, Buffer.from('content')]])));
  const listed = execFileSync('tar', ['-tzf', join(folder, 'long.har')], { encoding: 'utf8' }).trim();
  assert.equal(listed, `package/${long}`);
  assert.throws(() => archive(new Map([['x'.repeat(200), Buffer.alloc(0)]])), /too long/);
});
