// The example's own tests, by its own jest, on the real core in Node: each of them is one here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { appOf, repository } from './places.mjs';

const app = appOf('react-native');
const report = join(app, 'jest-report.json');

test('the pages, rendered', async (t) => {
  const words = ['--json', `--outputFile=${report}`, `--cacheDirectory=${join(app, 'node_modules', '.cache', 'jest')}`];
  const { status, stderr } = spawnSync(process.execPath, [join(app, 'node_modules/jest/bin/jest.js'), ...words], {
    cwd: app,
    encoding: 'utf8',
    timeout: 300_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, REQTASK_REPOSITORY: repository, NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' },
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(report);
  for (const { assertionResults } of testResults) {
    for (const { title, failureMessages } of assertionResults) {
      await t.test(title, () => assert.deepEqual(failureMessages, []));
    }
  }
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /console\.(error|warn)|not wrapped in act|Cannot log after tests/);
});
