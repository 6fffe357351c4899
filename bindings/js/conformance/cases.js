/**
 * All conformance cases, in the order of the contract's letters: { name, lines, run(t), expect, needs? }. See README.md.
 */
import { runAll, runCase } from './harness.js';
import { cases as a } from './a-task.js';
import { cases as b } from './b-abort.js';
import { cases as bPlaces } from './b-places.js';
import { cases as c } from './c-headers.js';
import { cases as d } from './d-listeners.js';
import { cases as e } from './e-chunks.js';
import { cases as eFlow } from './e-flow.js';
import { cases as eText } from './e-text.js';
import { cases as f } from './f-encoding.js';
import { cases as fCredentials } from './f-credentials.js';
import { cases as g } from './g-response.js';
import { cases as hTimeouts } from './h-timeouts.js';
import { cases as hFailures } from './h-failures.js';
import { cases as hQueue } from './h-queue.js';
import { cases as i } from './i-compatibility.js';

export const cases = [].concat(
  a,
  b,
  bPlaces,
  c,
  d,
  e,
  eFlow,
  eText,
  f,
  fCredentials,
  g,
  hTimeouts,
  hFailures,
  hQueue,
  i,
);

export { runCase };

/** Runs every case over a host; see harness.js for the environment and the outcomes that `report` hears of. */
export function runCases(environment, report) {
  return runAll(environment, cases, report);
}
