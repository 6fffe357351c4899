// Runs every conformance case over the Node addon, each as a test of its own; then the classic script that other engines
// load, so that both forms are known to say the same. `CASES=words` runs only the cases whose name has these words.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cases, runCase } from '../conformance/cases.js';
import { nodeEnvironment } from '../conformance/node.mjs';
import { startServer } from '../../testing/server.mjs';

const server = await startServer();
after(() => server.stop());
const environment = nodeEnvironment(server);
const wanted = process.env.CASES ?? '';

for (const one of cases.filter(({ name }) => name.includes(wanted))) {
  test(`I-5 ${one.lines.join(' ')}: ${one.name}`, async () => {
    const outcome = await runCase(environment, one);
    assert.equal(outcome.status, 'passed', outcome.problem);
  });
}
