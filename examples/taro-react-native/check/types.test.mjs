// The example by the compiler's eyes, with the types of Taro 4.2.1 and of React 18, which Taro wants.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { app } from './load.mjs';

test('tsc finds nothing wrong, with the types of Taro 4.2.1', () => {
  const tsc = join(app, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', app], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
