// One slice of the benchmark: one client doing one kind of work in a process of its own, so with a clean heap and its own CPU
// time. `node slice.mjs '{"work":"get","peer":"reqtask","url":"...",...}'` prints its figures as one line of JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { peers } from './peers.mjs';

const order = JSON.parse(process.argv[2]);
const now = () => process.hrtime.bigint();
const seconds = (from) => Number(now() - from) / 1e9;

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function quantile(sorted, part) {
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : NaN;
}

/** Small GETs, `order.atOnce` in turn, until `order.seconds` are over; begun after a warm-up. */
async function get(peer) {
  async function lane(until) {
    let count = 0;
    while (now() < until) {
      const answer = await peer.get(order.url);
      if (answer.id !== 12345) throw new Error('a wrong answer');
      count++;
    }
    return count;
  }
  async function run(length) {
    const until = now() + BigInt(Math.round(length * 1e9));
    const counts = await Promise.all(Array.from({ length: order.atOnce }, () => lane(until)));
    return counts.reduce((sum, count) => sum + count, 0);
  }
  await run(order.warmUp);
  const cpu = cpuSeconds();
  const from = now();
  const count = await run(order.seconds);
  const passed = seconds(from);
  return {
    perSecond: count / passed,
    cpuMicros: ((cpuSeconds() - cpu) / count) * 1e6,
  };
}

/** Counts a body and looks at both ends of each piece: byte i of it is i % 251. */
async function drain(peer, url, size) {
  let at = 0;
  let pieces = 0;
  await peer.stream(url, (bytes) => {
    const end = at + bytes.length;
    if (bytes[0] !== at % 251 || bytes[bytes.length - 1] !== (end - 1) % 251) throw new Error(`wrong byte near ${at}`);
    at = end;
    pieces++;
  });
  if (at !== size) throw new Error(`${at} bytes instead of ${size}`);
  return pieces;
}

async function body(peer) {
  await drain(peer, order.url.replace('SIZE', order.warmUpBytes), order.warmUpBytes);
  const cpu = cpuSeconds();
  const from = now();
  const pieces = await drain(peer, order.url.replace('SIZE', order.bytes), order.bytes);
  const passed = seconds(from);
  return {
    megabytesPerSecond: order.bytes / 1e6 / passed,
    cpuSecondsPerGigabyte: ((cpuSeconds() - cpu) / order.bytes) * 1e9,
    pieceKilobytes: order.bytes / 1e3 / pieces,
    rssMegabytes: process.resourceUsage().maxRSS / 1e3,
  };
}

/** Our own measure of the loop's delay: how late a chain of timers of 1 ms is, in ms. */
function watchTimers() {
  const late = [];
  let timer;
  let due;
  function again() {
    due = performance.now() + 1;
    timer = setTimeout(() => {
      late.push(performance.now() - due);
      again();
    }, 1);
  }
  again();
  return () => {
    clearTimeout(timer);
    return late.sort((a, b) => a - b);
  };
}

/** Streams of events at once, each parsed: what the loop's delay and the events' latency are meanwhile. */
async function events(peer) {
  const latencies = [];
  let wrong = 0;
  async function stream() {
    let rest = '';
    await peer.stream(order.url, (bytes) => {
      const arrived = Number(now());
      const parts = (rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).latin1Slice()).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const sent = Number(part.slice(6));
        if (Number.isNaN(sent)) wrong++;
        else latencies.push((arrived - sent) / 1e6);
      }
    });
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const cpu = cpuSeconds();
  const from = now();
  delay.enable();
  const timers = watchTimers();
  if (peer) await Promise.all(Array.from({ length: order.streams }, stream));
  else await new Promise((resolve) => setTimeout(resolve, order.seconds * 1e3));
  delay.disable();
  const late = timers();
  const passed = seconds(from);
  if (wrong || (peer && latencies.length !== order.streams * order.each)) throw new Error('events were lost');
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / passed,
    loopP50: delay.percentile(50) / 1e6,
    loopP99: delay.percentile(99) / 1e6,
    loopMax: delay.max / 1e6,
    lateP99: quantile(late, 0.99),
    latencyP50: quantile(latencies, 0.5),
    latencyP99: quantile(latencies, 0.99),
    cpuMicros: latencies.length ? ((cpuSeconds() - cpu) / latencies.length) * 1e6 : NaN,
  };
}

const peer = order.peer === 'idle' ? null : await peers[order.peer]();
console.log(JSON.stringify(await { get, body, events }[order.work](peer)));
process.exit();
