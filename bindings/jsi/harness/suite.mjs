/**
 * The tests of the JSI binding in real engines; bindings/jsi/run-tests says how to call it. Two jobs run at a time. Ends with
 * "N passed, N failed", which sums what the jobs report.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { bundle as conformance } from '../../js/conformance/bundle.mjs';
import { run } from './run.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const build = resolve(here, '../../../build/jsi');
const script = (name) => join(here, 'js', `${name}.js`);
const { full, drift } = JSON.parse(readFileSync(join(here, 'versions.json')));
/** Names of conformance cases that an engine cannot run, each with its reason: here nothing else may be skipped. */
const skipped = JSON.parse(readFileSync(join(here, 'skipped.json')));

mkdirSync(build, { recursive: true });
const cases = join(build, 'conformance.js');
writeFileSync(cases, await conformance());

const words = argv.slice(2);
const hermes = words.includes('hermes');
const only = words.filter((word) => word !== 'hermes');
const jobs = (hermes ? onHermes() : onJavaScriptCore()).filter(({ name }) => only.every((word) => name.includes(word)));
let passed = 0;
let failed = 0;
const queue = [...jobs];
await Promise.all([work(), work()]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && jobs.length > 0 ? 0 : 1;

function onJavaScriptCore() {
  const engines = ['jsc', 'jsc-zero-copy'];
  return [
    ...engines.flatMap((engine) => life(engine, `asan-${full}`)),
    ...drift.map((version) => ({
      name: `React Native ${version}, smoke`,
      run: () => run({ engine: 'jsc', variant: `drift-${version}`, scripts: [script('smoke')] }),
    })),
    { name: 'C++ tests of the classes', run: () => command(join(here, '../test/run'), ['jsc']) },
  ];
}

function onHermes() {
  return [
    ...[`asan-${full}`, `tsan-${full}`].flatMap((variant) => life('hermes', variant)),
    { name: 'C++ tests of the classes', run: () => command(join(here, '../test/run'), ['hermes']) },
  ];
}

/** Everything that one build on one engine is put through. */
function life(engine, variant) {
  const on = (name, more) => ({ name: `${engine}, ${variant}, ${name}`, run: () => run({ engine, variant, ...more }) });
  return [
    on('conformance', {
      classic: [cases],
      scripts: [script('conformance')],
      given: { skipped: Object.keys(skipped[engine]) },
    }),
    on('200 reloads with 50 requests each', { scripts: [script('reload')], reloads: 200 }),
    on('four runtimes at once, reloading', { scripts: [script('reload')], reloads: 10, threads: 4 }),
    on('smoke', { scripts: [script('smoke')] }),
    ...['fetch', 'event-source'].map((name) => on(name, { scripts: [script(name)] })),
  ];
}

async function work() {
  for (let job = queue.shift(); job; job = queue.shift()) {
    const from = Date.now();
    const { code, output } = await job.run().catch((error) => ({ code: 1, output: String(error.stack) }));
    const sum = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].pop();
    let ok = Number(sum?.[1] ?? 0);
    let bad = Number(sum?.[2] ?? 0);
    // A sanitizer's report, an assertion, a time limit: the process ended otherwise than by what it counted.
    if (code !== 0 && bad === 0) bad = 1;
    if (code === 0 && ok + bad === 0) bad = 1;
    passed += ok;
    failed += bad;
    const seconds = ((Date.now() - from) / 1000).toFixed(1);
    console.log(`${bad === 0 ? 'ok    ' : 'not ok'} ${job.name}: ${ok} passed, ${bad} failed, ${seconds} s`);
    if (bad > 0) console.log(output.replace(/^(\d+ passed, \d+ failed)$/gm, '  $1'));
  }
}

function command(file, words) {
  return new Promise((resolvePromise) => {
    execFile(file, words, { timeout: 300_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolvePromise({ code: error ? (error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}
