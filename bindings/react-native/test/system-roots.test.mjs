// configure({ systemRoots: true }) with the authorities that Android's native part hands out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { host, load } from './app-engine.mjs';

const ODD = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** Runs `use` with the package over a device that has `systemRoots`; tells how often it was asked. */
async function onDevice(systemRoots, options, use) {
  let asked = 0;
  const device = { ...host };
  if (systemRoots !== undefined) device.systemRoots = () => (asked++, systemRoots);
  const { request, configure, close } = load({ turboModule: { host: () => device } })('index');
  try {
    configure(options);
    await use(() => request(`${server.https}/hello`));
  } finally {
    close();
  }
  return asked;
}

test('an authority of the device is trusted, if the app asks for it', async () => {
  const asked = await onDevice(server.caPem, { systemRoots: true }, async (send) => {
    assert.equal((await send()).statusCode, 200);
  });
  assert.equal(asked, 1);
});

test('and is not asked for otherwise', async () => {
  const asked = await onDevice(server.caPem, { systemRoots: false }, (send) =>
    assert.rejects(send(), { reason: 'certificate' }),
  );
  assert.equal(asked, 0);
});

test('odd certificates of the device are passed over', async () => {
  await onDevice(ODD + server.caPem + ODD, { systemRoots: true }, async (send) => {
    assert.equal((await send()).statusCode, 200);
  });
});

test('an odd one of the app is an error all the same', async () => {
  const use = () => assert.fail('configure() took it');
  await assert.rejects(onDevice(server.caPem, { systemRoots: true, rootsPem: ODD }, use), TypeError);
});

test('the other options stay', async () => {
  const options = { systemRoots: true, rootsPem: server.caPem, userAgent: 'ours' };
  await onDevice('', options, async (send) => assert.equal((await send()).statusCode, 200));
});

test('where the platform has files or lists none, the core decides', async () => {
  await onDevice(undefined, { systemRoots: true, rootsPem: server.caPem }, async (send) => {
    assert.equal((await send()).statusCode, 200);
  });
});

test("the numbers of the options are reqtask.h's", () => {
  const header = readFileSync(new URL('../../../include/reqtask.h', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/system-roots.ts', import.meta.url), 'utf8');
  for (const name of ['SYSTEM_ROOTS', 'ROOTS_PEM']) {
    const value = new RegExp(`REQTASK_OPT_${name} = (\\d+)`).exec(header)[1];
    assert.match(source, new RegExp(`const ${name} = ${value};`));
  }
});
