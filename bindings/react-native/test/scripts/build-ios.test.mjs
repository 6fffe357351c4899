// scripts/build-ios: what it says when something is missing, what it runs, and that its checks find libraries that must not be
// shipped. Xcode's programs, cargo and rustc are fakes; that the real ones accept these words can only be seen on a Mac.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fakes, REPOSITORY, SYMBOLS, fakeRustc } from './fakes.mjs';

const TARGETS = ['aarch64-apple-ios', 'aarch64-apple-ios-sim', 'x86_64-apple-ios'];

function everything(fakes, { symbols = SYMBOLS, architectures = 'x86_64 arm64' } = {}) {
  fakeRustc(fakes, TARGETS);
  fakes.program(
    'bin/cargo',
    `for word; do [ "\${previous:-}" = --target ] && target=$word; previous=$word; done
mkdir -p "$CARGO_TARGET_DIR/$target/release" && echo "$target" >"$CARGO_TARGET_DIR/$target/release/libreqtask.a"`,
  );
  // As the real one: clang links what it is given, libtool makes an archive, nm lists names.
  fakes.program(
    'bin/xcrun',
    `[ "$1" = --sdk ] && shift 2
case $1 in
clang) for word; do case $word in *.a) from=$word ;; *.o) to=$word ;; esac; done; cp "$from" "$to" ;;
libtool) cp "$5" "$4" ;;
nm) echo 'libreqtask.a(reqtask.o):'; printf '0000000000000000 T _%s\\n' ${symbols.join(' ')} ;;
esac`,
  );
  fakes.program(
    'bin/lipo',
    `if [ "$1" = -create ]; then cat "$2" "$3" >"$5"; else case $2 in *simulator*) echo '${architectures}' ;; *) echo arm64 ;; esac; fi`,
  );
  fakes.program(
    'bin/xcodebuild',
    `while [ $# -gt 0 ]; do case $1 in -library) libraries+=("$2") ;; -headers) headers+=("$2") ;; -output) out=$2 ;; esac; shift; done
slices=(ios-arm64 ios-arm64_x86_64-simulator)
for i in 0 1; do mkdir -p "$out/\${slices[i]}" && cp "\${libraries[i]}" "$out/\${slices[i]}/" && cp -r "\${headers[i]}" "$out/\${slices[i]}/Headers"; done`,
  );
}

function run(t, args, prepare) {
  const fakes = new Fakes();
  t.after(() => fakes.remove());
  prepare(fakes);
  for (const path of ['include/reqtask.symbols', 'include/reqtask.h', 'bindings/react-native/scripts']) {
    cpSync(join(REPOSITORY, path), join(fakes.home, 'repo', path), { recursive: true });
  }
  const script = join(fakes.home, 'repo/bindings/react-native/scripts/build-ios');
  const result = spawnSync(script, args, { encoding: 'utf8', env: fakes.environment(), timeout: 60_000 });
  return { ...result, fakes, framework: join(fakes.home, 'repo/bindings/react-native/ios/Reqtask.xcframework') };
}

test(
  'away from a Mac it names Xcode and each standard library that is missing, and runs nothing',
  { skip: process.platform === 'darwin' },
  (t) => {
    const result = run(t, [], (fakes) => fakeRustc(fakes, ['x86_64-apple-ios']));
    assert.equal(result.status, 1);
    for (const tool of ['xcrun', 'xcodebuild', 'lipo'])
      assert.match(result.stderr, new RegExp(` {2}${tool} \\(of Xcode, on a Mac\\)`));
    assert.match(result.stderr, /rustup target add aarch64-apple-ios-sim\)/);
    assert.doesNotMatch(result.stderr, /rustup target add x86_64-apple-ios/);
    assert.equal(result.stdout, '');
  },
);

test('a Mac with the command line tools alone is told that the SDKs are missing', (t) => {
  const result = run(t, [], (fakes) => {
    everything(fakes);
    fakes.program('bin/xcrun', 'exit 1');
  });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /Xcode's SDK iphoneos \(xcode-select -s/);
  assert.match(result.stderr, /Xcode's SDK iphonesimulator/);
});

test('an argument that it does not know is refused with the usage', (t) => {
  const result = run(t, ['--all'], everything);
  assert.equal(result.status, 2);
  assert.match(result.stderr, /build-ios \[--dry-run\]/);
});

test('a dry run prints commands, on any machine, and runs none', (t) => {
  const result = run(t, ['--dry-run'], everything);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.stdout.match(/^\+ env IPHONEOS_DEPLOYMENT_TARGET=13\.4 .* cargo rustc /gm).length, 3);
  for (const program of ['cargo', 'xcrun', 'lipo', 'xcodebuild']) assert.deepEqual(result.fakes.calls(program), []);
});

