'use strict';
// Finds and loads the addon: what it exports is a NativeHost (see reqtask-js). In an installed package it lies in
// prebuilds/<platform>-<arch>[-musl]; in a checkout `make -C bindings/napi` has built it next door. Knows nothing of
// requests. Each worker thread that loads this gets a host of its own, because the addon makes one for each environment.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const target = require('./target.cjs');

const candidates = [
  join(__dirname, 'prebuilds', target, 'reqtask.node'),
  join(__dirname, '..', 'napi', 'build', 'reqtask.node'),
];

function load() {
  const versions = `reqtask ${require('./package.json').version}, Node ${process.versions.node}`;
  const file = candidates.find((candidate) => existsSync(candidate));
  if (!file) {
    throw new Error(
      `reqtask has no native addon for ${target} (${versions}). Looked for:\n  ${candidates.join('\n  ')}\n` +
        'The package brings it for the platforms its README names; in a checkout, build it with: make -C bindings/napi',
    );
  }
  try {
    return require(file);
  } catch (cause) {
    throw new Error(`reqtask cannot load ${file} on ${target} (${versions}): ${cause.message}`, { cause });
  }
}

module.exports = load();
