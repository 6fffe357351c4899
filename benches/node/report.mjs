// Turns the slices of a run into tables: a figure is the median over the rounds, a ratio the median of the ratios within the
// rounds, so that a change of the machine's load between rounds touches all clients alike.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, type } from 'node:os';
import { show } from '../picture.mjs';

/** What is measured in each kind of work, with its column's heading. `to` names the client a ratio is taken to. */
export const figures = {
  get: [
    { key: 'perSecond', heading: 'requests/s' },
    { key: 'perSecond', heading: 'to undici fetch', to: 'undici fetch' },
    { key: 'cpuMicros', heading: 'CPU µs/request' },
    { key: 'cpuMicros', heading: 'CPU to undici fetch', to: 'undici fetch' },
  ],
  body: [
    { key: 'megabytesPerSecond', heading: 'MB/s' },
    { key: 'megabytesPerSecond', heading: 'to node:http', to: 'node:http' },
    { key: 'cpuSecondsPerGigabyte', heading: 'CPU s/GB' },
    { key: 'pieceKilobytes', heading: 'kB/chunk' },
    { key: 'rssMegabytes', heading: 'peak RSS, MB' },
  ],
  events: [
    { key: 'perSecond', heading: 'events/s' },
    { key: 'loopP50', heading: 'loop delay p50, ms' },
    { key: 'loopP99', heading: 'loop delay p99, ms' },
    { key: 'loopMax', heading: 'loop delay max, ms' },
    { key: 'lateP99', heading: 'timers late p99, ms' },
    { key: 'latencyP50', heading: 'latency p50, ms' },
    { key: 'latencyP99', heading: 'latency p99, ms' },
    { key: 'cpuMicros', heading: 'CPU µs/event' },
  ],
};

/** The targets: of reqtask, by work and heading, in every case of the work. */
const targets = [
  { work: 'get', what: 'Small keep-alive GETs: requests/s', heading: 'to undici fetch', least: 1.3 },
  { work: 'body', what: 'A large body: MB/s', heading: 'to node:http', least: 1.0 },
  { work: 'events', what: '10,000 events each second', heading: 'loop delay p99, ms', most: 5 },
];

function median(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function judge(work, who, heading, value) {
  const target = targets.find((t) => t.work === work && t.heading === heading);
  if (!target || who !== 'reqtask' || Number.isNaN(value)) return { target: '', verdict: '' };
  const good = target.least === undefined ? value <= target.most : value >= target.least;
  return { target: target.least ?? target.most, verdict: good ? 'ok' : 'MISS' };
}

/** `slices`: `{ work, name, who, round, figures }`. Returns rows `{ work, name, who, heading, value, target, verdict }`. */
export function summarise(slices) {
  const rows = [];
  const seen = new Set();
  for (const { work, name, who } of slices) {
    const id = `${work}/${name}/${who}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const of = (client) => slices.filter((s) => s.work === work && s.name === name && s.who === client);
    for (const { key, heading, to } of figures[work]) {
      const base = to && of(to);
      const values = of(who).map((slice) => {
        const peer = base?.find((other) => other.round === slice.round);
        return to ? slice.figures[key] / (peer?.figures[key] ?? NaN) : slice.figures[key];
      });
      const value = median(values);
      rows.push({
        work,
        name,
        who,
        heading,
        value,
        ...judge(work, who, heading, value),
      });
    }
  }
  return rows;
}

/** The tables of one kind of work, as Markdown. */
export function table(rows, work) {
  const headings = figures[work].map((figure) => figure.heading);
  const lines = [
    `| case | who | ${headings.join(' | ')} |`,
    `| --- | --- | ${headings.map(() => '---:').join(' | ')} |`,
  ];
  const mine = rows.filter((row) => row.work === work);
  for (let i = 0; i < mine.length; i += headings.length) {
    const cells = mine.slice(i, i + headings.length).map((row) => [show(row.value), row.verdict].join(' ').trim());
    lines.push(`| ${mine[i].name} | ${mine[i].who} | ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}

/** Of all cases that share a target, the one that is farthest from it, as Markdown. */
export function targetTable(rows) {
  const lines = ['| what | figure | target | weakest case | verdict |', '| --- | --- | --- | --- | --- |'];
  for (const { work, what, heading, least, most } of targets) {
    const mine = rows.filter((row) => row.work === work && row.heading === heading && row.verdict !== '');
    if (mine.length === 0) continue;
    const [weakest] = [...mine].sort((a, b) => (least === undefined ? b.value - a.value : a.value - b.value));
    const misses = mine.filter(({ verdict }) => verdict === 'MISS').length;
    const aim = least === undefined ? `≤ ${most}` : `≥ ${least}`;
    const verdict = misses === 0 ? 'ok' : `MISS in ${misses} of ${mine.length}`;
    lines.push(`| ${what} | ${heading} | ${aim} | ${show(weakest.value)}: ${weakest.name} | ${verdict} |`);
  }
  return lines.join('\n');
}

/** What the figures depend on. */
export function machine(command, server, versions) {
  const [load1, load5, load15] = loadavg().map((value) => value.toFixed(2));
  const compiler = execFileSync(process.env.CC ?? 'cc', ['-dumpfullversion'], {
    encoding: 'utf8',
  }).trim();
  return [
    `- date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- processor: ${cpus()[0].model}, ${cpus().length} processors`,
    `- system: ${type()} ${release()} ${process.arch}`,
    `- load: ${load1} ${load5} ${load15} (1, 5, 15 minutes, at the end of the run)`,
    ...Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`),
    `- server of the GETs: ${server}; of the rest: server.c`,
    `- C compiler: ${compiler}`,
    `- command: \`${command}\``,
  ].join('\n');
}

export function csv(rows) {
  const lines = rows.map(({ work, name, who, heading, value, target, verdict }) =>
    [
      work,
      `"${name}"`,
      `"${who}"`,
      `"${heading}"`,
      Number.isFinite(value) ? value.toFixed(3) : '',
      target,
      verdict,
    ].join(),
  );
  return ['table,case,who,figure,value,target,verdict', ...lines, ''].join('\n');
}
