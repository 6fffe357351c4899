// MessageListeners over a task that the test plays. harmony's wrapper tests run it over the real core.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageListeners } from '../../dist/esm/messages.js';

/** A task whose chunks are the texts that `send` is given. */
function playedTask() {
  let listener;
  const task = {
    aborts: 0,
    listeners: 0,
    ended: false,
    onChunkReceived(added) {
      if (task.ended) return 0;
      if (added !== listener) task.listeners++;
      listener = added;
      return task.listeners;
    },
    abort: () => ++task.aborts,
    send: (text) => listener({ data: new TextEncoder().encode(text).buffer }),
  };
  return task;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('D-1 D-2 E-14: listeners run in order, each once for a message, over one chunk listener', () => {
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  const first = ({ data }) => log.push(`first ${data}`);
  assert.equal(messages.on(first), messages.on(first));
  messages.on(({ data, event }) => log.push(`${event} ${data}`));
  task.send('data: a\n\nevent: e\nda');
  task.send('ta: b\n\n');
  assert.deepEqual(log, ['first a', 'message a', 'first b', 'e b']);
  assert.equal(task.listeners, 1);
});

test('D-3 D-7: off takes a function, a number or nothing, and the stream is read on', () => {
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  const listener = ({ data }) => log.push(data);
  messages.on(listener);
  messages.off(listener);
  messages.off(messages.on(() => log.push('by number')));
  messages.off(() => {});
  task.send('data: unheard\n\ndata: a');
  messages.on(listener);
  task.send('b\n\n');
  messages.off();
  task.send('data: c\n\n');
  assert.deepEqual(log, ['ab']);
});

test('D-6: a listener that is added or removed by a listener counts from the next message', () => {
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  const second = ({ data }) => log.push(`second ${data}`);
  messages.on(({ data }) => {
    log.push(data);
    if (data === 'a') messages.on(second);
    if (data === 'b') messages.off(second);
  });
  task.send('data: a\n\ndata: b\n\ndata: c\n\n');
  assert.deepEqual(log, ['a', 'b', 'second b', 'c']);
});

test('B-4: after stop nothing is delivered, also of the chunk that is being delivered', () => {
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  messages.on(({ data }) => {
    log.push(data);
    messages.stop();
  });
  messages.on(() => log.push('second'));
  task.send('data: a\n\ndata: b\n\n');
  task.send('data: c\n\n');
  messages.resume();
  assert.deepEqual(log, ['a']);
});

test('B-4: a task that has ended by itself, while a listener runs or while it is paused, brings no further message', async () => {
  for (const pauses of [false, true]) {
    const task = playedTask();
    const messages = new MessageListeners(task);
    const log = [];
    messages.on(({ data }) => {
      log.push(data);
      if (pauses) messages.pause();
      else task.ended = true;
    });
    task.send('data: a\n\ndata: b\n\n');
    task.ended = true;
    messages.resume();
    await turn();
    assert.deepEqual(log, ['a']);
  }
});

test('E-17: pause keeps messages, resume delivers them later and in order, before chunks that come then', async () => {
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  messages.on(({ data }) => {
    log.push(data);
    if (data === 'a') messages.pause();
  });
  task.send('data: a\n\ndata: b\n\n');
  assert.deepEqual(log, ['a']);
  messages.resume();
  assert.deepEqual(log, ['a'], 'not inside the call');
  task.send('data: c\n\n');
  await turn();
  assert.deepEqual(log, ['a', 'b', 'c']);
});

test('D-5: a listener that throws is reported, and stops nothing', async () => {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const reported = once(process, 'uncaughtException');
  const task = playedTask();
  const messages = new MessageListeners(task);
  const log = [];
  messages.on(({ data }) => {
    log.push(data);
    throw new Error('thrown on purpose');
  });
  messages.on(({ data }) => log.push(`second ${data}`));
  task.send('data: a\n\n');
  const [error] = await reported;
  for (const other of others) process.on('uncaughtException', other);
  assert.equal(error.message, 'thrown on purpose');
  assert.deepEqual(log, ['a', 'second a']);
});

test('a message beyond maxBytes is reported and aborts the request, and no message follows', async () => {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const reported = once(process, 'uncaughtException');
  const task = playedTask();
  const messages = new MessageListeners(task, { maxBytes: 20 });
  const log = [];
  messages.on(({ data }) => log.push(data));
  task.send('data: a\n\n');
  task.send('data: 12345678901234567890');
  const [error] = await reported;
  for (const other of others) process.on('uncaughtException', other);
  assert.ok(error instanceof RangeError);
  assert.equal(task.aborts, 1);
  task.send('\n\ndata: b\n\n');
  assert.deepEqual(log, ['a']);
});
