// Starts the scripted server, and the tests with its address.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { startServer } from '../../testing/server.mjs';

const program = fileURLToPath(new URL('../../../build/jsi/test/tests', import.meta.url));
const server = await startServer();
const child = spawn(program, [server.http, ...process.argv.slice(2)], {
  stdio: 'inherit',
  // JavaScriptCore's own handlers of signals are in the sanitizers' way, and it keeps memory until the end.
  env: { JSC_useWasmFaultSignalHandler: '0', ASAN_OPTIONS: 'detect_leaks=0', ...process.env },
});
const late = setTimeout(() => child.kill('SIGABRT'), 120_000);
child.once('exit', (code, signal) => {
  clearTimeout(late);
  server.stop();
  if (signal) console.log(`the tests ended with ${signal}\n0 passed, 1 failed`);
  process.exitCode = code ?? 1;
});
