// Builds the HAR of this folder. Two kinds:
//   an installable one, with libreqtask.so for each ABI (build-core makes them): apps name it in their oh-package.json5
//   a source module, with the C glue and the static cores: added to a project, DevEco Studio compiles it
// Both carry the ArkTS files, the compiled TypeScript layer with its declarations in src/main/ets/core, and the licences.
// Never packs a HAR that looks complete and is not: a missing library is an error, or is told in the archive's name.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import JSON5 from 'json5';
import { archive } from './archive.mjs';

const USAGE = `Usage: bindings/harmony/assemble [--source] [--no-core] [--built] [--libs <folder>] [--out <folder>]
  --source   a module for DevEco Studio to compile, instead of an installable package
  --no-core  pack also when native libraries are missing; the name then says so ("-no-core")
  --built    bindings/js/dist is up to date
  --libs     where build-core has put <abi>/... (default: libs)
  --out      where the .har goes (default: build)`;

const here = fileURLToPath(new URL('..', import.meta.url));
const root = resolve(here, '../..');
const readJson5 = (path) => JSON5.parse(readFileSync(join(here, path), 'utf8'));

/** The package as a Map from path to bytes, and what it lacks. */
export function assemble({ source = false, libs = join(here, 'libs') } = {}) {
  const files = new Map();
  const add = (from, to) => files.set(to, readFileSync(from));
  const addTree = (from, to, wanted) => {
    for (const name of tree(from)) if (wanted(name)) add(join(from, name), `${to}/${name}`);
  };
  const write = (to, value) => files.set(to, Buffer.from(JSON.stringify(value, null, 2) + '\n'));

  for (const name of ['Index.ets', 'README.md', 'CHANGELOG.md', 'consumer-rules.txt', 'hvigorfile.ts']) {
    add(join(here, name), name);
  }
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) add(join(root, name), name);
  // ohpm looks for a file of this name.
  files.set('LICENSE', Buffer.from('MIT OR Apache-2.0, at your choice: see LICENSE-MIT and LICENSE-APACHE.\n'));
  add(join(here, 'src/main/module.json5'), 'src/main/module.json5');
  addTree(join(here, 'src/main/ets'), 'src/main/ets', (name) => name.endsWith('.ets'));
  addTree(join(here, 'src/main/cpp/types'), 'src/main/cpp/types', () => true);
  addTree(resolve(here, '../js/dist/esm'), 'src/main/ets/core', isCore);

  const oh = readJson5('oh-package.json5');
  const profile = readJson5('build-profile.json5');
  const abis = profile.buildOption.externalNativeOptions.abiFilters;
  const library = source ? 'libreqtask_core.a' : 'libreqtask.so';
  const missing = [];
  for (const abi of abis) {
    const file = join(libs, abi, library);
    if (existsSync(file)) add(file, `libs/${abi}/${library}`);
    else missing.push(`${abi}/${library}`);
  }
  if (source) {
    for (const name of ['CMakeLists.txt', 'exports.map']) add(join(here, 'src/main/cpp', name), `src/main/cpp/${name}`);
    add(join(root, 'include/reqtask.h'), 'src/main/cpp/include/reqtask.h');
    addTree(join(root, 'bindings/napi/src'), 'src/main/cpp/glue', (name) => /\.[ch]$/.test(name));
  } else {
    // Nothing is left to compile, and ohpm wants to know what was compiled.
    delete profile.buildOption.externalNativeOptions;
    delete profile.buildOption.nativeLib;
    const { version, compatibleSdkVersion, compatibleSdkType } = oh;
    oh.nativeComponents = [{ name: 'libreqtask.so', version, compatibleSdkVersion, compatibleSdkType }];
  }
  write('oh-package.json5', oh);
  write('build-profile.json5', profile);
  return { files, missing, version: oh.version };
}

/**
 * What ArkTS can use of the TypeScript layer: not the entry for Taro, whose apps take it from npm (js/docs/taro.md), and not fetch
 * and EventSource, which are for engines of the web's kind.
 */
function isCore(name) {
  return /\.(js|d\.ts)$/.test(name) && !/^(taro|fetch|event-source)\//.test(name);
}

/** The files below a folder, as relative paths with slashes. */
function tree(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'));
}

function main() {
  const { values } = parseArgs({
    options: {
      source: { type: 'boolean' },
      'no-core': { type: 'boolean' },
      built: { type: 'boolean' },
      libs: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (!values.built) execFileSync(process.execPath, [resolve(here, '../js/build.mjs')], { stdio: 'inherit' });
  const { files, missing, version } = assemble({ source: values.source, libs: values.libs && resolve(values.libs) });
  if (missing.length && !values['no-core']) {
    console.error(
      `assemble: missing ${missing.join(', ')}. Build them with bindings/harmony/build-core, or pack without them with --no-core.`,
    );
    process.exitCode = 1;
    return;
  }
  const marks = (values.source ? '-source' : '') + (missing.length ? '-no-core' : '');
  const out = resolve(values.out ?? join(here, 'build'), `reqtask-${version}${marks}.har`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, archive(files));
  if (missing.length) console.error(`assemble: ${out} lacks ${missing.join(', ')} and cannot run as it is`);
  console.log(out);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
