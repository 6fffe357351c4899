/** The version of this package; test/manifest.test.mjs compares it with package.json and with the core's. */
export const VERSION = '0.1.0';
