/**
 * Gets the C++ of React Native that the harness compiles: `node sources.mjs [VERSION...]` unpacks build/jsi/rn-VERSION from
 * the npm package, whose checksum must be the one pinned in versions.json. What is there already is left alone, so only the
 * first run needs a network. Without versions: all of versions.json.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../../../build/jsi/', import.meta.url));
const { full, drift, integrity } = JSON.parse(readFileSync(new URL('versions.json', import.meta.url)));

/** ReactCommon holds what is compiled and what that includes; the rest of it is large. */
const UNUSED = ['react/renderer', 'react/runtime', 'jsinspector-modern', 'yoga', 'tests', 'test'];

mkdirSync(build, { recursive: true });
for (const version of argv.length > 2 ? argv.slice(2) : [full, ...drift]) get(version);

function get(version) {
  const folder = join(build, `rn-${version}`);
  if (existsSync(folder)) return;
  if (!integrity[version]) throw new Error(`react-native ${version} is not pinned in versions.json`);
  console.log(`react-native ${version}: getting its C++ from npm`);
  const scratch = mkdtempSync(join(build, 'unpack-'));
  try {
    const archive = pack(version, scratch);
    const sum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (sum !== integrity[version])
      throw new Error(`react-native ${version} has the checksum ${sum}, not the pinned one`);
    const without = UNUSED.map((path) => `--exclude=*/${path}`);
    execFileSync('tar', ['-xzf', archive, '-C', scratch, ...without, 'package/ReactCommon', 'package/LICENSE']);
    // Last, and at once: a run that is cut off leaves nothing half done behind.
    renameSync(join(scratch, 'package'), folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function pack(version, into) {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  const name = execFileSync(
    'npm',
    ['pack', '--silent', '--pack-destination', into, `react-native@${version}`],
    options,
  );
  return join(into, name.trim().split('\n').pop());
}
