// I-2: the declarations that the package ships, compiled together with those of @tarojs/taro and miniprogram-api-typings.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const here = fileURLToPath(new URL('.', import.meta.url));

test('I-2: our task and request are assignable to those of Taro 4.2 and of wx, and only with all their methods', () => {
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', here], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
