// The real addon, watched: which calls were made, how many bytes have come into JavaScript; and a way to wait for such things.
import { createRequest } from '../../dist/esm/index.js';
import host from '../../../node/native.cjs';
import { after } from 'node:test';

export function spy(options) {
  const seen = { bytes: 0, calls: [], completed: 0 };
  const waiting = new Set();
  const check = () => {
    for (const waiter of waiting) if (waiter.condition(seen)) (waiting.delete(waiter), waiter.resolve());
  };
  const watched = { version: host.version, platform: host.platform };
  for (const name of ['close', 'start', 'abort', 'pause', 'resume']) {
    watched[name] = (...given) => {
      seen.calls.push(name);
      const answer = host[name](...given);
      check();
      return answer;
    };
  }
  watched.open = (given, deliver) => {
    seen.calls.push('open');
    return host.open(given, (events) => {
      for (const [kind, , data] of events) {
        if (kind === 2) seen.bytes += data.byteLength;
        if (kind === 4) seen.completed++;
      }
      deliver(events);
      check();
    });
  };
  const requester = createRequest(watched);
  requester.configure({ warnings: false, ...options });
  after(() => requester.close());
  return {
    ...requester,
    seen,
    /** Fulfilled once `condition(seen)` holds. */
    until: (condition) =>
      new Promise((resolve) => {
        waiting.add({ condition, resolve });
        check();
      }),
    count: (name) => seen.calls.filter((call) => call === name).length,
  };
}
