// What the library shows to others, and what it leaves behind in the process.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { addon, Client, fake, Flag } from './host.mjs';

const server = await startServer();
after(() => server.stop());
const linux = process.platform === 'linux';
// The sanitizers' runtime is not for the programs run here.
const env = { ...process.env, LD_PRELOAD: '' };

test("nothing is exported but Node's entry points; OpenHarmony's flavour exports nothing", { skip: !linux }, () => {
  const names = execFileSync('nm', ['-D', '--defined-only', '--format=just-symbols', addon], { env, encoding: 'utf8' });
  const want = fake ? [] : ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];
  assert.deepEqual(names.split('\n').filter(Boolean).sort(), want);
});

test('the library stays mapped when it is closed, for the threads that still unwind', { skip: !linux }, () => {
  assert.match(execFileSync('readelf', ['-d', addon], { env, encoding: 'utf8' }), /NODELETE/);
});

test('H-11: a closed client leaves no thread and no descriptor behind', { skip: !linux }, async () => {
  const now = () => [readdirSync('/proc/self/task').length, readdirSync('/proc/self/fd').length];
  const use = async () => {
    const client = new Client();
    const silent = server.script(['status 200 OK', 'length 9', 'head-end', 'bytes 1', 'stall']);
    const tasks = Array.from({ length: 30 }, (_, i) =>
      client.start(i % 2 ? silent : server.http + '/hello', { flags: Flag.Chunks }),
    );
    await client.until(() => tasks.every((task) => client.of(task).length > 1));
    assert.ok(now()[0] > before[0], 'it has threads of its own');
    client.close();
  };
  await server.log({ event: 'none' }); // Node opens what it keeps for its own requests.
  const before = now();
  for (let i = 0; i < 3; i++) await use();
  // Close does not wait for them, so look until they are gone; the runner's limit ends this if they never are.
  while (now().some((count, i) => count > before[i])) await new Promise((resolve) => setTimeout(resolve, 5));
});
