// Memory stays bounded while the program does not take what the server sends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startBusyServer } from './busy-server.mjs';

const mebibyte = 2 ** 20;
let server;
before(async () => (server = await startBusyServer()));
after(() => server.stop());

/**
 * Runs a program that begins with a 256 MiB stream and stops taking it by `stop`, waits until the server makes no progress
 * any more, and then takes the rest by `go`. Prints how much RSS had grown meanwhile, how far the server had come, and
 * how many bytes arrived in all.
 */
async function run({ stop, go }) {
  const source = `
    import { createRequire } from 'node:module';
    import { rssBytes } from ${JSON.stringify(new URL('resources.mjs', import.meta.url).href)};
    const { request } = createRequire(${JSON.stringify(import.meta.url)})('../index.cjs');
    const origin = process.argv[1];
    const flooded = async () => Number((await request(origin + '/flooded')).data);
    const sentBefore = await flooded();
    globalThis.gc();
    const rssBefore = rssBytes();
    let received = 0;
    let rssMost = 0;
    const task = request({ url: origin + '/flood', enableChunked: true });
    ${stop}
    let sent = 0;
    for (let same = 0; same < 10; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      rssMost = Math.max(rssMost, rssBytes());
      const now = (await flooded()) - sentBefore;
      same = now > 0 && now === sent ? same + 1 : 0;
      sent = now;
    }
    const grownAsleep = rssMost - rssBefore;
    ${go}
    await task;
    console.log(JSON.stringify({ grownAsleep, grownInAll: Math.max(rssMost, rssBytes()) - rssBefore, sent, received }));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', source, server.origin],
    { timeout: 60_000 },
  );
  return JSON.parse(stdout);
}

/** What the kernel and Node's server keep on the way is not the client's, but bounded too. */
function expectBounded(t, { grownAsleep, grownInAll, sent, received }) {
  t.diagnostic(JSON.stringify({ grownAsleep, grownInAll, sent, received }));
  assert.ok(sent < 64 * mebibyte, `the server was not held back: ${sent} bytes`);
  assert.ok(grownAsleep < 24 * mebibyte, `RSS grew by ${grownAsleep} while the program slept`);
  assert.ok(grownInAll < 96 * mebibyte, `RSS grew by ${grownInAll} in all`);
  assert.equal(received, 256 * mebibyte);
}

test('E-16: RSS is bounded and the server held back while a for await loop sleeps', async (t) => {
  const result = await run({
    stop: `
      let wake, slept;
      const gate = new Promise((resolve) => (wake = resolve));
      const asleep = new Promise((resolve) => (slept = resolve));
      const loop = (async () => {
        for await (const { data } of task) {
          received += data.byteLength;
          if (received > ${mebibyte} && slept) {
            slept();
            slept = null;
            await gate;
          }
          rssMost = Math.max(rssMost, received % 16 === 0 ? rssBytes() : 0);
        }
      })();
      await asleep;`,
    go: `
      wake();
      await loop;`,
  });
  expectBounded(t, result);
});

test('E-16 E-17: RSS is bounded and the server held back while the task is paused', async (t) => {
  const result = await run({
    stop: `
      await new Promise((resolve) => {
        task.onChunkReceived(({ data }) => {
          received += data.byteLength;
          if (received > ${mebibyte}) {
            task.pause();
            resolve();
          }
        });
      });
      task.offChunkReceived();
      task.onChunkReceived(({ data }) => (received += data.byteLength));`,
    go: `task.resume();`,
  });
  expectBounded(t, result);
});

test('E-6 E-16: RSS is bounded and the server held back while there is no listener', async (t) => {
  const result = await run({
    stop: ``,
    go: `task.onChunkReceived(({ data }) => (received += data.byteLength));`,
  });
  expectBounded(t, result);
});
