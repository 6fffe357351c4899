// How processes and worker threads end: by themselves when no task lives, at once when told to, never by a crash. Each case is
// a program of its own (children/), and leaves with the code it should.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../testing/server.mjs';

const server = await startServer();
after(() => server.stop());
const stall = server.script(['status 200 OK', 'chunked', 'head-end', 'bytes 100000', 'stall']);

function run(child, args, env = {}) {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL(`children/${child}.mjs`, import.meta.url));
    const program = spawn(process.execPath, ['--expose-gc', file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
      env: { ...process.env, ...env },
    });
    let out = '';
    let err = '';
    program.stdout.on('data', (text) => (out += text));
    program.stderr.on('data', (text) => (err += text));
    program.once('error', reject);
    program.once('close', (code, signal) => resolve({ code, signal, out: out.trim(), err }));
  });
}

async function succeeds(child, want, ...args) {
  const { code, signal, out, err } = await run(child, args);
  assert.deepEqual({ code, signal, out }, { code: 0, signal: null, out: want }, err);
  return err;
}

test('H-11: the process ends by itself after the last completion', () =>
  succeeds('ends', 'complete 0', server.http + '/hello'));
test('H-11: an open client without tasks does not hold the process', () => succeeds('idle', 'opened'));
test('H-11: an abort, and a close in mid-flight, let the process end', async () => {
  await succeeds('lets-go', 'abort', 'abort', stall);
  await succeeds('lets-go', 'close', 'close', stall);
});
test('a paused task does not hold the process: nothing could ever resume it', () =>
  succeeds('rests', 'paused', 'pause', stall));
test('a task that was paused holds it again once it is resumed or aborted; a closed one’s pause is forgotten', async () => {
  await succeeds('rests', 'complete 0', 'resume', server.http + '/bytes/5000000');
  await succeeds('rests', 'complete -100', 'abort', stall);
  await succeeds('rests', 'closed 0', 'close', server.http + '/bytes/5000000');
});
test('a task holds the process: it does not end before the completion', () =>
  succeeds('ends', 'complete 0', server.script(['sleep 300', 'ok late'])));

// Node frees little of its own at process.exit(), which a leak checker sees; so it may report, but no
// memory that this addon asked for.
test('H-13: process.exit() in mid-stream, 5 times', async () => {
  for (let i = 0; i < 5; i++) {
    const args = [stall, server.http + '/bytes/300000000'];
    const { code, signal, out, err } = await run('exits', args, { LSAN_OPTIONS: 'exitcode=0' });
    assert.deepEqual({ code, signal, out }, { code: 0, signal: null, out: 'streaming' }, err);
    // The function that allocated stands behind the sanitizer's own.
    assert.doesNotMatch(err, /^ *#1 .*(reqtask\.node|src\/\w+\.c|fake-ohos)/m);
  }
});

test('H-13: 50 requests in flight, worker.terminate(), 20 times', async () => {
  assert.equal(
    await succeeds('workers', 'terminated 20', 'terminate', '20', stall, server.http + '/bytes/300000000'),
    '',
  );
});
test('H-13: process.exit() inside deliver of a worker, 10 times', () =>
  succeeds('workers', 'exited 10', 'exit', '10', stall, server.http + '/bytes/300000000'));
test('H-11: a worker ends by itself after its last completion; two at once keep to themselves', () =>
  succeeds('workers', 'ended 4', 'end', '4', server.http + '/bytes/200000', server.http + '/hello'));
test('calls from the end of a worker are harmless', () =>
  succeeds('workers', 'late 5', 'late', '5', stall, server.http + '/hello'));
test('D-5: what deliver throws reaches uncaughtException, and later events still come', async () => {
  for (const thrown of ['error', 'text', 'undefined'])
    await succeeds('throws', 'caught 3, completed 5', thrown, server.http + '/hello');
});
test('D-5: what deliver throws with no handler ends the process as an uncaught exception does', async () => {
  const { code, err } = await run('throws', ['unhandled', server.http + '/hello']);
  assert.equal(code, 1, err);
  assert.match(err, /Error: from deliver/);
});
