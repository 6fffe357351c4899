// The example's own server, as `npm run server` starts it, at a port of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export async function runServer() {
  const child = spawn(process.execPath, [join(__dirname, '../../server.mjs'), '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = [];
  let wake = () => {};
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    wake();
  });

  /** The first line that begins so, also one of the past. */
  async function news(start) {
    for (;;) {
      const line = lines.find((line) => line.startsWith(start));
      if (line) return line;
      await new Promise((resolve) => (wake = resolve));
    }
  }

  return {
    url: await news('http://'),
    news,
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.kill()),
  };
}
