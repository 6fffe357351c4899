// The types as apps get them: an app in the template's style with React Native's own types, the sources with those of every
// version, and what each way of resolving modules finds for each entry. No compiler option hides an error of ours; errors in
// other packages' declarations (skipLibCheck, as in the template) are not ours to find.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { app, bindings, here, installed, tools } from './app.mjs';
import { BASE, VERSIONS, reactNative } from './react-native.mjs';

const ts = createRequire(import.meta.url)('typescript');
const workshop = join(bindings, '../build/react-native/types');

/** @react-native/typescript-config, the options that matter here. */
const TEMPLATE = {
  jsx: ts.JsxEmit.ReactNative,
  lib: ['lib.es2019.d.ts', 'lib.es2020.bigint.d.ts', 'lib.es2020.promise.d.ts', 'lib.es2020.string.d.ts'],
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  customConditions: ['react-native'],
  esModuleInterop: true,
  allowSyntheticDefaultImports: true,
  isolatedModules: true,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
  preserveSymlinks: true,
};

/** An app's node_modules with the types of one version of React Native. */
function project(version) {
  const folder = join(workshop, version);
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  const link = (from, name) => symlinkSync(from, join(folder, 'node_modules', name));
  link(reactNative(version), 'react-native');
  for (const name of ['react-native-reqtask', 'reqtask-js', 'web-streams-polyfill'])
    link(join(app, 'node_modules', name), name);
  for (const name of ['@types/react', 'csstype']) link(join(tools, name), name);
  return folder;
}

function errors(files, options) {
  const program = ts.createProgram(files, options);
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const place = found.file
      ? `${found.file.fileName}:${found.file.getLineAndCharacterOfPosition(found.start).line + 1}: `
      : '';
    return place + ts.flattenDiagnosticMessageText(found.messageText, '\n');
  });
}

before(() => {
  rmSync(workshop, { recursive: true, force: true });
});

for (const version of Object.keys(VERSIONS)) {
  test(`React Native ${version}: the sources, and codegen's spec with them`, () => {
    const folder = project(version);
    cpSync(join(here, 'src'), join(folder, 'src'), { recursive: true });
    assert.deepEqual(
      errors([join(folder, 'src/index.ts'), join(folder, 'src/fetch.ts'), join(folder, 'src/taro.ts')], TEMPLATE),
      [],
    );
  });
}

for (const version of ['0.81.6', BASE, '0.88.1']) {
  test(`React Native ${version}: an app in the template's style`, () => {
    const folder = join(workshop, version);
    if (!existsSync(folder)) project(version);
    cpSync(join(here, 'test/example/App.tsx'), join(folder, 'App.tsx'));
    assert.deepEqual(errors([join(folder, 'App.tsx')], TEMPLATE), []);
  });
}

const { Bundler, Node16, Node10 } = ts.ModuleResolutionKind;
const ways = [
  [
    'React Native',
    { moduleResolution: Bundler, module: ts.ModuleKind.ESNext, customConditions: ['react-native'] },
    'commonjs',
  ],
  ['bundler', { moduleResolution: Bundler, module: ts.ModuleKind.ESNext }, 'module'],
  ['node16, an ES module', { moduleResolution: Node16, module: ts.ModuleKind.Node16 }, 'module', ts.ModuleKind.ESNext],
  ['node16, CommonJS', { moduleResolution: Node16, module: ts.ModuleKind.Node16 }, 'commonjs', ts.ModuleKind.CommonJS],
  ['node10, without "exports"', { moduleResolution: Node10, module: ts.ModuleKind.CommonJS }, 'commonjs'],
];
for (const [name, options, kind, mode] of ways) {
  test(`${name}: each entry has its declarations, of the kind of its code`, () => {
    const find = (from) =>
      ts.resolveModuleName(from, join(app, 'index.ts'), options, ts.sys, undefined, undefined, mode);
    for (const [entry, file] of [
      ['', `lib/${kind}/index.d.ts`],
      ['/fetch', `lib/${kind}/fetch.d.ts`],
      ['/taro', `lib/${kind}/taro.d.ts`],
      ['/mocks', 'mocks/index.d.ts'],
    ]) {
      const { resolvedModule } = find(`react-native-reqtask${entry}`);
      assert.equal(resolvedModule?.resolvedFileName, join(installed, file), entry);
    }
  });
}

test('the declarations are whole: nothing in them is an error or missing', () => {
  const own = ['index', 'fetch', 'taro'].flatMap((name) =>
    ['module', 'commonjs'].map((kind) => `lib/${kind}/${name}.d.ts`),
  );
  const options = { ...TEMPLATE, customConditions: [], skipLibCheck: false, preserveSymlinks: false };
  const found = errors(
    [...own, 'mocks/index.d.ts'].map((path) => join(installed, path)),
    options,
  );
  assert.deepEqual(
    found.filter((line) => line.includes('reqtask')),
    [],
  );
});
