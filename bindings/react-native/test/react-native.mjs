/**
 * React Native for the checks that need it without building it: its package.json, its types and what its command line reads,
 * unpacked to build/react-native/VERSION from the npm package, whose checksum must be the one pinned here. Only the first run
 * needs a network.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../../../build/react-native/', import.meta.url));

/** By version. 0.85.3 is the base; the others show drift. */
export const VERSIONS = JSON.parse(readFileSync(new URL('react-native.json', import.meta.url), 'utf8'));
export const BASE = '0.85.3';

const WANTED = ['package/package.json', 'package/*.config.js', 'package/*.d.ts'];

/** The folder of a version. */
export function reactNative(version = BASE) {
  const folder = join(build, version);
  if (existsSync(folder)) return folder;
  const integrity = VERSIONS[version];
  if (!integrity) throw new Error(`react-native ${version} is not pinned`);
  mkdirSync(build, { recursive: true });
  const scratch = mkdtempSync(join(build, 'unpack-'));
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
    const packed = execFileSync(
      'npm',
      ['pack', '--silent', '--pack-destination', scratch, `react-native@${version}`],
      options,
    );
    const archive = join(scratch, packed.trim().split('\n').pop());
    const sum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (sum !== integrity) throw new Error(`react-native ${version} has the checksum ${sum}, not the pinned one`);
    execFileSync('tar', ['-xzf', archive, '-C', scratch, '--wildcards', ...WANTED]);
    // Last, and at once: a run that is cut off leaves nothing half done behind.
    renameSync(join(scratch, 'package'), folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return folder;
}
