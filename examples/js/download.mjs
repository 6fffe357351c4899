// Downloads a file with a progress bar.
//
//     node examples/js/download.mjs [--to FILE] [--bytes N] [URL]
//
// In a terminal the keys p, r and q pause, resume and quit. The loop below asks for the next bytes when the last ones are on
// the disk, so a slow disk slows the server down and memory stays small, whatever the size. Without a URL the example has a
// server of its own, with a file of N bytes.
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
// In your own project: import { request } from 'reqtask';
import { request } from '../../bindings/node/index.mjs';
import { startLocalServer } from './local-server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string' }, bytes: { type: 'string', default: '200000000' } },
});
const server = positionals.length === 0 ? await startLocalServer() : null;
const url = server ? `${server.url}/file?bytes=${values.bytes}` : positionals[0];
const to = values.to ?? (basename(new URL(url).pathname) || 'download');

const part = `${to}.part`;
const file = await open(part, 'w');
// Nothing is awaited between here and the loop: what has ended cannot be iterated any more.
const task = request({ url, enableChunked: true });
let total = 0;
let refusal = '';
task.onHeadersReceived(({ statusCode, header }) => {
  // The body of a 404 is not the file.
  if (statusCode !== 200) {
    refusal = `the server answers ${statusCode}`;
    task.abort();
  }
  // Of a coded body it is the length before decoding, and no measure for the bytes that arrive here.
  total = header['content-encoding'] ? 0 : Number(header['content-length'] ?? 0);
});

const terminal = process.stdin.isTTY && process.stdout.isTTY;
if (terminal) {
  console.log('p pauses, r resumes, q quits');
  process.stdin.setRawMode(true).on('data', (keys) => {
    if (keys.includes('p')) task.pause();
    if (keys.includes('r')) task.resume();
    if (keys.includes('q') || keys.includes('\x03')) task.abort();
  });
}

const hash = createHash('sha256');
const started = Date.now();
let done = 0;
let shown = -1;
try {
  for await (const { data } of task) {
    const bytes = new Uint8Array(data);
    await file.write(bytes);
    hash.update(bytes);
    done += bytes.length;
    show();
  }
  const seconds = (Date.now() - started) / 1000;
  const speed = (done / 1e6 / Math.max(seconds, 0.001)).toFixed(0);
  await file.close();
  await rename(part, to);
  console.log(`${terminal ? '\n' : ''}${to}: ${done} bytes, ${speed} MB/s`);
  console.log(`sha256 ${hash.digest('hex')}`);
} catch (error) {
  await file.close();
  await rm(part, { force: true });
  console.log(`${terminal ? '\n' : ''}${refusal || (error.errMsg ?? error)}, after ${done} bytes`);
  process.exitCode = 1;
}

if (terminal) process.stdin.setRawMode(false).pause();
await server?.stop();

/** A bar in a terminal, a line for each tenth elsewhere. */
function show() {
  const percent = total > 0 ? Math.floor((done * 100) / total) : 0;
  const step = terminal ? percent : Math.floor(percent / 10);
  if (step === shown) return;
  shown = step;
  const bar = '#'.repeat(Math.floor(percent / 4)).padEnd(25, '.');
  process.stdout.write(terminal ? `\r[${bar}] ${percent} %` : `[${bar}] ${percent} %\n`);
}
