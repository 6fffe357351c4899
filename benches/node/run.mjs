// The Node benchmark: reqtask beside Node's own clients, in one run, against the same servers, in turn. See README.md.
//
//   node benches/node/run.mjs [--quick | --full] [--only get,body,events] [--rounds N] [--out docs/benchmarks/node]
//
// Without --out the tables are only printed.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { picture } from '../picture.mjs';
import { peers } from './peers.mjs';
import { PANELS, STYLES, TITLE } from './picture.mjs';
import { csv, machine, summarise, table, targetTable } from './report.mjs';
import { startNginx, startOwn } from './servers.mjs';

const { values: given } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    out: { type: 'string' },
  },
});
const size = given.full
  ? { rounds: 5, getSeconds: 2, bytes: 2 ** 30, eventSeconds: 5 }
  : { rounds: 2, getSeconds: 1, bytes: 2 ** 30, eventSeconds: 1.5 };
const rounds = Number(given.rounds ?? size.rounds);
const works = given.only?.split(',') ?? ['get', 'body', 'events'];

const requireHere = createRequire(new URL('../../bindings/package.json', import.meta.url));
function versionOf(read) {
  try {
    return read();
  } catch {
    return null;
  }
}
const undici = versionOf(() => requireHere('undici/package.json').version);
const names = Object.keys(peers).filter((name) => name !== 'undici.request' || undici);

const own = await startOwn();
const nginx = await startNginx();
const small = nginx ?? own;

const megabytes = `${size.bytes / 2 ** 20} MiB`;
const cases = [
  ...[1, 8, 64].map((atOnce) => ({
    work: 'get',
    name: `${atOnce} at once`,
    order: {
      url: `${small.origin}/get`,
      atOnce,
      // Long enough for every client's code to be compiled.
      warmUp: 1.2,
      seconds: size.getSeconds,
    },
  })),
  ...[
    { name: `${megabytes}, content-length`, url: `${own.origin}/body/SIZE` },
    {
      name: `${megabytes}, chunks of 16 KiB`,
      url: `${own.origin}/chunked/SIZE/16384`,
    },
  ].map(({ name, url }) => ({
    work: 'body',
    name,
    order: { url, bytes: size.bytes, warmUpBytes: 2 ** 25 },
  })),
  ...[
    { streams: 1, gap: 100 },
    { streams: 100, gap: 10_000 },
  ].map(({ streams, gap }) => ({
    work: 'events',
    name: `${streams} ${streams === 1 ? 'stream' : 'streams'} of ${1e6 / gap}/s`,
    order: {
      url: `${own.origin}/events/${gap}/${(size.eventSeconds * 1e6) / gap}`,
      streams,
      each: (size.eventSeconds * 1e6) / gap,
      seconds: size.eventSeconds,
    },
  })),
].filter(({ work }) => works.includes(work));

function progress(words) {
  if (process.stderr.isTTY) process.stderr.write(`\r${words.padEnd(79)}\r`);
}

const slice = fileURLToPath(new URL('slice.mjs', import.meta.url));
const run = promisify(execFile);
const slices = [];
const begun = Date.now();
for (let round = 0; round < rounds; round++) {
  for (const { work, name, order } of cases) {
    // Every client comes first in some round.
    const clients = work === 'events' ? [...names, 'idle'] : names;
    for (let i = 0; i < clients.length; i++) {
      const who = clients[(i + round) % clients.length];
      const args = [slice, JSON.stringify({ work, peer: who, ...order })];
      try {
        const { stdout } = await run(process.execPath, args, {
          timeout: 180_000,
        });
        slices.push({ work, name, who, round, figures: JSON.parse(stdout) });
      } catch (error) {
        console.error(`${name}, ${who}: left out of round ${round + 1}: ${error.stderr || error.message}`);
        process.exitCode = 1;
      }
      progress(`round ${round + 1} of ${rounds}, ${name}, ${who}`);
    }
  }
}
progress('');
own.stop();
await nginx?.stop();

// The tables list the clients in one order, whoever came first.
slices.sort((a, b) => [...names, 'idle'].indexOf(a.who) - [...names, 'idle'].indexOf(b.who));
slices.sort((a, b) => cases.findIndex((c) => c.name === a.name) - cases.findIndex((c) => c.name === b.name));
const rows = summarise(slices);
const command = ['node benches/node/run.mjs', ...process.argv.slice(2)].join(' ');
const versions = {
  reqtask: versionOf(() => requireHere('reqtask/package.json').version),
  Node: process.versions.node,
  'undici (of Node)': process.versions.undici,
  'undici.request': undici,
};
const titles = {
  get: 'Small keep-alive GETs, answers parsed from JSON',
  body: 'A large body into JavaScript chunks, bytes checked',
  events: 'Server-sent events, 10,000 each second',
};
const report = [
  '# Node benchmark: reqtask beside Node’s own clients',
  ...(given.out ? [`![The figures as bars](${basename(given.out)}.svg)`] : []),
  machine(command, small.name, versions),
  `Figures are medians over ${rounds} interleaved rounds of slices, one process each; ratios are medians of the ratios within a round. The ` +
    'machine’s load changes times; ratios of one run are what to compare. "ok" and "MISS" judge a figure against its target. "idle" is ' +
    `a process without a client: the part of the loop’s delay that is the machine’s. The run took ${Math.round((Date.now() - begun) / 1000)} s.`,
  '## Targets',
  'Of all cases that share a target, the one that is farthest from it.',
  targetTable(rows),
  ...works.flatMap((work) => [`## ${titles[work]}`, table(rows, work)]),
].join('\n\n');
console.log(report);
if (given.out) {
  mkdirSync(dirname(given.out), { recursive: true });
  writeFileSync(`${given.out}.md`, report + '\n');
  writeFileSync(`${given.out}.csv`, csv(rows));
  const where = `${cpus()[0].model}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(`${given.out}.svg`, picture({ title: TITLE, where, panels: PANELS, styles: STYLES, rows }));
}
