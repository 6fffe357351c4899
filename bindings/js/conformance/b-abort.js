/**
 * B: what abort does, and where it may be called. (Where the request may be: b-places.js.)
 */
import { ABORTED } from './words.js';

const HELLO = ['success 200 "hello"', 'complete same', 'resolved same'];

export const cases = [
  {
    name: 'abort in the same tick sends nothing',
    lines: ['B-2'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), method: 'POST', data: 'text' });
      task.abort();
      t.log('returned');
      await t.end(task);
      await t.nothingSent();
    },
    expect: ['returned'].concat(ABORTED, 'nothing sent'),
  },
  {
    name: 'abort twice is abort once',
    lines: ['B-3'],
    async run(t) {
      const task = t.watch({ url: t.script('stall') });
      await t.happened({ event: 'stall' });
      task.abort();
      task.abort();
      await t.end(task);
      task.abort();
      await t.roundTrip();
    },
    expect: ABORTED,
  },
  {
    name: 'abort after the end does nothing',
    lines: ['B-3'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello') });
      await t.end(task);
      task.abort();
      await t.roundTrip();
    },
    expect: ['headers 200'].concat(HELLO),
  },
  {
    name: 'after abort no other listener runs, though its event was there',
    lines: ['B-4', 'B-9'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      task.onChunkReceived(() => task.abort());
      task.onChunkReceived(() => t.log('a listener ran after abort'));
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "hello"'].concat(ABORTED),
  },
  {
    name: 'abort while events wait to be delivered: none of them comes',
    lines: ['B-4', 'A-9'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      task.pause();
      await t.happened({ event: 'done' });
      await t.roundTrip();
      task.resume();
      task.abort();
      await t.end(task);
    },
    expect: ABORTED,
  },
  {
    name: 'the server sees the connection close while it waits to answer',
    lines: ['B-5'],
    async run(t) {
      const task = t.watch({ url: t.script('stall') });
      await t.happened({ event: 'stall' });
      task.abort();
      await t.end(task);
      await t.clientGone();
    },
    expect: ABORTED.concat('the server saw the end'),
  },
  {
    name: 'the server sees the connection close in the middle of a stream: it stops generating',
    lines: ['B-5'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'field content-type: text/event-stream',
        'chunked',
        'head-end',
        'chunk data: 1\\n\\n',
        'stall',
      );
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      task.abort();
      await t.end(task);
      await t.clientGone();
    },
    expect: ['headers 200', 'chunk "data: 1\\n\\n"'].concat(ABORTED, 'the server saw the end'),
  },
  {
    name: 'the server sees a TLS connection close',
    lines: ['B-5', 'B-1'],
    async run(t) {
      t.trustServer();
      const task = t.watch({ url: t.secureScript('stall') });
      await t.happened({ event: 'stall' });
      task.abort();
      await t.end(task);
      await t.clientGone();
    },
    expect: ABORTED.concat('the server saw the end'),
  },
  {
    name: 'abort(callback) calls back first and returns the task',
    lines: ['B-7'],
    async run(t) {
      const task = t.watch({ url: t.script('stall') });
      await t.happened({ event: 'stall' });
      const returned = task.abort(() => t.log('callback'));
      t.log(returned === task ? 'the task' : 'something else');
      await t.end(task);
    },
    expect: ['callback', 'the task'].concat(ABORTED),
  },
  {
    name: 'abort in a headers listener',
    lines: ['B-9', 'B-4'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      task.onHeadersReceived(() => task.abort());
      task.onHeadersReceived(() => t.log('a listener ran after abort'));
      await t.end(task);
    },
    expect: ['headers 200'].concat(ABORTED),
  },
  {
    name: 'abort in success changes nothing',
    lines: ['B-9', 'B-3'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), success: () => task.abort() });
      await t.end(task);
    },
    expect: ['headers 200'].concat(HELLO),
  },
  {
    name: 'abort in complete changes nothing',
    lines: ['B-9', 'B-3'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), complete: () => task.abort() });
      await t.end(task);
    },
    expect: ['headers 200'].concat(HELLO),
  },
  {
    name: 'abort in fail changes nothing',
    lines: ['B-9', 'B-3'],
    async run(t) {
      const task = t.watch({ url: t.script('reset'), fail: () => task.abort() });
      await t.end(task);
    },
    expect: ['fail request:fail interrupted 600003 interrupted', 'complete same', 'rejected same'],
  },
  {
    name: 'abort of another task in a listener',
    lines: ['B-9'],
    async run(t) {
      const other = t.watch({ url: t.script('stall') }, { as: 'other: ' });
      await t.happened({ event: 'stall' });
      const task = t.watch({ url: t.script('ok hello'), success: () => other.abort() });
      await t.end(task);
      await t.end(other);
    },
    expect: ['headers 200'].concat(
      HELLO,
      ABORTED.map((line) => 'other: ' + line),
    ),
  },
  {
    name: 'a new request in a listener of one that was aborted',
    lines: ['B-9', 'A-6'],
    async run(t) {
      let next;
      const task = t.watch({
        url: t.script('stall'),
        fail: () => (next = t.watch({ url: t.script('ok hello') }, { as: 'next: ' })),
      });
      await t.happened({ event: 'stall' });
      task.abort();
      await t.end(task);
      await t.end(next);
    },
    expect: ABORTED.concat(['headers 200'].concat(HELLO).map((line) => 'next: ' + line)),
  },
  {
    name: 'a signal aborts',
    lines: ['B-8'],
    async run(t) {
      const signal = makeSignal();
      const task = t.watch({ url: t.script('stall'), signal });
      await t.happened({ event: 'stall' });
      signal.abort();
      await t.end(task);
      t.log('listeners left: ' + signal.listeners.length);
    },
    expect: ABORTED.concat('listeners left: 0'),
  },
  {
    name: 'a signal that is already aborted: nothing is sent',
    lines: ['B-8'],
    async run(t) {
      const signal = makeSignal();
      signal.abort();
      await t.run({ url: t.script('ok hello'), signal });
      await t.nothingSent();
    },
    expect: ABORTED.concat('nothing sent'),
  },
  {
    name: 'a signal that is aborted in the same tick: nothing is sent',
    lines: ['B-8', 'B-2'],
    async run(t) {
      const signal = makeSignal();
      const task = t.watch({ url: t.script('ok hello'), signal });
      signal.abort();
      await t.end(task);
      await t.nothingSent();
    },
    expect: ABORTED.concat('nothing sent'),
  },
  {
    name: 'a signal keeps no listener of a request that has ended',
    lines: ['B-8', 'H-11'],
    async run(t) {
      const signal = makeSignal();
      await t.run({ url: t.script('ok hello'), signal });
      t.log('listeners left: ' + signal.listeners.length);
      signal.abort();
      await t.roundTrip();
    },
    expect: ['headers 200'].concat(HELLO, 'listeners left: 0'),
  },
];

/** An AbortSignal, which an engine need not have, and its controller in one. */
function makeSignal() {
  const signal = {
    aborted: false,
    listeners: [],
    addEventListener(type, listener) {
      signal.listeners.push(listener);
    },
    removeEventListener(type, listener) {
      signal.listeners = signal.listeners.filter((known) => known !== listener);
    },
    abort() {
      signal.aborted = true;
      signal.listeners.slice().forEach((listener) => listener());
    },
  };
  return signal;
}
