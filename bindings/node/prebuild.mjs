// Puts an addon into prebuilds/, from where the published package loads it.
//
//   node prebuild.mjs                          the one built in ../napi, for this machine
//   node prebuild.mjs linux-arm64 FILE.node    one built elsewhere, or by a cross compiler
//
// Targets are named <platform>-<arch>, with -musl behind it for Alpine and its like. Debug symbols, two thirds of the file, are
// stripped by the command in STRIP (default: strip); STRIP= keeps them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [target = createRequire(import.meta.url)('./target.cjs'), from = join(here, '../napi/build/reqtask.node')] =
  process.argv.slice(2);

if (!/^[a-z0-9]+-[a-z0-9]+(-musl)?$/.test(target)) {
  console.error(`prebuild: "${target}" is not <platform>-<arch>[-musl]`);
  process.exit(1);
}
if (!existsSync(from)) {
  console.error(`prebuild: there is no ${from}; build it with: make -C bindings/napi`);
  process.exit(1);
}
const to = join(here, 'prebuilds', target, 'reqtask.node');
mkdirSync(dirname(to), { recursive: true });
copyFileSync(from, to);
const strip = process.env.STRIP ?? 'strip';
if (strip) execFileSync(strip, ['-S', '-x', to], { stdio: 'inherit' });
console.log(`${to}: ${statSync(to).size} bytes`);
