module.exports = {
  preset: '@react-native/jest-preset',
  // The first: in tests the requests are real, on the core in Node instead of the one in the app.
  setupFiles: ['react-native-reqtask/mocks/jest', './__tests__/support/setup.js'],
  globalSetup: './__tests__/support/start-server.mjs',
  globalTeardown: './__tests__/support/stop-server.mjs',
  // The first test of a file also waits for React Native to be compiled.
  testTimeout: 60000,
  testMatch: ['**/__tests__/*.test.tsx'],
};
