// The conformance cases run in any engine: they use no syntax beyond ES2017 and no global beyond Promise and setTimeout.
// They run here as the classic script that other engines load, in a realm that has nothing else. The requests themselves
// are made outside of it, and what only time can tell is left to conformance.test.mjs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { bundle } from '../conformance/bundle.mjs';
import { cases } from '../conformance/cases.js';
import { nodeEnvironment } from '../conformance/node.mjs';
import { startServer } from '../../testing/server.mjs';

const server = await startServer();
after(() => server.stop());
const environment = nodeEnvironment(server);
const SLOW = /^(H-1|H-3|H-4|H-5|G-9)$/;

/** Loads a script into a realm of its own, which sees what the language has, and setTimeout; not even a console. */
function load(script) {
  const realm = createContext({ setTimeout, clearTimeout });
  runInContext('delete this.console; delete this.WebAssembly;', realm);
  runInContext(`${script}\nthis.conformance = reqtaskConformance;`, realm, { filename: 'conformance.js' });
  return realm.conformance;
}

/** The text as the compiler writes it for this target: two targets that differ tell of syntax that only one has. */
function printed(text, target) {
  return ts.transpileModule(text, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText;
}

async function runIn(conformance, wanted) {
  const failed = [];
  let ran = 0;
  for (const one of conformance.cases.filter(wanted)) {
    const outcome = await conformance.runCase(environment, one);
    ran++;
    if (outcome.status !== 'passed') failed.push(`${one.name}: ${outcome.problem}`);
  }
  assert.deepEqual(failed, []);
  return ran;
}

test('I-5: the cases are a classic script, too, and pass in a realm with Promise and setTimeout only', async () => {
  const conformance = load(await bundle());
  assert.equal(conformance.cases.length, cases.length);
  const ran = await runIn(conformance, (one) => !one.lines.some((line) => SLOW.test(line)));
  assert.ok(ran > cases.length / 2, `${ran} ran`);
});

test('I-5: the cases pass as ES5', async () => {
  const script = await bundle({ es5: true });
  assert.equal(printed(script, ts.ScriptTarget.ES5), printed(script, ts.ScriptTarget.ESNext));
  await runIn(load(script), (one) => /^[AD]-/.test(one.lines[0]));
});

test('I-5: runCases counts, and a wrong expectation, a throw and a missing need are told', async () => {
  const { runCases, runAll } = await import('../conformance/harness.js').then(async (harness) => ({
    ...harness,
    ...(await import('../conformance/cases.js')),
  }));
  assert.equal(typeof runCases, 'function');
  const outcomes = [];
  const sum = await runAll(
    environment,
    [
      { name: 'right', lines: [], run: (t) => t.log('a'), expect: ['a'] },
      { name: 'wrong', lines: [], run: (t) => t.log('a'), expect: ['b'] },
      { name: 'short', lines: [], run: () => {}, expect: ['b'] },
      { name: 'throws', lines: [], run: () => Promise.reject(new Error('on purpose')), expect: [] },
      { name: 'needs', lines: [], needs: ['sunshine'], run: () => {}, expect: [] },
    ],
    (outcome) => outcomes.push(outcome),
  );
  assert.deepEqual(sum, { passed: 1, failed: 3, skipped: 1 });
  assert.match(outcomes[1].problem, /- b\n {2}\+ a/);
  assert.match(outcomes[3].problem, /on purpose/);
});

test('I-5: no file of the cases has syntax beyond ES2017', () => {
  const folder = new URL('../conformance/', import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(new URL(file, folder), 'utf8');
    assert.equal(printed(text, ts.ScriptTarget.ES2017), printed(text, ts.ScriptTarget.ESNext), file);
  }
});
