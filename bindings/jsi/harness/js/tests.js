/** A list of tests by name, each a function that returns a promise, run one after the other; ends the run. */
exports.equal = (actual, wanted) => {
  if (JSON.stringify(actual) !== JSON.stringify(wanted))
    throw new Error(JSON.stringify(actual) + ' rather than ' + JSON.stringify(wanted));
};

exports.runTests = (tests) => {
  let passed = 0;
  let failed = 0;
  return Object.keys(tests)
    .reduce(
      (before, name) =>
        before.then(tests[name]).then(
          () => passed++,
          (error) => {
            failed++;
            console.log('not ok ' + name + ': ' + (error && (error.stack || error.message)));
          },
        ),
      Promise.resolve(),
    )
    .then(() => harness.done(passed, failed));
};
