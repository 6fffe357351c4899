/**
 * Runs conformance cases over a host and compares the event log of each with the one that is expected.
 *
 * It runs in any engine: it needs ES2017, Promise and setTimeout, and what the environment passes in; no modules of a
 * host, no fetch, no process. It knows nothing of hosts, and takes no side: a case says what it expects.
 *
 * An environment:
 *   create()        makes a Requester of its own ({ request, configure, close }); each case gets a fresh one
 *   http, https     base URLs of the scripted server, such as "http://127.0.0.1:8080" and "https://localhost:8443"
 *   ports           its other ports by name: { silent, blackhole, expired, ... }
 *   caPem           the authority of its https ports
 *   events          events(task) of reqtask-js; cases about server-sent events are skipped without it
 *   control(path, body)           optional: asks the server; by default through a requester of its own
 *   onGlobalError(listener)       optional: errors that reach the host's global handler; returns a function that stops it
 *   onUnhandledRejection(listener)  optional, in the same way
 */
import { makeToolkit } from './toolkit.js';

const LIMIT_MS = 30000;

/** Runs one case. Resolves to { name, lines, status: 'passed' | 'failed' | 'skipped', problem, log }; never rejects. */
export function runCase(environment, testCase) {
  const log = [];
  const outcome = (status, problem) => ({ name: testCase.name, lines: testCase.lines, status, problem, log });
  const missing = (testCase.needs || []).filter((need) => !environment[need]);
  if (missing.length > 0) return Promise.resolve(outcome('skipped', 'this host has no ' + missing.join(', ')));
  const toolkit = makeToolkit(environment, log);
  let timer;
  const limit = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('still running after ' + LIMIT_MS + ' ms')), LIMIT_MS);
  });
  return Promise.race([Promise.resolve().then(() => testCase.run(toolkit.t)), limit])
    .then(
      () => difference(log, testCase.expect),
      (error) => said(error) + '\n' + listing(log),
    )
    .then((problem) => {
      clearTimeout(timer);
      toolkit.close();
      return problem === '' ? outcome('passed', '') : outcome('failed', problem);
    });
}

/** Runs all cases one after the other; `report(outcome)` hears of each. Resolves to { passed, failed, skipped }. */
export function runAll(environment, cases, report) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  return cases
    .reduce(
      (before, testCase) =>
        before
          .then(() => runCase(environment, testCase))
          .then((outcome) => {
            sum[outcome.status]++;
            report(outcome);
          }),
      Promise.resolve(),
    )
    .then(() => sum);
}

function difference(log, expected) {
  if (log.length === expected.length && log.every((line, i) => line === expected[i])) return '';
  const lines = [];
  for (let i = 0; i < Math.max(log.length, expected.length); i++) {
    if (log[i] === expected[i]) lines.push('    ' + log[i]);
    else {
      if (i < expected.length) lines.push('  - ' + expected[i]);
      if (i < log.length) lines.push('  + ' + log[i]);
    }
  }
  return 'the log differs (- expected, + happened):\n' + lines.join('\n');
}

function listing(log) {
  return log.length === 0 ? 'the log is empty' : 'the log so far:\n' + log.map((line) => '    ' + line).join('\n');
}

function said(error) {
  if (!error) return String(error);
  return error.stack || error.errMsg || error.message || String(error);
}
