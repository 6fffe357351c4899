// What a process holds: threads, descriptors, memory, handles of the event loop. For programs run with --expose-gc on Linux.
import { readdirSync, readFileSync } from 'node:fs';

function entries(folder) {
  return readdirSync(folder).length;
}

/** Bytes. Of all the process has, also what is not JavaScript's. */
export function rssBytes() {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

function look() {
  const { arrayBuffers, external, heapUsed } = process.memoryUsage();
  return {
    threads: entries('/proc/self/task'),
    descriptors: entries('/proc/self/fd'),
    handles: process
      .getActiveResourcesInfo()
      .filter((kind) => kind !== 'Timeout' && kind !== 'Immediate')
      .sort(),
    rss: rssBytes(),
    arrayBuffers,
    external,
    heapUsed,
  };
}

/**
 * Collects garbage until the counts stay (finalizers run in later turns, idle threads end after a while), then looks.
 * Gives up after ten seconds and tells what is there.
 */
export async function settled() {
  let last = look();
  for (let same = 0, tries = 0; same < 5 && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
    const next = look();
    const still = ['threads', 'descriptors', 'arrayBuffers'].every((key) => next[key] === last[key]);
    same = still ? same + 1 : 0;
    last = next;
  }
  return last;
}
