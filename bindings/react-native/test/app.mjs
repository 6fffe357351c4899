/**
 * An app that has installed the package from its archive, for several tests: build/react-native/app, made anew by prepare().
 * react-native there is 0.85.3's package.json, types and command line configuration (react-native.mjs); everything else is what
 * npm makes of the packed archives. Stand-ins take the place of cores that this machine cannot build.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ANDROID_ABIS, assemble, HARMONY_ABIS, stage } from '../tools/assemble.mjs';
import { reactNative } from './react-native.mjs';

export const here = fileURLToPath(new URL('..', import.meta.url));
export const bindings = join(here, '..');
export const app = join(bindings, '../build/react-native/app');
export const tools = join(here, 'test/app/node_modules');
export const installed = join(app, 'node_modules/react-native-reqtask');

const COMMANDS = `const command = (name) => ({ name, func() {} });
module.exports = { bundleCommand: command('bundle'), startCommand: command('start') };
`;

/** The native part is the real core, through the host of the package for Node. */
const REACT_NATIVE = `exports.TurboModuleRegistry = { get: () => ({ host: () => require('reqtask/native') }) };
exports.NativeModules = {};
`;

const requireHere = createRequire(import.meta.url);

/** Runs a program of an npm package of test/app in the app's folder; returns what it printed. */
export function run(program, ...args) {
  return execFileSync(process.execPath, [join(tools, program), ...args], {
    cwd: app,
    encoding: 'utf8',
    timeout: 120_000,
  });
}

export function write(path, text) {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), text);
}

/** Folders as the build scripts leave them, with nothing to run inside. */
export function standIns(folder) {
  const cores = {
    android: join(folder, 'jniLibs'),
    ios: join(folder, 'Reqtask.xcframework'),
    harmony: join(folder, 'libs'),
  };
  const put = (path) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'a stand-in\n');
  };
  for (const abi of ANDROID_ABIS) put(join(cores.android, abi, 'libreqtask.so'));
  for (const abi of HARMONY_ABIS) put(join(cores.harmony, abi, 'libreqtask_core.a'));
  put(join(cores.ios, 'Info.plist'));
  for (const slice of ['ios-arm64', 'ios-arm64_x86_64-simulator']) put(join(cores.ios, slice, 'libreqtask.a'));
  return cores;
}

/** `npm pack` of a folder: the archive's path, its files' names and its size. */
export function pack(from, into) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into];
  const stdio = ['ignore', 'pipe', 'ignore'];
  const [{ filename, files, size }] = JSON.parse(execFileSync('npm', args, { cwd: from, encoding: 'utf8', stdio }));
  return { archive: join(into, filename), files: files.map(({ path }) => path).sort(), size };
}

function prepare() {
  const scratch = mkdtempSync(join(tmpdir(), 'reqtask-app-'));
  try {
    const staged = join(scratch, 'staged');
    const { files, missing } = assemble(standIns(join(scratch, 'cores')));
    if (missing.length) throw new Error(`the stand-ins lack ${missing}`);
    stage(files, staged);
    // The checkout stays as it is: the addon is put into a copy.
    const node = join(scratch, 'node');
    cpSync(join(bindings, 'node'), node, { recursive: true, filter: (name) => !name.includes('prebuilds') });
    const addon = join(bindings, 'napi/build/reqtask.node');
    execFileSync(process.execPath, ['prebuild.mjs', requireHere('../../node/target.cjs'), addon], { cwd: node });

    rmSync(app, { recursive: true, force: true });
    mkdirSync(app, { recursive: true });
    const packed = pack(staged, scratch);
    writeFileSync(join(app, 'packed.json'), JSON.stringify({ files: packed.files, size: packed.size }));
    write('package.json', '{ "name": "fixture", "version": "1.0.0", "private": true }\n');
    const polyfill = join(bindings, 'node_modules/web-streams-polyfill');
    const archives = [
      packed.archive,
      ...[node, join(bindings, 'js'), polyfill].map((from) => pack(from, scratch).archive),
    ];
    const options = ['--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...options, ...archives], { cwd: app, stdio: 'inherit' });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  cpSync(reactNative(), join(app, 'node_modules/react-native'), { recursive: true });
  for (const name of ['@react-native-community', '@types'])
    symlinkSync(join(tools, name), join(app, 'node_modules', name));
  write('node_modules/react-native/index.js', REACT_NATIVE);
  // React Native's own commands, which bring Metro; linking asks for none of them.
  write('node_modules/@react-native/community-cli-plugin/index.js', COMMANDS);
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  manifest.dependencies['react-native'] = '0.85.3';
  write('package.json', JSON.stringify(manifest, null, 2) + '\n');
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  if (!existsSync(tools)) throw new Error('first: npm ci in test/app');
  prepare();
}