test('three libraries become two slices, each with the header as a module', (t) => {
  const { status, stdout, stderr, fakes, framework } = run(t, [], everything);
  assert.equal(status, 0, stdout + stderr);
  const builds = fakes.calls('cargo');
  assert.deepEqual(
    builds.map((words) => words.at(-1)),
    TARGETS,
  );
  for (const words of builds) {
    const expected = [
      'rustc',
      '--release',
      '--locked',
      '--lib',
      '--crate-type',
      'staticlib',
      '--features',
      'zstd,quiet-deps',
      '--target',
    ];
    assert.deepEqual(words.slice(1, -1), expected);
  }
  assert.equal(readFileSync(join(framework, 'ios-arm64/libreqtask.a'), 'utf8'), 'aarch64-apple-ios\n');
  assert.equal(
    readFileSync(join(framework, 'ios-arm64_x86_64-simulator/libreqtask.a'), 'utf8'),
    'aarch64-apple-ios-sim\nx86_64-apple-ios\n',
  );
  for (const slice of ['ios-arm64', 'ios-arm64_x86_64-simulator']) {
    const headers = join(framework, slice, 'Headers/CReqtask');
    assert.deepEqual(readFileSync(join(headers, 'reqtask.h')), readFileSync(join(REPOSITORY, 'include/reqtask.h')));
    assert.match(readFileSync(join(headers, 'module.modulemap'), 'utf8'), /^module CReqtask \{/);
  }
  assert.match(stdout, /ios-arm64\/libreqtask\.a: \d+ kB/);
});

test('each library is linked into one object that shows the C API alone, for its own target', (t) => {
  const { fakes } = run(t, [], everything);
  const links = fakes.calls('xcrun').filter((words) => words.includes('clang'));
  assert.deepEqual(
    links.map((words) => [words[words.indexOf('--sdk') + 1], words[words.indexOf('-target') + 1]]),
    [
      ['iphoneos', 'arm64-apple-ios13.4'],
      ['iphonesimulator', 'arm64-apple-ios13.4-simulator'],
      ['iphonesimulator', 'x86_64-apple-ios13.4-simulator'],
    ],
  );
  for (const words of links) {
    assert.ok(words.includes('-r') && words.includes('-nostdlib') && words.includes('-Wl,-all_load'), words.join(' '));
    const list = words
      .find((word) => word.startsWith('-Wl,-exported_symbols_list,'))
      .split(',')
      .at(-1);
    assert.deepEqual(
      readFileSync(list, 'utf8').trim().split('\n'),
      SYMBOLS.map((name) => `_${name}`),
    );
  }
});

test('an older framework does not live on in a new one', (t) => {
  const { framework } = run(t, [], (fakes) => {
    everything(fakes);
    fakes.file('repo/bindings/react-native/ios/Reqtask.xcframework/ios-armv7/libreqtask.a', 'old');
  });
  assert.ok(!existsSync(join(framework, 'ios-armv7')));
});

for (const [what, library, complaint] of [
  [
    'show a name that is not of the C API',
    { symbols: [...SYMBOLS, 'rust_eh_personality'] },
    'devices: shows exactly the C API',
  ],
  ['lack a function of the C API', { symbols: SYMBOLS.slice(1) }, 'simulators, x86_64: shows exactly the C API'],
  ['are for one kind of simulator only', { architectures: 'arm64' }, 'simulators: is arm64 and x86_64'],
]) {
  test(`libraries that ${what} fail the run`, (t) => {
    const result = run(t, [], (fakes) => everything(fakes, library));
    assert.equal(result.status, 1, result.stdout);
    assert.match(result.stdout, new RegExp(`^FAIL {2}${complaint}`, 'm'));
    assert.match(result.stderr, /of the checks failed; do not ship/);
  });
}
