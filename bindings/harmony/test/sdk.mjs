// A folder that looks like the OpenHarmony SDK, with programs that only say what they were called with; for the tests of
// build-core, which cannot have the real one.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const SDK_FILES = {
  clang: 'native/llvm/bin/clang',
  ar: 'native/llvm/bin/llvm-ar',
  strip: 'native/llvm/bin/llvm-strip',
  readelf: 'native/llvm/bin/llvm-readelf',
  cmake: 'native/build-tools/cmake/bin/cmake',
  ninja: 'native/build-tools/cmake/bin/ninja',
  toolchain: 'native/build/cmake/ohos.toolchain.cmake',
  header: 'native/sysroot/usr/include/stdio.h',
};

/** Makes one, but for the files that are named; `remove()` takes it away. */
export function fakeSdk(without = []) {
  const home = mkdtempSync(join(tmpdir(), 'reqtask-sdk '));
  for (const [name, path] of Object.entries(SDK_FILES)) {
    if (without.includes(name)) continue;
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${name}" "$@"\n`);
    chmodSync(file, 0o755);
  }
  return { home, remove: () => rmSync(home, { recursive: true }) };
}
