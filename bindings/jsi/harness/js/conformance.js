/**
 * The conformance cases of bindings/js over this engine. Run with the classic script of bindings/js/conformance/bundle.mjs;
 * `environment.given`: { skipped: names of the cases that are to be skipped here, only: a word of the names to run }.
 */
const { createRequest, events } = require('reqtask-js');
const native = require('./native.js');

const { http, https, ports, caPem, given } = environment;
const conformance = reqtaskConformance;
const wanted = conformance.cases.filter((one) => one.name.indexOf((given && given.only) || '') >= 0);
const expected = (given && given.skipped) || [];
const here = {
  create: () => createRequest(native),
  http,
  https,
  ports,
  caPem,
  events,
  onGlobalError: harness.onGlobalError,
  onUnhandledRejection: harness.onUnhandledRejection,
};

let passed = 0;
let failed = 0;
wanted
  .reduce(
    (before, one) =>
      before
        .then(() => conformance.runCase(here, one))
        .then((outcome) => {
          const right = outcome.status === (expected.indexOf(one.name) >= 0 ? 'skipped' : 'passed');
          if (right) passed++;
          else failed++;
          // The log is the case's own expectation, word by word; it is shown for who compares hosts.
          if (!right) console.log('not ok ' + one.name + ': ' + outcome.status + '\n' + outcome.problem);
        }),
    Promise.resolve(),
  )
  .then(() => {
    console.log('cases: ' + wanted.length + ', as expected: ' + passed + ', skipped: ' + expected.length);
    harness.done(passed, failed);
  });
