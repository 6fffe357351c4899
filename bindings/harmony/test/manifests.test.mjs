// The manifests agree with one another, with the C sources and with the rest of the repository.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { harmony, json5, ofRepository, text } from './manifests.mjs';

const ts = createRequire(import.meta.url)('ohos-typescript');
const oh = json5('oh-package.json5');
const types = json5('src/main/cpp/types/libreqtask/oh-package.json5');
const profile = json5('build-profile.json5');
const { module } = json5('src/main/module.json5');
const cmake = text('src/main/cpp/CMakeLists.txt');

test('the versions are those of Cargo.toml', () => {
  const version = /^version = "(.+)"$/m.exec(ofRepository('Cargo.toml'))[1];
  assert.deepEqual([oh.version, types.version], [version, version]);
});

test('the library has one name: CMake target, registration in C, import, types package, dependency', () => {
  const target = /add_library\((\w+) SHARED/.exec(cmake)[1];
  const registered = /\.nm_modname = "(\w+)"/.exec(ofRepository('bindings/napi/src/compat.h'))[1];
  const imported = /from '(lib\w+\.so)'/.exec(text('src/main/ets/binding.ets'))[1];
  assert.equal(registered, target);
  assert.equal(imported, `lib${target}.so`);
  assert.equal(types.name, imported);
  assert.deepEqual(Object.keys(oh.dependencies), [imported]);
});

test('every path in a manifest exists', () => {
  const folder = oh.dependencies[types.name].replace(/^file:/, '');
  for (const path of [
    oh.main,
    join(folder, 'oh-package.json5'),
    join(folder, types.types),
    profile.buildOption.externalNativeOptions.path,
    ...profile.buildOption.arkOptions.obfuscation.consumerFiles,
  ]) {
    assert.ok(existsSync(join(harmony, path)), path);
  }
});

test('the module is a HAR of the same name, and asks for the INTERNET permission', () => {
  assert.equal(module.type, 'har');
  assert.equal(module.name, oh.name);
  assert.deepEqual(module.requestPermissions, [{ name: 'ohos.permission.INTERNET' }]);
  assert.ok(module.deviceTypes.length > 0);
});

test('the ABIs are those that build-core builds', () => {
  const built = /^\[ \$\{#abis\[@\]\} -gt 0 \] \|\| abis=\((.+)\)$/m.exec(text('build-core'))[1].split(' ');
  assert.deepEqual(profile.buildOption.externalNativeOptions.abiFilters, built);
});

test('the core that CMake links is the one that build-core puts there', () => {
  const linked = /\/libs\/\$\{OHOS_ARCH\}\/(\S+)/.exec(cmake)[1];
  assert.ok(text('build-core').includes(`"$libs/${linked}"`));
});

test('the licence and the licence files are those of the repository', () => {
  assert.equal(oh.license, /^license = "(.+)"$/m.exec(ofRepository('Cargo.toml'))[1]);
});

test("index.d.ts of libreqtask.so exports the members of the TypeScript layer's NativeHost", () => {
  const exported = [...text('src/main/cpp/types/libreqtask/index.d.ts').matchAll(/^export const (\w+)/gm)].map(
    (m) => m[1],
  );
  assert.deepEqual(exported.sort(), members('NativeHost').sort());
  const imported = /from '(\.\..+)'/.exec(text('src/main/cpp/types/libreqtask/index.d.ts'))[1];
  assert.equal(
    normalize(join(harmony, 'src/main/cpp/types/libreqtask', imported)),
    join(harmony, 'src/main/ets/core/native'),
  );
});

test('consumer-rules.txt keeps every name that crosses the border to C or is read by name', () => {
  const rules = text('consumer-rules.txt').split('\n');
  const kept = new Set(rules.slice(rules.indexOf('-keep-property-name') + 1).filter((line) => /^\w+$/.test(line)));
  const needed = [
    ...['NativeHost', 'NativeAnswer', 'NativeError'].flatMap(members),
    ...[
      'RequestOptions',
      'ForeignOptions',
      'Timeouts',
      'ConfigureOptions',
      'SuccessResult',
      'FailResult',
      'Profile',
      'HeadersEvent',
      'ChunkEvent',
      'AbortSignalLike',
    ].flatMap(members),
  ];
  const lacking = [...new Set(needed)].filter((name) => !kept.has(name));
  assert.deepEqual(lacking, []);
});

/** The names of an interface of native.ts or types.ts. */
function members(name) {
  for (const file of ['native.ts', 'types.ts']) {
    const source = ts.createSourceFile(file, ofRepository(`bindings/js/src/${file}`), ts.ScriptTarget.ES2020);
    const found = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
    if (found) return found.members.filter((member) => member.name?.text).map((member) => member.name.text);
  }
  throw new Error(`no interface ${name}`);
}
