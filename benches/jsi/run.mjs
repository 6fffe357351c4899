/**
 * The benchmark of the JSI host: what it adds to the C API, in each engine there is. See README.md.
 *
 *   node benches/jsi/run.mjs [--quick] [--rounds N] [--only latency,events,body,sleep] [--out docs/benchmarks/jsi]
 *
 * Without --out the table is only printed. `make bench-jsi` builds what it needs.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, type } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { bundle } from '../../bindings/jsi/harness/modules.mjs';
import { picture } from '../picture.mjs';
import { PANELS, STYLES, TITLE } from './picture.mjs';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    rounds: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(here, '../..');
const build = join(root, 'build/jsi');
const version = JSON.parse(readFileSync(join(root, 'bindings/jsi/harness/versions.json'))).full;
const program = (engine) => join(build, `release-${version}`, `bench-${engine}`);
const engines = ['jsc', 'jsc-zero-copy', 'hermes'].filter((engine) => existsSync(program(engine)));
const works = given.only?.split(',') ?? ['latency', 'events', 'body', 'sleep'];
const rounds = Number(given.rounds ?? (given.quick ? 1 : 5));
const GAP_US = 1000;
const MIB = 2 ** 20;
const size = given.quick
  ? { chunks: 1000, body: 256 * MIB, events: 8 * MIB, sleep: 32 * MIB }
  : { chunks: 5000, body: 1024 * MIB, events: 32 * MIB, sleep: 64 * MIB };
const EVENT_BYTES = 64;
const SLEEP_MS = 2;

const run = promisify(execFile);
const folder = mkdtempSync(join(build, 'bench-'));
const samples = [];

async function slice(work, who, words) {
  const { stdout } = await run(words[0], words.slice(1), { timeout: 300_000, maxBuffer: 64 * MIB });
  samples.push({ work, who, ...JSON.parse(stdout.split('\n').find((line) => line.startsWith('{'))) });
}

function js(engine, script, order) {
  const file = join(folder, `${script}.js`);
  writeFileSync(file, bundle([join(here, 'js', `${script}.js`)]));
  return [program(engine), 'js', JSON.stringify(order), join(root, 'bindings/jsi/harness/js/prelude.js'), file];
}

for (let round = 0; round < rounds; round++) {
  if (works.includes('latency'))
    await slice('latency', 'C', [program(engines[0]), 'c-latency', size.chunks, GAP_US].map(String));
  if (works.includes('body')) await slice('body', 'C', [program(engines[0]), 'c-body', size.body].map(String));
  for (let i = 0; i < engines.length; i++) {
    // Each engine comes first in some round.
    const engine = engines[(i + round) % engines.length];
    if (works.includes('latency'))
      await slice('latency', engine, js(engine, 'latency', { count: size.chunks, gapUs: GAP_US }));
    if (works.includes('events'))
      await slice('events', engine, js(engine, 'body', { bytes: size.events, chunkBytes: EVENT_BYTES }));
    if (works.includes('body')) await slice('body', engine, js(engine, 'body', { bytes: size.body }));
    if (works.includes('sleep'))
      await slice('sleep', engine, js(engine, 'body', { bytes: size.sleep, sleepMs: SLEEP_MS }));
  }
}
rmSync(folder, { recursive: true });

const median = (list) => quantile(list, 0.5);
function quantile(list, q) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}
const of = (work, who) => samples.filter((one) => one.work === work && one.who === who);
const lateness = (one) => one.atUs.map((at, i) => at - one.sentUs[i]);
const verdict = (good) => (good ? 'ok' : 'MISS');
const fixed = (value, digits = 0) => value.toFixed(digits);

const rows = [['work', 'who', 'figure', 'value', 'unit', 'target', 'verdict']];
const row = (...cells) => rows.push(cells);

if (works.includes('latency')) {
  const p = (who, q) => median(of('latency', who).map((one) => quantile(lateness(one), q)));
  row('latency', 'C', 'p50', fixed(p('C', 0.5), 1), 'µs', '', '');
  row('latency', 'C', 'p99', fixed(p('C', 0.99), 1), 'µs', '', '');
  for (const who of engines) {
    const more = p(who, 0.5) - p('C', 0.5);
    row('latency', who, 'p50', fixed(p(who, 0.5), 1), 'µs', '', '');
    row('latency', who, 'p99', fixed(p(who, 0.99), 1), 'µs', '', '');
    row('latency', who, 'p50 after C', fixed(more, 1), 'µs', '≤ 100', verdict(more <= 100));
  }
}
for (const who of works.includes('events') ? engines : []) {
  const rate = median(of('events', who).map((one) => one.chunks / one.seconds));
  row('events', who, 'events/s', fixed(rate), '1/s', '≥ 100000', verdict(rate >= 100000));
  row(
    'events',
    who,
    'events in a turn',
    fixed(median(of('events', who).map((one) => one.chunks / one.turns)), 1),
    '',
    '',
    '',
  );
}
if (works.includes('body')) {
  const speed = (who) => median(of('body', who).map((one) => one.bytes / one.seconds / 1e6));
  row('body', 'C', 'speed', fixed(speed('C')), 'MB/s', '', '');
  for (const who of engines) {
    const copies = median(of('body', who).map((one) => one.copied / one.bytes));
    // A hundredth is for heads and for chunks so small that a copy is cheaper than a finalizer.
    const most = who === 'jsc' ? 1.01 : 0.01;
    row('body', who, 'speed', fixed(speed(who)), 'MB/s', '', '');
    row('body', who, 'copies of each byte', fixed(copies, 4), '', who === 'jsc' ? '≤ 1' : '0', verdict(copies <= most));
    row(
      'body',
      who,
      'bytes in a chunk',
      fixed(median(of('body', who).map((one) => one.bytes / one.chunks))),
      '',
      '',
      '',
    );
    row(
      'body',
      who,
      'peak memory above the start',
      fixed(median(of('body', who).map((one) => (one.peakBytes - one.baseBytes) / MIB)), 1),
      'MiB',
      '',
      '',
    );
  }
}
for (const who of works.includes('sleep') ? engines : []) {
  const grown = median(of('sleep', who).map((one) => (one.peakBytes - one.baseBytes) / MIB));
  row('sleeping consumer', who, 'peak memory above the start', fixed(grown, 1), 'MiB', '≤ 32', verdict(grown <= 32));
}

const missing = ['jsc', 'jsc-zero-copy', 'hermes'].filter((engine) => !engines.includes(engine));
const command = ['node benches/jsi/run.mjs', ...process.argv.slice(2)].join(' ');
const text = `# JSI benchmark: what the host for React Native adds to the C API
${given.out ? `\n![The figures as bars](${basename(given.out)}.svg)\n` : ''}
- date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC
- processor: ${cpus()[0].model.trim()}, ${cpus().length} processors
- system: ${type()} ${release()} ${process.arch}
- load: ${loadavg()
  .map((load) => load.toFixed(2))
  .join(' ')} (1, 5, 15 minutes, at the end of the run)
- React Native: ${version} (its JSI, JSCRuntime and TurboModules); JavaScriptCore: ${jscVersion()}; Hermes: ${engines.includes('hermes') ? 'of the crate hermes-engine 0.0.1' : 'not built'}
- C++ compiler: ${execFileSync(process.env.CXX ?? 'c++', ['-dumpfullversion'], { encoding: 'utf8' }).trim()}, -O2
- command: \`${command}\`${missing.length ? `\n- left out, because not built: ${missing.join(', ')}` : ''}

Medians over ${rounds} interleaved rounds of slices, one process each, with sender and listener in one process. "C" is a listener
with direct delivery; the engines run the whole way: core, host, React Native's TurboModule, reqtask-js, listener. "jsc" is
React Native's JSCRuntime as it is, which can only copy; "jsc-zero-copy" is the same with a patch.

- latency: ${size.chunks} chunks of one byte, one each ${GAP_US / 1000} ms, from the sender's send() to the listener
- events: ${size.events / MIB} MiB as chunk events of ${EVENT_BYTES} bytes
- body: ${size.body / MIB} MiB; "copies" are the bytes that went through memcpy and memmove in the host's and React Native's C++
- sleeping consumer: ${size.sleep / MIB} MiB to a listener that takes ${SLEEP_MS} ms for each chunk

## Targets

Of all engines that share a target, the one that is farthest from it.

${targetTable()}

## Figures

${table(rows)}
`;
process.stdout.write(text);
if (given.out) {
  mkdirSync(dirname(resolve(given.out)), { recursive: true });
  writeFileSync(`${given.out}.md`, text);
  writeFileSync(`${given.out}.csv`, rows.map((cells) => cells.join(',')).join('\n') + '\n');
  const drawn = rows.slice(1).map(([work, who, heading, value, , , verdict]) => {
    return { work, name: '', who, heading, value: Number(value), verdict };
  });
  const where = `${cpus()[0].model.trim()}, React Native ${version}, ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(`${given.out}.svg`, picture({ title: TITLE, where, panels: PANELS, styles: STYLES, rows: drawn }));
}
if (rows.some((cells) => cells[6] === 'MISS')) process.exitCode = 1;

function targetTable() {
  const lines = [['work', 'figure', 'target', 'weakest engine', 'verdict']];
  const judged = rows.filter((cells, at) => at > 0 && cells[6] !== '');
  for (const key of new Set(judged.map(([work, , figure, , , target]) => [work, figure, target].join('|')))) {
    const [work, figure, target] = key.split('|');
    const mine = judged.filter((cells) => cells[0] === work && cells[2] === figure && cells[5] === target);
    const least = target.startsWith('≥');
    const [weakest] = [...mine].sort((a, b) => (least ? a[3] - b[3] : b[3] - a[3]));
    const misses = mine.filter((cells) => cells[6] === 'MISS').length;
    const said = misses === 0 ? 'ok' : `MISS in ${misses} of ${mine.length}`;
    lines.push([work, figure, target, `${weakest[3]} ${weakest[4]}: ${weakest[1]}`.replace(' :', ':'), said]);
  }
  return table(lines);
}

function table([head, ...body]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((cell) => (cell === 'value' ? '---:' : '---'))), ...body.map(line)].join('\n');
}

function jscVersion() {
  for (const name of ['javascriptcoregtk-4.1', 'javascriptcoregtk-4.0']) {
    try {
      return execFileSync('pkg-config', ['--modversion', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      // The other one, then.
    }
  }
  return 'unknown';
}
