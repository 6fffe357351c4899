// Both programs of the example by the compiler's eyes: TypeScript with React Native's own settings and types, and a look
// whether what is checked here is what package.json promises.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { appOf, repository } from './places.mjs';

const app = appOf('react-native');

test('tsc finds nothing wrong, with the types of React Native 0.85.3', () => {
  const tsc = join(app, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', app], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('what is installed here is what package.json of the example names', () => {
  const example = JSON.parse(readFileSync(join(repository, 'examples/react-native/package.json'), 'utf8'));
  const checked = JSON.parse(readFileSync(join(repository, 'examples/react-native/check/package.json'), 'utf8'));
  const named = { ...example.dependencies, ...example.devDependencies };
  const ours = { ...checked.dependencies, ...checked.devDependencies };
  for (const name of ['react', 'react-native', 'react-test-renderer', '@react-native/metro-config']) {
    assert.equal(ours[name], named[name], name);
  }
});
