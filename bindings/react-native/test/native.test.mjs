// Where the package finds the native part, what it says when there is none, and that it looks for it no sooner than needed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.mjs';
import { host, load } from './app-engine.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const entries = ['index', 'taro', 'fetch'];

/** A module of the old architecture; `left` is what its install() leaves behind. */
function legacy(left) {
  const module = {
    installs: 0,
    install() {
      module.installs++;
      if (left) globalThis.__reqtaskHost = left;
      return left !== undefined;
    },
  };
  return module;
}

async function answers(entry) {
  const { request, close } = entry('index');
  const { data } = await request(server.script(['ok here']));
  assert.equal(data, 'here');
  close();
}

test('the TurboModule is asked once, at the first request', async () => {
  let asked = 0;
  const turboModule = { host: () => (asked++, host) };
  const entry = load({ turboModule, modules: { Reqtask: legacy(undefined) } });
  for (const name of entries) entry(name);
  assert.equal(asked, 0);
  await answers(entry);
  await answers(entry);
  assert.equal(asked, 1);
});

test('the old architecture: the installed host is taken out of the global', async () => {
  const module = legacy(host);
  await answers(load({ modules: { Reqtask: module } }));
  assert.equal(module.installs, 1);
  assert.equal('__reqtaskHost' in globalThis, false);
});

test('React Native 0.73 gives the module of the old architecture as a TurboModule', async () => {
  await answers(load({ turboModule: legacy(host) }));
});

test('a reload finds a host anew, beside a runtime that is still there', async () => {
  const module = legacy(host);
  const old = load({ modules: { Reqtask: module } });
  const running = old('index').request(
    server.script(['status 200 OK', 'length 2', 'head-end', 'body o', 'gate reload', 'body k']),
  );
  await new Promise((resolve) => running.onHeadersReceived(resolve));
  await answers(load({ modules: { Reqtask: module } }));
  assert.equal(module.installs, 2);
  await server.control('/_open/reload');
  assert.equal((await running).data, 'ok');
  old('index').close();
});

test('without the native part every entry loads, and a request fails with what to do', async () => {
  const entry = load();
  for (const name of entries) entry(name);
  await assert.rejects(entry('index').request('http://127.0.0.1:1/'), (error) => {
    assert.equal(error.reason, 'system');
    assert.match(error.errMsg, /^request:fail system: react-native-reqtask: .*pod install.*Expo Go.*mocks/);
    return true;
  });
  await assert.rejects(entry('taro').request('http://127.0.0.1:1/'), /does not contain the native part/);
  await assert.rejects(entry('fetch').fetch('http://127.0.0.1:1/'), TypeError);
  // A text can only be judged by the core, so configure() needs it at once.
  assert.throws(() => entry('index').configure({ proxy: 'http://127.0.0.1:1' }), /does not contain the native part/);
  entry('index').close();
});

test('remote debugging in Chrome is told by its name', async () => {
  const entry = load({ modules: { Reqtask: legacy(undefined) } });
  await assert.rejects(entry('index').request('http://127.0.0.1:1/'), /Remote debugging in Chrome/);
});

test('a native part of another release is refused, one of another patch is taken', async () => {
  const other = (version) => load({ turboModule: { host: () => ({ ...host, version }) } });
  const [major, minor] = host.version.split('.');
  const refused = other(`${major}.${Number(minor) + 1}.0`)('index');
  await assert.rejects(refused.request(server.script(['ok x'])), /version .* native part, but JavaScript's is/);
  await answers(other(`${major}.${minor}.99`));
});

test('a host that was not found is looked for again', async () => {
  let ready = false;
  const turboModule = {
    host() {
      if (!ready) throw new Error('not yet');
      return host;
    },
  };
  const entry = load({ turboModule });
  await assert.rejects(entry('index').request(server.script(['ok x'])), /not yet/);
  ready = true;
  await answers(entry);
});
