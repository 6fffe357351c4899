// Runs a small program in a process of its own, where its end can be watched: exit code, signal, output. A program that
// hangs is killed after 30 s, and then has a signal.
import { execFile } from 'node:child_process';

const here = new URL('.', import.meta.url);

/** What every program begins with. */
const start = `
  import { createRequire } from 'node:module';
  import { Worker } from 'node:worker_threads';
  const require = createRequire(${JSON.stringify(new URL('program.mjs', here).href)});
  const $ = process.argv[1];
  function inWorker(source, more) {
    const workerData = { url: $, module: require.resolve('../index.cjs'), ...more };
    return new Worker(source, { eval: true, execArgv: [], workerData });
  }
`;

/**
 * Runs `text`, an ES module that may use `require` (from this folder), `$` (the URL it is given) and `inWorker`: a worker
 * thread of CommonJS source with `url` and `module` (the package) in its workerData.
 */
export function program(text, url, { flags = [], env = {} } = {}) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, '--input-type=module', '-e', start + text, url],
      { timeout: 30_000, killSignal: 'SIGKILL', env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error ? error.code : 0, signal: error?.signal ?? null, stdout, stderr }),
    );
  });
}
