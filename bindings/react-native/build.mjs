// Compiles src/ twice, to lib/module (ES modules) and lib/commonjs, each with its declarations. reqtask-js must be built.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(join(here, 'lib'), { recursive: true, force: true });
for (const [folder, type, options] of [
  ['module', 'module', []],
  ['commonjs', 'commonjs', ['--module', 'node16', '--moduleResolution', 'node16']],
]) {
  const out = join(here, 'lib', folder);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type }) + '\n');
  execFileSync(process.execPath, [tsc, '-p', here, '--outDir', out, ...options], { stdio: 'inherit' });
}
