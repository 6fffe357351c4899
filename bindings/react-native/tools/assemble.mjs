/**
 * Stages the package that is published, in a folder that `npm pack` and `npm publish` take as it is: the compiled TypeScript, this
 * folder's native parts, and copies of what lies elsewhere in the repository (the JSI host, reqtask.h, the cores, licences). For
 * OpenHarmony a source HAR is packed into it, which is where React Native's autolinking there looks.
 *
 * Never stages a package that looks complete and is not: a missing core is an error, or makes the package private, so that npm
 * does not publish it, with a version that says so.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { archive } from '../../harmony/tools/archive.mjs';

const USAGE = `Usage: bindings/react-native/assemble [--no-core] [--built] [--out <folder>]
  --no-core  stage also where cores are missing; the version then says so ("-no-core"), and npm will not publish it
  --built    bindings/js/dist and lib are up to date
  --out      default: build/react-native/react-native-reqtask`;

const here = fileURLToPath(new URL('..', import.meta.url));
const root = resolve(here, '../..');

/** The prebuilt cores: where the build scripts put them. */
export const CORES = {
  android: join(here, 'android/src/main/jniLibs'),
  ios: join(here, 'ios/Reqtask.xcframework'),
  harmony: join(root, 'bindings/harmony/libs'),
};
export const ANDROID_ABIS = ['arm64-v8a', 'armeabi-v7a', 'x86', 'x86_64'];
export const HARMONY_ABIS = ['arm64-v8a', 'x86_64'];

/** The package as a Map from path to bytes, and a list of the cores that it lacks. */
export function assemble(cores = CORES) {
  const staged = new Files();
  for (const name of ['README.md', 'CHANGELOG.md', 'react-native.config.js']) staged.add(join(here, name), name);
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) staged.add(join(root, name), name);
  for (const name of readdirSync(here)) if (name.endsWith('.podspec')) staged.add(join(here, name), name);
  for (const name of ['src', 'lib', 'taro', 'fetch', 'mocks', 'cpp', 'legacy']) {
    if (existsSync(join(here, name))) staged.addTree(join(here, name), name);
  }
  staged.addTree(join(here, 'ios'), 'ios', (name) => !name.includes('.xcframework/'));
  staged.addTree(
    join(here, 'android'),
    'android',
    (name) => !/^(build|\.cxx|\.gradle|src\/main\/jniLibs)\//.test(name),
  );
  staged.addTree(join(root, 'bindings/jsi/src'), 'cpp/host', isCpp);
  staged.add(join(root, 'include/reqtask.h'), 'cpp/include/reqtask.h');

  const missing = [];
  for (const abi of ANDROID_ABIS) {
    const library = join(cores.android, abi, 'libreqtask.so');
    if (existsSync(library)) staged.add(library, `android/src/main/jniLibs/${abi}/libreqtask.so`);
    else missing.push(`Android ${abi}`);
  }
  if (existsSync(join(cores.ios, 'Info.plist'))) staged.addTree(cores.ios, 'ios/Reqtask.xcframework');
  else missing.push('iOS');
  if (existsSync(join(here, 'harmony/oh-package.json5'))) {
    const har = harmony(cores.harmony, missing);
    staged.files.set('harmony/react_native_reqtask.har', archive(har));
  }

  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  delete manifest.scripts;
  if (missing.length) {
    manifest.version += '-no-core';
    manifest.private = true;
  }
  staged.files.set('package.json', Buffer.from(JSON.stringify(manifest, null, 2) + '\n'));
  return { files: staged.files, missing };
}

/** The HAR: the app's CMake compiles its sources, which CMakeLists.txt expects in these folders. */
function harmony(libs, missing) {
  const har = new Files();
  const cpp = 'src/main/cpp';
  har.addTree(join(here, 'harmony'), '.', (name) => !/\.har$|^(build|oh_modules|libs)\//.test(name));
  har.add(join(here, 'CHANGELOG.md'), 'CHANGELOG.md');
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) har.add(join(root, name), name);
  // ohpm looks for a file of this name.
  har.files.set('LICENSE', Buffer.from('MIT OR Apache-2.0, at your choice: see LICENSE-MIT and LICENSE-APACHE.\n'));
  har.addTree(join(root, 'bindings/jsi/src'), `${cpp}/host`, isCpp);
  har.addTree(join(here, 'cpp'), `${cpp}/module`, isCpp);
  har.addTree(join(here, 'android/generated/jni/react/renderer/components/ReqtaskSpec'), `${cpp}/generated`);
  har.add(join(root, 'include/reqtask.h'), `${cpp}/include/reqtask.h`);
  for (const abi of HARMONY_ABIS) {
    const library = join(libs, abi, 'libreqtask_core.a');
    if (existsSync(library)) har.add(library, `libs/${abi}/libreqtask_core.a`);
    else missing.push(`OpenHarmony ${abi}`);
  }
  return har.files;
}

class Files {
  files = new Map();

  add(from, to) {
    this.files.set(to, readFileSync(from));
  }

  addTree(from, to, wanted = () => true) {
    for (const name of tree(from)) if (wanted(name)) this.add(join(from, name), to === '.' ? name : `${to}/${name}`);
  }
}

function isCpp(name) {
  return /\.(h|cpp)$/.test(name);
}

/** The files below a folder, as relative paths with slashes. */
function tree(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Writes `files` to a folder that holds nothing else afterwards. */
export function stage(files, out) {
  rmSync(out, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), bytes);
  }
}

function main() {
  const { values } = parseArgs({
    options: {
      'no-core': { type: 'boolean' },
      built: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return console.log(USAGE);
  if (!values.built) {
    for (const build of ['../js/build.mjs', 'build.mjs']) {
      execFileSync(process.execPath, [resolve(here, build)], { stdio: 'inherit' });
    }
  }
  const { files, missing } = assemble();
  if (missing.length && !values['no-core']) {
    console.error(
      `assemble: no core for ${missing.join(', ')}. Build them with scripts/build-android, scripts/build-ios and ` +
        '../harmony/build-core, or stage the package without them with --no-core.',
    );
    process.exitCode = 1;
    return;
  }
  const out = resolve(values.out ?? join(root, 'build/react-native/react-native-reqtask'));
  // It is emptied first.
  if (existsSync(out) && !existsSync(join(out, 'package.json')) && readdirSync(out).length) {
    throw new Error(`assemble: ${out} holds something else`);
  }
  stage(files, out);
  if (missing.length) console.error(`assemble: ${out} lacks the core for ${missing.join(', ')} and cannot run there`);
  console.log(out);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
