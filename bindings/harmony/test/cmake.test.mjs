// CMakeLists.txt configures and builds with a toolchain that stands in for OpenHarmony's: the machine's own compiler, Node's
// headers under OpenHarmony's name, and an empty libace_napi.z.so. The library has the shape that OpenHarmony wants, and Node
// can load it, since Node too still takes modules that register themselves. What this cannot show: the real headers, C library
// and loader.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { harmony, root } from './manifests.mjs';

const glue = join(root, 'bindings/napi/src');
const nodeHeaders = [resolve(dirname(process.execPath), '../include/node'), '/usr/include/node'].find((folder) =>
  existsSync(join(folder, 'node_api.h')),
);
const core = join(root, 'target/release/libreqtask.a');
const abi = process.arch === 'arm64' ? 'arm64-v8a' : 'x86_64';
const folder = mkdtempSync(join(tmpdir(), 'reqtask-cmake-'));
const build = join(folder, 'build');
const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

before(() => {
  mkdirSync(join(folder, 'include/napi'), { recursive: true });
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'include/napi/native_api.h'), '#define NAPI_VERSION 8\n#include <node_api.h>\n');
  // The functions that the glue calls, so that --no-undefined is content. At run time those of node come first.
  const sources = readdirSync(glue).map((name) => readFileSync(join(glue, name), 'utf8'));
  const calls = new Set(sources.flatMap((source) => [...source.matchAll(/\b(napi_\w+)\(/g)].map((match) => match[1])));
  const stub = join(folder, 'ace.c');
  writeFileSync(stub, [...calls].map((name) => `void ${name}(void) {}\n`).join(''));
  run(
    'cc',
    '-shared',
    '-fPIC',
    '-fno-builtin',
    '-Wl,-soname,libace_napi.z.so',
    stub,
    '-o',
    join(folder, 'lib/libace_napi.z.so'),
  );
  // The machine's own unwinder, under the SDK's name.
  writeFileSync(join(folder, 'lib/libunwind.so'), 'INPUT(-lgcc_s)\n');
  writeFileSync(
    join(folder, 'toolchain.cmake'),
    `set(CMAKE_C_FLAGS_INIT "-isystem ${folder}/include -isystem ${nodeHeaders}")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-L${folder}/lib")
`,
  );
});

after(() => rmSync(folder, { recursive: true }));

function configure(...options) {
  return spawnSync(
    'cmake',
    [
      '-S',
      join(harmony, 'src/main/cpp'),
      '-B',
      build,
      `-DCMAKE_TOOLCHAIN_FILE=${join(folder, 'toolchain.cmake')}`,
      ...options,
    ],
    { encoding: 'utf8' },
  );
}

test('without a core for the architecture it says how to make one', () => {
  const result = configure(`-DOHOS_ARCH=${abi}`, `-DREQTASK_GLUE=${glue}`, `-DREQTASK_CORE=${join(folder, 'none.a')}`);
  assert.notEqual(result.status, 0);
  assert.match(result.stderr, new RegExp(`No core for ${abi} at[^]*build-core ${abi}`));
  rmSync(build, { recursive: true });
});

test("without OpenHarmony's toolchain it says so", () => {
  const result = configure();
  assert.notEqual(result.status, 0);
  assert.match(result.stderr, /OHOS_ARCH is not set/);
  rmSync(build, { recursive: true });
});

test('it builds one library with the right name, needs and no symbol of its own', () => {
  const result = configure(
    `-DOHOS_ARCH=${abi}`,
    `-DREQTASK_GLUE=${glue}`,
    `-DREQTASK_INCLUDE=${join(root, 'include')}`,
    `-DREQTASK_CORE=${core}`,
    '-DCMAKE_BUILD_TYPE=Release',
  );
  assert.equal(result.status, 0, result.stderr);
  run('cmake', '--build', build);
  const library = join(build, 'libreqtask.so');
  const dynamic = run('readelf', '-dW', library);
  assert.match(dynamic, /\(SONAME\).*\[libreqtask\.so\]/);
  assert.match(dynamic, /\(FLAGS_1\).*NODELETE/);
  const needed = [...dynamic.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1]);
  assert.ok(needed.includes('libace_napi.z.so'), needed.join(' '));
  assert.ok(!needed.some((name) => /reqtask|stdc\+\+|c\+\+/.test(name)), needed.join(' '));
  const visible = run('nm', '-D', '--defined-only', library).trim();
  assert.equal(visible, '');
  for (const [, alignment] of run('readelf', '-lW', library).matchAll(/^ +LOAD .* (0x\w+)$/gm)) {
    assert.ok(Number(alignment) >= 16384, `a segment aligned to ${alignment}`);
  }
});

test('that library registers itself, and works as the host of this platform', () => {
  const library = join(build, 'libreqtask.so');
  assert.ok(existsSync(library), 'the test before has built it');
  copyFileSync(library, join(build, 'reqtask.node'));
  const program = `
    const host = require(${JSON.stringify(join(build, 'reqtask.node'))});
    const client = host.open([], (events) => {
      const [kind, , status, , , message] = events[events.length - 1];
      console.log(JSON.stringify([host.platform, host.version, Object.keys(host).sort(), kind, status]));
      host.close(client);
    });
    host.start(client, 'GET', 'http://127.0.0.1:1/', [], null, [], 0);
  `;
  const printed = execFileSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib') },
  });
  const [platform, version, names, kind, status] = JSON.parse(printed);
  assert.equal(platform, 'harmony');
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(names, ['abort', 'close', 'open', 'pause', 'platform', 'resume', 'start', 'version']);
  assert.deepEqual([kind, status], [4, -103]);
});
