/**
 * Runs scripts in a JavaScript engine of React Native, with the module Reqtask and a scripted server of their own.
 *
 *   run [--engine jsc|jsc-zero-copy|hermes] [--build asan-0.85.3] [--reloads N] [--threads N] [--give JSON] SCRIPT...
 *
 * Each SCRIPT is a CommonJS file; it may require packages of bindings/ and what lies beside it. (A name that begins with
 * "classic:" is run as it is, before those.) They find `environment` ({ http, https, ports, caPem, given }) and `harness`,
 * and end the run with harness.done(passed, failed). See README.md.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../../testing/server.mjs';
import { bundle } from './modules.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const build = resolve(here, '../../../build/jsi');

/** Ends with { code, output }; `echo` shows the output while it comes. */
export async function run({
  engine = 'jsc',
  variant = 'asan-0.85.3',
  reloads = 1,
  threads = 1,
  given,
  scripts,
  classic = [],
  echo,
  limitS = 300,
}) {
  const program = join(build, variant, `runner-${engine}`);
  if (!existsSync(program))
    throw new Error(`${program} is not built: make jsi-${engine === 'hermes' ? 'hermes' : 'tests'}`);
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'run-'));
  const server = await startServer();
  try {
    const { http, https, ports, caPem } = server;
    const environment = join(folder, 'environment.json');
    writeFileSync(environment, JSON.stringify({ http, https, ports, caPem, given }));
    const modules = join(folder, 'scripts.js');
    writeFileSync(modules, bundle(scripts.map((script) => resolve(script))));
    const words = ['--environment', environment, '--reloads', reloads, '--threads', threads];
    const files = [join(here, 'js/prelude.js'), ...classic, modules];
    return await finished(program, [...words.map(String), ...files], echo, limitS);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function finished(program, words, echo, limitS) {
  return new Promise((resolvePromise, reject) => {
    // ThreadSanitizer wants addresses that are not shuffled.
    const command = program.includes('/tsan-') ? ['setarch', '-R', program, ...words] : [program, ...words];
    const child = spawn(command[0], command.slice(1), {
      env: { ...sanitizers(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = setTimeout(() => child.kill('SIGABRT'), limitS * 1000);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (echo) process.stdout.write(text);
      });
    }
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      resolvePromise({ code: code ?? signal, output });
    });
  });
}

function sanitizers() {
  return {
    ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
    LSAN_OPTIONS: `suppressions=${here}lsan.supp:print_suppressions=0`,
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    TSAN_OPTIONS: `halt_on_error=1:suppressions=${here}tsan.supp`,
    // WebKit's own handlers of SIGSEGV hide AddressSanitizer's.
    JSC_useWasmFaultSignalHandler: '0',
  };
}

if (argv[1] && fileURLToPath(import.meta.url) === resolve(argv[1])) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'jsc' },
      build: { type: 'string', default: 'asan-0.85.3' },
      reloads: { type: 'string', default: '1' },
      threads: { type: 'string', default: '1' },
      give: { type: 'string', default: 'null' },
    },
  });
  const { code } = await run({
    engine: values.engine,
    variant: values.build,
    reloads: values.reloads,
    threads: values.threads,
    given: JSON.parse(values.give),
    scripts: positionals.filter((name) => !name.startsWith('classic:')),
    classic: positionals.filter((name) => name.startsWith('classic:')).map((name) => name.slice('classic:'.length)),
    echo: true,
  });
  process.exitCode = code === 0 ? 0 : 1;
}
