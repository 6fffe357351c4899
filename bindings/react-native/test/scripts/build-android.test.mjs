// scripts/build-android: what it says when something is missing, what it runs, and that its checks find a library that must not
// be shipped. The NDK, cargo and cargo-ndk are fakes; that the real ones accept these words can only be seen with them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fakes, PACKAGE, REPOSITORY, SYMBOLS, fakeRustc } from './fakes.mjs';

const TARGETS = {
  'arm64-v8a': ['aarch64-linux-android', 'AArch64'],
  'armeabi-v7a': ['armv7-linux-androideabi', 'ARM'],
  x86: ['i686-linux-android', 'Intel 80386'],
  x86_64: ['x86_64-linux-android', 'X86-64'],
};
const BIN = 'ndk/27.1.12297006/toolchains/llvm/prebuilt/linux-x86_64/bin';

/** A repository with nothing in it but what the script reads, so that a run writes nothing into the real one. */
function repository(fakes) {
  for (const path of ['scripts/cross/elf', 'include/reqtask.symbols', 'bindings/react-native/scripts']) {
    cpSync(join(REPOSITORY, path), join(fakes.home, 'repo', path), { recursive: true });
  }
  mkdirSync(join(fakes.home, 'repo/bindings/react-native'), { recursive: true });
  return join(fakes.home, 'repo');
}

/** An SDK with two NDKs, cargo with cargo-ndk, and readelf and nm that describe a good library. */
function everything(fakes, { symbols = SYMBOLS, needed = ['libc.so', 'libdl.so'], alignment = '0x4000' } = {}) {
  fakeRustc(
    fakes,
    Object.values(TARGETS).map(([rust]) => rust),
  );
  fakes.program(
    'bin/cargo',
    `[ "$2" = --version ] && exit
for word; do [ "\${previous:-}" = --target ] && abi=$word; previous=$word; done
case $abi in ${Object.entries(TARGETS)
      .map(([abi, [rust]]) => `${abi}) triple=${rust} ;;`)
      .join(' ')} esac
mkdir -p "$CARGO_TARGET_DIR/$triple/release" && echo "$abi" >"$CARGO_TARGET_DIR/$triple/release/libreqtask.so"`,
  );
  mkdirSync(join(fakes.home, 'ndk/9.0.1'), { recursive: true });
  fakes.program(`${BIN}/clang`);
  fakes.program(`${BIN}/llvm-strip`, 'cp "$4" "$3"');
  fakes.program(
    `${BIN}/llvm-readelf`,
    `case $1 in
-h) case $(cat "$2") in ${Object.entries(TARGETS)
      .map(([abi, [, machine]]) => `${abi}) echo "  Machine:    ${machine}" ;;`)
      .join(' ')} esac ;;
-d) echo ' 0x0e (SONAME) Library soname: [libreqtask.so]'; ${needed.map((name) => `echo ' 0x01 (NEEDED) Shared library: [${name}]'`).join('; ')} ;;
-lW) echo '  LOAD 0x0 0x0 0x0 0x35d 0x35d R E ${alignment}' ;;
esac`,
  );
  fakes.program(`${BIN}/llvm-nm`, `printf '0000 T %s\\n' ${symbols.join(' ')}`);
}

function run(t, args, { root, ...more } = {}, fakes = new Fakes(), prepare = () => {}) {
  t.after(() => fakes.remove());
  prepare(fakes);
  const script = join(repository(fakes), 'bindings/react-native/scripts/build-android');
  const result = spawnSync(script, args, { encoding: 'utf8', env: fakes.environment(more), timeout: 60_000 });
  return { ...result, fakes, jniLibs: join(fakes.home, 'repo/bindings/react-native/android/src/main/jniLibs') };
}
function complete(t, args, library) {
  const fakes = new Fakes();
  return run(t, args, { ANDROID_HOME: fakes.home }, fakes, () => everything(fakes, library));
}

test('without anything it names all that is missing, and runs nothing', (t) => {
  const result = run(t, [], { CARGO: 'no-cargo' }, new Fakes(), (fakes) => fakeRustc(fakes, ['aarch64-linux-android']));
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^build-android: missing\n {2}ANDROID_NDK_HOME/);
  assert.match(result.stderr, / {2}cargo \(https:\/\/rustup\.rs\)/);
  assert.match(result.stderr, /rustup target add armv7-linux-androideabi/);
  assert.doesNotMatch(result.stderr, /rustup target add aarch64-linux-android/, 'what is there is not named');
  assert.equal(result.stdout, '');
});

