'use strict';
// A host whose clients end with their requester. A test runner such as jest gives each test file modules of its own and then
// forgets them, without a close(); the client of each would keep a thread, some descriptors and its connections until the
// process ends. So a client whose `deliver` nobody holds any more is closed, unless a task of it lives: its end is still told.
// When that is, the garbage collector decides.

const COMPLETE = 4; // NativeEventKind

/** `host`, with that added. Whoever opens a client must hold the `deliver` it gave. */
module.exports = function closeForgotten(host) {
  const clients = new Map();
  const registry = new FinalizationRegistry((client) => close(client));

  function open(options, deliver) {
    // All that the host's own function holds: `deliver` only while tasks live, but always the registry, which would be
    // forgotten, too, and then calls nobody.
    const state = { live: 0, deliver: null, weak: new WeakRef(deliver), registry };
    const client = host.open(options, deliverTo(state));
    clients.set(client, state);
    registry.register(deliver, client, state);
    return client;
  }

  function start(client, method, url, fields, body, options, flags) {
    const task = host.start(client, method, url, fields, body, options, flags);
    const state = clients.get(client);
    state.live++;
    state.deliver ??= state.weak.deref();
    return task;
  }

  function close(client) {
    const state = clients.get(client);
    if (state) registry.unregister(state);
    clients.delete(client);
    host.close(client);
  }

  return { ...host, open, start, close };
};

function deliverTo(state) {
  return (events) => {
    const { deliver } = state;
    for (const event of events) if (event[0] === COMPLETE) state.live--;
    if (state.live === 0) state.deliver = null;
    deliver(events);
  };
}
