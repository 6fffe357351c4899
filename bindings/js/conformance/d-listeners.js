/**
 * D: adding, removing and failing listeners.
 */
import { answered } from './words.js';

/** Three chunks, each a piece of news of its own: `step` has the next one sent and waits for it. */
function inThree(t) {
  const url = t.script(
    'status 200 OK',
    'chunked',
    'head-end',
    'chunk 1',
    t.gate('a'),
    'chunk 2',
    t.gate('b'),
    'chunk 3',
    'last-chunk',
  );
  const task = t.watch({ url, enableChunked: true });
  const step = (gate) => {
    const next = t.nextChunk(task);
    return t.open(gate).then(() => next);
  };
  return { task, step };
}

const THREE_END = ['success 200 ""', 'complete same', 'resolved same'];

export const cases = [
  {
    name: 'listeners run in the order they were added',
    lines: ['D-1'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      ['a', 'b', 'c'].forEach((name) => {
        task.onHeadersReceived(() => t.log('headers ' + name));
        task.onChunkReceived(() => t.log('chunk ' + name));
      });
      await task;
    },
    expect: ['headers a', 'headers b', 'headers c', 'chunk a', 'chunk b', 'chunk c'],
  },
  {
    name: 'a function that is added twice is called once, and one off removes it',
    lines: ['D-2'],
    async run(t) {
      const { task, step } = inThree(t);
      const listener = () => t.log('called');
      task.onChunkReceived(listener);
      task.onChunkReceived(listener);
      await t.nextChunk(task);
      task.offChunkReceived(listener);
      await step('a');
      await step('b');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "1"', 'called', 'chunk "2"', 'chunk "3"'].concat(THREE_END),
  },
  {
    name: 'the same function on headers and on chunks are two',
    lines: ['D-2', 'D-3'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      const listener = (event) => t.log(event.statusCode ? 'headers' : 'chunk');
      task.onHeadersReceived(listener);
      task.onChunkReceived(listener);
      task.offHeadersReceived(listener);
      await task;
    },
    expect: ['chunk'],
  },
  {
    name: 'off with a function removes that one',
    lines: ['D-3'],
    async run(t) {
      const task = t.request(t.script('ok hello'));
      const a = () => t.log('a');
      const b = () => t.log('b');
      task.onHeadersReceived(a);
      task.onHeadersReceived(b);
      task.offHeadersReceived(a);
      await task;
    },
    expect: ['b'],
  },
  {
    name: 'off without an argument removes all of its kind',
    lines: ['D-3'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      task.onHeadersReceived(() => t.log('headers a'));
      task.onHeadersReceived(() => t.log('headers b'));
      task.onChunkReceived(() => t.log('chunk'));
      task.offHeadersReceived();
      await task;
    },
    expect: ['chunk'],
  },
  {
    name: 'off with an unknown function or number is ignored',
    lines: ['D-3', 'D-7'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      task.onHeadersReceived(() => t.log('headers'));
      task.onChunkReceived(() => t.log('chunk'));
      task.offHeadersReceived(() => {});
      task.offChunkReceived(() => {});
      task.offHeadersReceived(987654);
      task.offChunkReceived(-1);
      await task;
    },
    expect: ['headers', 'chunk'],
  },
  {
    name: 'on with something else than a function is ignored, with one warning',
    lines: ['D-4'],
    async run(t) {
      t.configure({ warnings: true });
      const heard = t.warnings();
      const task = t.watch({ url: t.script('ok hello') });
      const before = heard ? heard.length : 0;
      task.onHeadersReceived('text');
      t.log('warnings: ' + (heard ? heard.length - before : 1));
      await t.end(task);
    },
    expect: ['warnings: 1'].concat(answered(200, '"hello"')),
  },
  {
    name: 'nothing that is no function does harm',
    lines: ['D-4'],
    async run(t) {
      const heard = t.warnings();
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      [undefined, null, 7, {}, 'text'].forEach((wrong) => {
        task.onHeadersReceived(wrong);
        task.onChunkReceived(wrong);
      });
      await t.end(task);
      t.log(heard === null || heard.length > 0 ? 'warned' : 'not warned');
    },
    expect: ['headers 200', 'chunk "hello"', 'success 200 ""', 'complete same', 'resolved same', 'warned'],
  },
  {
    name: 'a listener that throws stops neither other listeners nor later events nor the request',
    lines: ['D-5'],
    needs: ['onGlobalError'],
    async run(t) {
      const heard = t.globalErrors();
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      task.onHeadersReceived(() => {
        throw new Error('in headers');
      });
      task.onHeadersReceived(() => t.log('next headers listener, reported so far: ' + heard.length));
      task.onChunkReceived(() => {
        throw new Error('in chunk');
      });
      task.onChunkReceived(() => t.log('next chunk listener'));
      const result = await task;
      t.log('resolved ' + result.statusCode);
      await t.roundTrip();
      t.log('reported: ' + heard.map((error) => error.message).join());
    },
    expect: [
      'next headers listener, reported so far: 0',
      'next chunk listener',
      'resolved 200',
      'reported: in headers,in chunk',
    ],
  },
  {
    name: 'a listener that is added inside a listener hears the next event first',
    lines: ['D-6'],
    async run(t) {
      const { task, step } = inThree(t);
      let added = false;
      task.onChunkReceived(() => {
        if (!added)
          task.onChunkReceived((event) => t.log('added hears ' + String.fromCharCode(new Uint8Array(event.data)[0])));
        added = true;
      });
      await t.nextChunk(task);
      await step('a');
      await step('b');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "1"', 'chunk "2"', 'added hears 2', 'chunk "3"', 'added hears 3'].concat(THREE_END),
  },
  {
    name: 'a listener that is removed inside a listener still hears this event',
    lines: ['D-6'],
    async run(t) {
      const { task, step } = inThree(t);
      const second = () => t.log('second');
      task.onChunkReceived(() => task.offChunkReceived(second));
      task.onChunkReceived(second);
      await t.nextChunk(task);
      await step('a');
      await step('b');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "1"', 'second', 'chunk "2"', 'chunk "3"'].concat(THREE_END),
  },
  {
    name: 'a listener may remove itself',
    lines: ['D-6', 'D-3'],
    async run(t) {
      const { task, step } = inThree(t);
      const once = () => {
        t.log('once');
        task.offChunkReceived(once);
      };
      task.onChunkReceived(once);
      await t.nextChunk(task);
      await step('a');
      await step('b');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "1"', 'once', 'chunk "2"', 'chunk "3"'].concat(THREE_END),
  },
  {
    name: 'on returns a number that off takes',
    lines: ['D-7'],
    async run(t) {
      const task = t.request({ url: t.script('ok hello'), enableChunked: true });
      const headers = task.onHeadersReceived(() => t.log('never'));
      const chunk = task.onChunkReceived(() => t.log('never'));
      task.onChunkReceived(() => t.log('chunk'));
      t.log(typeof headers + ' ' + typeof chunk);
      task.offHeadersReceived(headers);
      task.offChunkReceived(chunk);
      await task;
    },
    expect: ['number number', 'chunk'],
  },
  {
    name: 'a throw in success does not call fail: complete still runs, the promise still resolves',
    lines: ['D-8'],
    needs: ['onGlobalError'],
    async run(t) {
      const heard = t.globalErrors();
      const task = t.watch({
        url: t.script('ok hello'),
        success() {
          throw new Error('in success');
        },
      });
      await t.end(task);
      await t.roundTrip();
      t.log('reported: ' + heard.map((error) => error.message).join());
    },
    expect: answered(200, '"hello"').concat('reported: in success'),
  },
  {
    name: 'a throw in fail and in complete: the promise still rejects',
    lines: ['D-8', 'A-6'],
    needs: ['onGlobalError'],
    async run(t) {
      const heard = t.globalErrors();
      const task = t.watch({
        url: t.script('reset'),
        fail() {
          throw new Error('in fail');
        },
        complete() {
          throw new Error('in complete');
        },
      });
      await t.end(task);
      await t.roundTrip();
      t.log('reported: ' + heard.map((error) => error.message).join());
    },
    expect: [
      'fail request:fail interrupted 600003 interrupted',
      'complete same',
      'rejected same',
      'reported: in fail,in complete',
    ],
  },
];
