// Starts the scripted server, and the tests with its address: node run.mjs jsc|hermes [WORD]
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../testing/server.mjs';

const [engine, ...words] = process.argv.slice(2);
const program = fileURLToPath(new URL(`../../../build/jsi/test/tests-${engine}`, import.meta.url));
const suppressions = fileURLToPath(new URL('../harness/lsan.supp', import.meta.url));
const server = await startServer();
const child = spawn(program, [server.http, ...words], {
  stdio: 'inherit',
  env: {
    // WebKit's own handlers of SIGSEGV hide AddressSanitizer's.
    JSC_useWasmFaultSignalHandler: '0',
    ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1',
    LSAN_OPTIONS: `suppressions=${suppressions}:print_suppressions=0`,
    ...process.env,
  },
});
const late = setTimeout(() => child.kill('SIGABRT'), 200_000);
child.once('exit', (code, signal) => {
  clearTimeout(late);
  server.stop();
  if (signal) console.log(`the tests ended with ${signal}\n0 passed, 1 failed`);
  process.exitCode = code ?? 1;
});
