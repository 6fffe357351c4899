// package.json says what is true of the files beside it, and all places name one version.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bindings, here } from './app.mjs';

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const manifest = json(join(here, 'package.json'));

test('one version everywhere', () => {
  const { version } = manifest;
  assert.equal(version, /^version = "(.*)"$/m.exec(readFileSync(join(bindings, '../Cargo.toml'), 'utf8'))[1]);
  assert.match(readFileSync(join(here, 'src/version.ts'), 'utf8'), new RegExp(`VERSION = '${version}';`));
  for (const name of ['js', 'node']) assert.equal(json(join(bindings, name, 'package.json')).version, version, name);
  assert.equal(manifest.dependencies['reqtask-js'], version);
  assert.equal(manifest.peerDependencies.reqtask, version);
  assert.match(readFileSync(join(here, 'harmony/oh-package.json5'), 'utf8'), new RegExp(`version: '${version}'`));
});

test('every file that is named exists', () => {
  const named = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(named));
  for (const field of ['main', 'module', 'types', 'react-native', 'exports']) {
    for (const path of named(manifest[field])) assert.ok(existsSync(join(here, path)), path);
  }
});

test('bundlers that do not read "exports" find the same files', () => {
  for (const [entry, conditions] of Object.entries(manifest.exports)) {
    const folder = join(here, entry);
    const { default: file, types } = conditions['react-native'] ?? {};
    if (entry === '.') {
      assert.equal(manifest.main, file);
      assert.equal(manifest['react-native'], file);
      assert.equal(manifest.types, types);
    } else if (file) {
      const stub = json(join(folder, 'package.json'));
      assert.equal(join(folder, stub.main), join(here, file));
      assert.equal(join(folder, stub.types), join(here, types));
    }
  }
});

test('"react-native" comes first, so that Metro takes one copy for import and for require', () => {
  for (const conditions of Object.values(manifest.exports)) {
    if (conditions['react-native']) assert.equal(Object.keys(conditions)[0], 'react-native');
  }
});
