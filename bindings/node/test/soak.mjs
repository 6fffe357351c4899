// The soak program: COUNT requests of every kind, most of them aborted at a random moment, 100 alive at once.
//
//   node --expose-gc soak.mjs ORIGIN COUNT SEED
//
// Prints as JSON how they ended and what the process held at the beginning, on the way and at the end. The same seed gives
// the same requests and the same kinds of abort, though not the same timing. Ends by itself, or else something was left.
import { getEventListeners, setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { settled } from './resources.mjs';

const [origin, countText, seedText] = process.argv.slice(2);
const count = Number(countText);
const alive = 100;

/** mulberry32: small, seeded, good enough to choose by. */
let state = Number(seedText);
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];

const endless = ['/silent', '/stall'];
const paths = [
  '/small',
  '/small',
  '/small',
  '/large',
  '/chunked',
  '/drip',
  '/broken',
  '/error',
  '/redirect',
  ...endless,
];
const ways = [
  'at once',
  'next turn',
  'timer',
  'headers',
  'chunk',
  'signal',
  'loop',
  'pause',
  'timeout',
  'none',
  'none',
];

const outcomes = {};
const problems = [];
const shared = new AbortController();
setMaxListeners(0, shared.signal);

function note(word) {
  outcomes[word] = (outcomes[word] ?? 0) + 1;
}

/** One request; resolves when it has ended in every way a user can see. */
async function one(request) {
  const path = pick(paths);
  let way = pick(ways);
  if (endless.includes(path) && ['none', 'headers', 'chunk', 'loop'].includes(way)) way = 'timer';
  const delay = Math.floor(random() * 8);
  const enableChunked = way === 'loop' || random() < 0.5;
  const post = random() < 0.2;
  let ends = 0;
  const controller = way === 'signal' ? new AbortController() : shared;
  const task = request({
    url: origin + path,
    method: post ? 'POST' : 'GET',
    data: post ? { text: 'x'.repeat(Math.floor(random() * 10_000)) } : undefined,
    responseType: random() < 0.5 ? 'text' : 'arraybuffer',
    enableChunked,
    timeout: way === 'timeout' ? 1 + delay : undefined,
    signal: way === 'signal' || random() < 0.5 ? controller.signal : undefined,
    complete: () => ends++,
  });
  if (way === 'at once') task.abort();
  else if (way === 'next turn') setImmediate(() => task.abort());
  else if (way === 'timer') setTimeout(() => task.abort(), delay);
  else if (way === 'headers') task.onHeadersReceived(() => task.abort());
  else if (way === 'chunk') task.onChunkReceived(() => task.abort());
  else if (way === 'signal') setTimeout(() => controller.abort(), delay);
  else if (way === 'pause') {
    task.onHeadersReceived(() => {
      task.pause();
      setTimeout(() => (endless.includes(path) || random() < 0.5 ? task.abort() : task.resume()), delay);
    });
    if (path === '/silent') setTimeout(() => task.abort(), delay);
  } else if (way === 'loop') {
    try {
      for await (const { data } of task) {
        if (data.byteLength === 0) problems.push('an empty chunk');
        if (random() < 0.3) break;
      }
    } catch {
      // Told by the task's end too.
    }
  }
  const word = await task.then(
    ({ errMsg }) => errMsg,
    ({ reason }) => reason,
  );
  note(word);
  if (ends !== 1) problems.push(`${path}, ${way}: ${ends} ends, ${word}`);
}

async function run(request, total) {
  let left = total;
  async function lane() {
    while (left-- > 0) await one(request);
  }
  await Promise.all(Array.from({ length: alive }, lane));
}

async function main() {
  // Node opens these when it first needs them, for instance in an assertion of its own.
  void [process.stdout, process.stderr];
  const beforeLoad = await settled();
  const { request, close } = createRequire(import.meta.url)('../index.cjs');
  // The first part fills pools, caches and the heap's spaces; what is compared comes after it.
  const first = Math.max(2000, count / 5);
  await run(request, first);
  const afterFirst = await settled();
  const began = performance.now();
  await run(request, count - first);
  const seconds = (performance.now() - began) / 1e3;
  const atEnd = await settled();
  const signalListeners = getEventListeners(shared.signal, 'abort').length;
  close();
  const afterClose = await settled();
  const perSecond = Math.round((count - first) / seconds);
  console.log(
    JSON.stringify({ outcomes, problems, signalListeners, perSecond, beforeLoad, afterFirst, atEnd, afterClose }),
  );
}

// Test runners also run files that are no tests, without arguments.
if (origin) await main();
