// The rules of DOM's EventTarget that apps rely on.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { EventListeners } from '../../dist/esm/event-source/listeners.js';

const TARGET = { name: 'target' };
const always = () => true;
const tell = (listeners, goesOn = always) => listeners.tell('x', { currentTarget: TARGET }, goesOn);

test('listeners run in the order they were added, each once, with the target as this', () => {
  const listeners = new EventListeners();
  const log = [];
  const first = function () {
    log.push(['first', this]);
  };
  listeners.add('x', first);
  listeners.add('x', { handleEvent: () => log.push(['object']) });
  listeners.add('x', first);
  listeners.add('y', () => log.push(['other type']));
  tell(listeners);
  assert.deepEqual(log, [['first', TARGET], ['object']]);
});

test('a handler property keeps the place where it was first set', () => {
  const listeners = new EventListeners();
  const log = [];
  assert.equal(listeners.handler('x'), null);
  listeners.setHandler('x', () => log.push('a'));
  listeners.add('x', () => log.push('b'));
  listeners.setHandler('x', () => log.push('c'));
  tell(listeners);
  listeners.setHandler('x', 'no function');
  assert.equal(listeners.handler('x'), null);
  tell(listeners);
  assert.deepEqual(log, ['c', 'b', 'b']);
});

test('once, signal and removal', () => {
  const listeners = new EventListeners();
  const log = [];
  const controller = new AbortController();
  const gone = () => log.push('removed');
  listeners.add('x', () => log.push('once'), { once: true });
  listeners.add('x', () => log.push('signal'), { signal: controller.signal });
  listeners.add('x', () => log.push('never'), { signal: AbortSignal.abort() });
  listeners.add('x', gone);
  listeners.remove('x', gone);
  listeners.remove('x', () => {});
  listeners.add('x', 'no listener');
  listeners.add('x', null);
  tell(listeners);
  tell(listeners);
  controller.abort();
  tell(listeners);
  assert.deepEqual(log, ['once', 'signal', 'signal']);
});

test('changes during an event: the removed is not called, the added hears the next', () => {
  const listeners = new EventListeners();
  const log = [];
  const last = () => log.push('last');
  listeners.add(
    'x',
    () => {
      listeners.remove('x', last);
      listeners.add('x', () => log.push('late'));
    },
    { once: true },
  );
  listeners.add('x', last);
  tell(listeners);
  assert.deepEqual(log, []);
  tell(listeners);
  assert.deepEqual(log, ['late']);
});

test('nobody is called any more once the source is closed', () => {
  const listeners = new EventListeners();
  const log = [];
  let open = true;
  listeners.add('x', () => {
    log.push(1);
    open = false;
  });
  listeners.add('x', () => log.push(2));
  tell(listeners, () => open);
  assert.deepEqual(log, [1]);
});

test('clear takes the listeners off their signals', () => {
  const listeners = new EventListeners();
  let removed = 0;
  const signal = { aborted: false, addEventListener() {}, removeEventListener: () => removed++ };
  listeners.add('x', () => {}, { signal });
  listeners.clear();
  assert.equal(removed, 1);
});
