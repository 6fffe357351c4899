/**
 * The conformance environment of Node: the real addon under the real TypeScript layer. It uses Node for what Node alone can
 * do, which is to hear of errors that reach the process; everything else is the same on each host.
 */
import { createRequire } from 'node:module';
import { createRequest, events } from 'reqtask-js';

const native = createRequire(import.meta.url)('../../node/native.cjs');

/** Of a server that bindings/testing/server.mjs has started. */
export function nodeEnvironment(server) {
  return {
    create: () => createRequest(native),
    http: server.http,
    https: server.https,
    ports: server.ports,
    caPem: server.caPem,
    events,
    onGlobalError: (listener) => insteadOfOthers('uncaughtException', listener),
    onUnhandledRejection: (listener) => insteadOfOthers('unhandledRejection', listener),
  };
}

/** A test runner listens to these too, and would fail the test that expects them. */
function insteadOfOthers(event, listener) {
  const others = process.listeners(event);
  process.removeAllListeners(event);
  process.on(event, listener);
  return () => {
    process.removeListener(event, listener);
    others.forEach((other) => process.on(event, other));
  };
}
