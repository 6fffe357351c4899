// Compiles src/ twice, to dist/esm and dist/cjs, each with its declarations. Source files import one another with ".js"
// endings, as ES modules want them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(join(here, 'dist'), { recursive: true, force: true });
for (const [folder, type, options] of [
  ['esm', 'module', []],
  ['cjs', 'commonjs', ['--module', 'commonjs', '--moduleResolution', 'node10']],
]) {
  const out = join(here, 'dist', folder);
  execFileSync(process.execPath, [tsc, '-p', here, '--outDir', out, ...options], { stdio: 'inherit' });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type }) + '\n');
}
