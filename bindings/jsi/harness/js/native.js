/** The host under test, as an app gets it: through the TurboModule registry. One for each runtime. */
module.exports = harness.turboModule('Reqtask').host();
