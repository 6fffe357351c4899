// build-core: what it says when something is missing, and the commands it would run. The SDK is a fake one; that the real one
// accepts them can only be seen with it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeSdk, SDK_FILES } from './sdk.mjs';

const script = fileURLToPath(new URL('../build-core', import.meta.url));

function buildCore(args, environment) {
  const { OHOS_NDK_HOME, ...rest } = process.env;
  return spawnSync(script, args, { encoding: 'utf8', env: { ...rest, ...environment } });
}

/** The words of a line that build-core printed with %q, with bash to undo the quoting. */
function words(line) {
  const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${line.replace(/^\+/, '')}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** The commands of a dry run, each as its words. */
function dryRun(args, sdk) {
  const result = buildCore(['--dry-run', ...args], { OHOS_NDK_HOME: sdk.home });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout.trim().split('\n').map(words);
}

test('without an SDK it names the variable, and runs nothing', () => {
  const result = buildCore([], {});
  assert.equal(result.status, 1);
  assert.match(result.stderr, /missing\n {2}OHOS_NDK_HOME \(the folder/);
  assert.equal(result.stdout, '');
});

test('a folder that is not the SDK is told with every file that is missing', (t) => {
  const sdk = fakeSdk(['clang', 'toolchain', 'header']);
  t.after(sdk.remove);
  const result = buildCore(['--dry-run'], { OHOS_NDK_HOME: sdk.home });
  assert.equal(result.status, 1);
  for (const path of [SDK_FILES.clang, SDK_FILES.toolchain, 'native/sysroot']) {
    assert.ok(result.stderr.includes(join(sdk.home, path)), result.stderr);
  }
  assert.ok(!result.stderr.includes('llvm-ar'), 'what is there is not named');
});

test('the "native" folder itself is a mistake that is explained', (t) => {
  const sdk = fakeSdk();
  t.after(sdk.remove);
  const result = buildCore(['--dry-run'], { OHOS_NDK_HOME: join(sdk.home, 'native') });
  assert.equal(result.status, 1);
  assert.ok(result.stderr.includes(`OHOS_NDK_HOME is the folder above "native": ${sdk.home}`), result.stderr);
});

test("outside a dry run, Rust's standard library for the target is asked for", (t) => {
  const sdk = fakeSdk();
  t.after(sdk.remove);
  const result = buildCore(['x86_64'], { OHOS_NDK_HOME: sdk.home, RUSTC: 'true' });
  assert.equal(result.status, 1);
  assert.match(
    result.stderr,
    /standard library for x86_64-unknown-linux-ohos \(rustup target add x86_64-unknown-linux-ohos\)/,
  );
  assert.doesNotMatch(result.stderr, /aarch64/);
});

test('an ABI that is not built is refused', () => {
  const result = buildCore(['armeabi-v7a'], {});
  assert.equal(result.status, 2);
  assert.match(result.stderr, /build-core \[--dry-run\]/);
});

for (const [abi, rust, clang] of [
  ['arm64-v8a', 'aarch64-unknown-linux-ohos', 'aarch64-linux-ohos'],
  ['x86_64', 'x86_64-unknown-linux-ohos', 'x86_64-linux-ohos'],
]) {
  test(`${abi}: cargo, CMake and strip are called for this target`, (t) => {
    const sdk = fakeSdk();
    t.after(sdk.remove);
    const [cargo, , copy, configure, build, strip] = dryRun([abi], sdk);
    const upper = rust.toUpperCase().replaceAll('-', '_');
    const under = rust.replaceAll('-', '_');
    const environment = Object.fromEntries(
      cargo.filter((word) => /^[A-Z]+_\w+=/.test(word)).map((word) => word.split('=')),
    );
    assert.equal(environment[`CARGO_TARGET_${upper}_LINKER`], environment[`CC_${under}`]);
    assert.equal(environment[`AR_${under}`], join(sdk.home, SDK_FILES.ar));
    assert.equal(cargo[cargo.indexOf('--target') + 1], rust);
    assert.equal(cargo[cargo.indexOf('--crate-type') + 1], 'staticlib');
    assert.ok(cargo.includes('--release') && cargo.includes('--locked'));

    // The wrapper has been written: called, it calls the SDK's clang for the right target, sysroot and C library.
    const wrapper = environment[`CC_${under}`];
    accessSync(wrapper, constants.X_OK);
    const called = execFileSync(wrapper, ['-c', 'a file.c'], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(called, [
      'clang',
      '-target',
      clang,
      `--sysroot=${join(sdk.home, 'native/sysroot')}`,
      '-D__MUSL__',
      '-c',
      'a file.c',
    ]);

    assert.match(copy[1], new RegExp(`/${rust}/release/libreqtask\\.a$`));
    assert.match(copy[2], new RegExp(`/libs/${abi}/libreqtask_core\\.a$`));
    assert.equal(configure[0], join(sdk.home, SDK_FILES.cmake));
    assert.ok(configure.includes(`-DCMAKE_TOOLCHAIN_FILE=${join(sdk.home, SDK_FILES.toolchain)}`));
    assert.ok(configure.includes(`-DOHOS_ARCH=${abi}`));
    assert.equal(build[1], '--build');
    assert.match(strip[strip.indexOf('-o') + 1], new RegExp(`/libs/${abi}/libreqtask\\.so$`));
  });
}

test('without arguments both ABIs are built, and --core-only leaves CMake out', (t) => {
  const sdk = fakeSdk();
  t.after(sdk.remove);
  const all = dryRun([], sdk).filter((command) => command.includes('rustc'));
  assert.deepEqual(
    all.map((command) => command[command.indexOf('--target') + 1]),
    ['aarch64-unknown-linux-ohos', 'x86_64-unknown-linux-ohos'],
  );
  const coreOnly = dryRun(['--core-only'], sdk).flat();
  assert.ok(!coreOnly.some((word) => word.includes('cmake')));
  assert.ok(coreOnly.some((word) => word.endsWith('/libreqtask_core.a')));
});