test('an NDK without its tools is told with every tool', (t) => {
  const fakes = new Fakes();
  const result = run(t, ['--dry-run'], { ANDROID_NDK_HOME: fakes.home }, fakes, () =>
    fakes.program('toolchains/llvm/prebuilt/x/bin/clang'),
  );
  assert.equal(result.status, 1);
  for (const tool of ['llvm-strip', 'llvm-readelf', 'llvm-nm']) assert.match(result.stderr, new RegExp(`/${tool} \\(`));
  assert.doesNotMatch(result.stderr, /bin\/clang/);
});

test('cargo-ndk is asked for by the command that installs it', (t) => {
  const fakes = new Fakes();
  const result = run(t, ['x86'], { ANDROID_HOME: fakes.home }, fakes, () => {
    everything(fakes);
    fakes.program('bin/cargo', 'exit 101');
  });
  assert.equal(result.status, 1);
  assert.equal(result.stderr, 'build-android: missing\n  cargo-ndk (cargo install cargo-ndk --version ^4)\n');
});

test('an ABI that does not exist is refused with the usage', (t) => {
  const result = run(t, ['mips']);
  assert.equal(result.status, 2);
  assert.match(result.stderr, /build-android \[--dry-run\] \[abi \.\.\.\]/);
});

test('a dry run prints commands and runs none', (t) => {
  const result = complete(t, ['--dry-run', 'arm64-v8a']);
  assert.equal(result.status, 0, result.stderr);
  assert.match(
    result.stdout,
    /^\+ env CARGO_TARGET_DIR=.* cargo ndk --target arm64-v8a --platform 24 rustc --release --locked/,
  );
  assert.deepEqual(result.fakes.calls('cargo'), []);
  assert.deepEqual(result.fakes.calls('llvm-strip'), []);
});

test('all four ABIs are built, stripped by the newest NDK and put where the package looks for them', (t) => {
  const { status, stdout, stderr, fakes, jniLibs } = complete(t, []);
  assert.equal(status, 0, stdout + stderr);
  const builds = fakes.calls('cargo').filter((words) => words[2] !== '--version');
  assert.deepEqual(
    builds.map((words) => words[words.indexOf('--target') + 1]),
    Object.keys(TARGETS),
  );
  for (const words of builds) {
    assert.deepEqual(words.slice(words.indexOf('--platform')), [
      ...[
        '--platform',
        '24',
        'rustc',
        '--release',
        '--locked',
        '--lib',
        '--crate-type',
        'cdylib',
        '--features',
        'zstd,quiet-deps',
        '--',
      ],
      ...['-C', 'link-arg=-Wl,--exclude-libs,ALL', '-C', 'link-arg=-Wl,--gc-sections', '-C', 'link-arg=-Wl,-z,defs'],
    ]);
  }
  for (const abi of Object.keys(TARGETS)) {
    assert.equal(readFileSync(join(jniLibs, abi, 'libreqtask.so'), 'utf8'), `${abi}\n`);
    assert.match(stdout, new RegExp(`android/src/main/jniLibs/${abi}/libreqtask.so: \\d+ kB`));
  }
  assert.equal(stdout.match(/^ok /gm).length, 4 * 8);
});

for (const [what, library, complaint] of [
  [
    'shows a name that is not of the C API',
    { symbols: [...SYMBOLS, 'ring_core_0_17_14__x25519'] },
    'shows exactly the C API',
  ],
  ['lacks a function of the C API', { symbols: SYMBOLS.slice(1) }, 'shows exactly the C API'],
  ['needs a library that the app may not have', { needed: ['libc.so', 'libc++_shared.so'] }, 'needs no library but'],
  ['has pages of 4 KiB', { alignment: '0x1000' }, 'segments fit pages of 16 KiB'],
]) {
  test(`a library that ${what} fails the run`, (t) => {
    const result = complete(t, ['x86_64'], library);
    assert.equal(result.status, 1, result.stdout);
    assert.match(result.stdout, new RegExp(`^FAIL {2}x86_64: ${complaint}`, 'm'));
    assert.match(result.stderr, /1 of the checks failed; do not ship/);
  });
}

test('a build that fails ends the run', (t) => {
  const fakes = new Fakes();
  const result = run(t, ['x86'], { ANDROID_HOME: fakes.home }, fakes, () => {
    everything(fakes);
    fakes.program('bin/cargo', '[ "$2" = --version ] || exit 101');
  });
  assert.equal(result.status, 101);
  assert.deepEqual(fakes.calls('llvm-strip'), []);
});

test('the lowest Android of the core is that of the package', (t) => {
  const gradle = join(PACKAGE, 'android/build.gradle');
  let text;
  try {
    text = readFileSync(gradle, 'utf8');
  } catch {
    t.skip('android/build.gradle is not there');
    return;
  }
  const script = readFileSync(join(PACKAGE, 'scripts/build-android'), 'utf8');
  assert.equal(/^api=(\d+)$/m.exec(script)[1], /minSdk(?:Version)?\D+(\d+)/.exec(text)[1]);
});
