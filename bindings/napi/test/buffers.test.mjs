// Who owns the bytes: JavaScript, for as long as it likes, and the memory comes back. Needs --expose-gc.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { Client, fake, Flag, joined, Kind, native, pattern } from './host.mjs';

const server = await startServer();
after(() => server.stop());
const MiB = 1024 * 1024;

/** Bytes of ArrayBuffers, external ones included, after everything unreachable is gone. */
async function held() {
  for (let i = 0; i < 4; i++) {
    global.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { arrayBuffers, external } = process.memoryUsage();
  return { arrayBuffers, external };
}

async function bodyOf(url, client) {
  return (await client.completion(client.start(url))).answer.body;
}

test('E-3: ArrayBuffers outlive their client, and may be written to', async () => {
  const client = new Client();
  const task = client.start(server.http + '/bytes/3000000', { flags: Flag.Chunks });
  await client.end(task);
  const chunks = client.of(task, Kind.Chunk);
  const bodies = await Promise.all([1, 20000, 3000000].map((size) => bodyOf(server.http + `/bytes/${size}`, client)));
  client.close();
  client.events = [];
  await held();
  assert.ok(joined(chunks).equals(pattern(3000000)));
  for (const body of bodies) {
    assert.ok(Buffer.from(body).equals(pattern(body.byteLength)));
    new Uint8Array(body).fill(7);
    assert.ok(new Uint8Array(body).every((byte) => byte === 7));
  }
});

test('E-3: what one task got is not changed by later ones', async () => {
  const client = new Client();
  const kept = [];
  for (let i = 0; i < 30; i++) {
    const task = client.start(server.http + '/bytes/200000', { flags: Flag.Chunks });
    await client.end(task);
    kept.push(joined(client.of(task, Kind.Chunk)), Buffer.from(await bodyOf(server.http + '/bytes/2000000', client)));
  }
  for (const [i, bytes] of kept.entries()) assert.ok(bytes.equals(pattern(i % 2 ? 2000000 : 200000)));
  client.close();
});

for (const [what, size, flags] of [
  ['chunks', 40 * MiB, Flag.Chunks],
  ["bodies over the core's memory", 40 * MiB, 0],
  ['copied bodies', 4000, 0],
]) {
  test(`H-11: memory of ${what} comes back`, async () => {
    const client = new Client();
    const once = async () => {
      const tasks = Array.from({ length: size < MiB ? 2000 : 2 }, () =>
        client.start(server.http + `/bytes/${size}`, { flags }),
      );
      for (const task of tasks) await client.end(task);
      client.events = [];
    };
    await once();
    const before = await held();
    await once();
    await once();
    const later = await held();
    for (const kind of ['arrayBuffers', 'external'])
      assert.ok(later[kind] - before[kind] < 2 * MiB, `${kind}: ${before[kind]} before, ${later[kind]} later`);
    client.close();
  });
}

test(
  'E-3: chunks and bodies below 1 MiB can be transferred to a worker',
  { skip: fake && 'Node only: the fake makes external ones earlier' },
  async () => {
    const client = new Client();
    const body = await bodyOf(server.http + '/bytes/900000', client);
    const moved = structuredClone(body, { transfer: [body] });
    assert.equal(body.byteLength, 0);
    assert.ok(Buffer.from(moved).equals(pattern(900000)));
    client.close();
  },
);

test('E-3: a larger body can be copied to a worker; whether it moves is up to Node', async () => {
  const client = new Client();
  const body = await bodyOf(server.http + '/bytes/3000000', client);
  assert.ok(Buffer.from(structuredClone(body)).equals(pattern(3000000)));
  client.close();
});

test('H-11: 5000 requests with random aborts leave no memory behind', async () => {
  const client = new Client();
  const round = async (count) => {
    const tasks = [];
    for (let i = 0; i < count; i++) {
      const task = client.start(server.http + (i % 3 ? '/hello' : '/bytes/20000'), { flags: i % 4 });
      tasks.push(task);
      if (i % 5 === 0) native.abort(task);
      if (i % 7 === 0) native.pause(task);
      if (i % 7 === 0) native.resume(task);
    }
    for (const task of tasks) await client.end(task);
    client.events = [];
  };
  const rounds = async (count) => {
    for (let i = 0; i < count; i++) await round(250);
  };
  await rounds(4);
  const before = await held();
  await rounds(20);
  const later = await held();
  assert.ok(later.external - before.external < MiB, `${before.external} before, ${later.external} later`);
  client.close();
});
