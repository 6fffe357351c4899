// The example as Metro bundles it for a device, with the template's own settings, and each entry of our packages beside it;
// then today's Hermes compiles what came out. That is a check of syntax and of what packages export: nothing runs here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { appOf } from './places.mjs';

const app = appOf('react-native');
const require = createRequire(join(app, 'package.json'));
const Metro = require('metro');
const { FileStore } = require('metro-cache');
const hermesc = join(app, 'node_modules/hermes-compiler/hermesc/linux64-bin/hermesc');

/** Bundles `entry`, has Hermes compile it, and gives the code. */
async function bundle(entry, profile) {
  const config = await Metro.loadConfig({ config: join(app, 'metro.config.js') });
  const settings = {
    ...config,
    cacheStores: [new FileStore({ root: join(app, 'node_modules', '.cache', 'metro') })],
    reporter: { update() {} },
  };
  const out = join(app, `bundled-${entry}`);
  const options = { dev: false, minify: false, platform: 'android', unstable_transformProfile: profile };
  await Metro.runBuild(settings, { ...options, entry, out });
  const code = readFileSync(out, 'utf8');
  assertCompiles(out);
  rmSync(out);
  return code;
}

function assertCompiles(file) {
  const { status, stderr } = spawnSync(hermesc, ['-O', '-emit-binary', '-w', '-out', `${file}.hbc`, file], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  // The magic number of Hermes bytecode.
  assert.equal(readFileSync(`${file}.hbc`).readBigUInt64LE(0), 0x1f1903c103bc1fc6n);
  rmSync(`${file}.hbc`);
}

test('the app, as a release has it', async () => {
  const code = await bundle('index.js', 'default');
  // The entry for devices, which asks for the native module; nothing of the one for Node.
  assert.match(code, /TurboModuleRegistry\.get\(['"]Reqtask['"]\)/);
  assert.doesNotMatch(code, /reqtask\.node/);
});

test('all entries, with the classes and functions of today left as they are', async () => {
  const entries = ['', '/fetch', '/taro'].map((entry) => `react-native-reqtask${entry}`);
  writeFileSync(join(app, 'entries.js'), entries.map((name) => `export * from '${name}';\n`).join(''));
  const code = await bundle('entries.js', 'hermes-stable');
  assert.match(code, /class RequestError extends Error/);
});
