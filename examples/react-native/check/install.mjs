// Lays an example out as an app outside this repository: its sources, its dependencies as the lock file beside this one (or
// the other example's) pins them, and our packages as `npm pack` makes them. In build/examples, where nothing is committed.
//
//     node install.mjs EXAMPLE
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appOf, repository } from './places.mjs';

const run = (program, words, cwd) =>
  execFileSync(program, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const npm = (words, cwd) => run('npm', [...words, '--ignore-scripts', '--loglevel=error'], cwd);

function install(example) {
  const source = join(repository, 'examples', example);
  const app = appOf(example);
  mkdirSync(app, { recursive: true });

  // The sources, and no file that has gone from them.
  for (const name of readdirSync(app)) if (name !== 'node_modules') rmSync(join(app, name), { recursive: true });
  for (const name of readdirSync(source)) {
    if (name !== 'node_modules') cpSync(join(source, name), join(app, name), { recursive: true });
  }

  for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
    const file = join(source, 'check', name);
    if (existsSync(file)) cpSync(file, join(app, name));
  }
  const installed = join(app, 'node_modules', '.package-lock.json');
  const pinned = join(source, 'check', 'package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(pinned).mtimeMs) {
    npm(['ci', '--no-audit', '--no-fund'], app);
  }

  const packed = mkdtempSync(join(tmpdir(), 'reqtask-packed-'));
  for (const name of ['js', 'node', 'react-native']) {
    const [{ filename, name: called }] = JSON.parse(
      npm(['pack', '--json', '--pack-destination', packed], join(repository, 'bindings', name)),
    );
    const folder = join(app, 'node_modules', called);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    run('tar', ['xf', join(packed, filename), '-C', folder, '--strip-components=1'], app);
  }
  rmSync(packed, { recursive: true });

  // The addon as it was just built, in the place where a published package has it.
  const node = join(app, 'node_modules', 'reqtask');
  const target = createRequire(import.meta.url)(join(node, 'target.cjs'));
  const addon = join(repository, 'bindings', 'napi', 'build', 'reqtask.node');
  cpSync(addon, join(node, 'prebuilds', target, 'reqtask.node'));
}

install(process.argv[2]);
