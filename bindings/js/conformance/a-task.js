/**
 * A: what request() returns, and that every request ends once and in order.
 */
import { ABORTED, answered, failed } from './words.js';

const METHODS = ['abort', 'onHeadersReceived', 'offHeadersReceived', 'onChunkReceived', 'offChunkReceived'];
const BAD_PARAMETER = (errno) => failed('request:fail parameter error ' + errno + ' parameter error');

/** Options that are no options, or have no URL; each fails and throws nothing. */
function refused(name, options, errno) {
  return {
    name: 'a request with ' + name + ' fails asynchronously',
    lines: ['A-5', 'A-8'],
    async run(t) {
      const task = t.request(options);
      t.log('returned');
      await task.then(
        () => t.log('resolved'),
        (error) => t.log(error.errMsg.slice(0, 28) + ' ' + error.errno + ' ' + error.reason),
      );
    },
    expect: ['returned', 'request:fail parameter error ' + errno + ' parameter error'],
  };
}

export const cases = [
  {
    name: 'the task has the promise methods and those of RequestTask',
    lines: ['A-1'],
    async run(t) {
      const task = t.request(t.http + '/hello');
      ['then', 'catch', 'finally'].concat(METHODS).forEach((name) => t.log(name + ' ' + typeof task[name]));
      await task;
    },
    expect: ['then', 'catch', 'finally'].concat(METHODS).map((name) => name + ' function'),
  },
  {
    name: 'the methods are own and enumerable',
    lines: ['A-2'],
    async run(t) {
      const task = t.request(t.http + '/hello');
      const own = Object.keys(task).filter((name) => typeof task[name] === 'function');
      METHODS.forEach((name) => t.log(name + (own.indexOf(name) >= 0 ? ' yes' : ' no')));
      await task;
    },
    expect: METHODS.map((name) => name + ' yes'),
  },
  {
    name: 'the methods work without the task as `this`, as when an interceptor copied them to another promise',
    lines: ['A-2', 'A-12'],
    async run(t) {
      const task = t.watch({ url: t.script('stall') });
      const derived = task.catch((error) => Promise.reject(error));
      Object.keys(task).forEach((name) => {
        if (typeof task[name] === 'function') derived[name] = task[name];
      });
      derived.onHeadersReceived(() => t.log('never'));
      await t.happened({ event: 'stall' });
      derived.abort();
      await derived.then(
        () => t.log('derived resolved'),
        (error) => t.log('derived rejected ' + error.errMsg),
      );
      await t.end(task);
    },
    expect: ABORTED.concat('derived rejected request:fail abort'),
  },
  {
    name: 'a text is the URL',
    lines: ['A-3'],
    async run(t) {
      const result = await t.request(t.script('ok hello'));
      t.log(result.statusCode + ' ' + result.data);
    },
    expect: ['200 hello'],
  },
  {
    name: 'the options, their header and their data stay as they were, even where they are frozen',
    lines: ['A-4'],
    async run(t) {
      const data = Object.freeze({ b: Object.freeze([1, { c: 2 }]) });
      const header = Object.freeze({ 'X-Case': 'Mixed' });
      const options = { url: t.http + '/echo/' + t.tag, method: 'post', data, header, dataType: 'text' };
      const before = JSON.stringify(options);
      const answer = await t.request(Object.freeze(options));
      t.log(answer.statusCode + (JSON.stringify(options) === before ? ' unchanged' : ' changed'));
    },
    expect: ['200 unchanged'],
  },
  refused('no options', undefined, 600005),
  refused('null for options', null, 600005),
  refused('a number for options', 42, 600005),
  refused('no url', {}, 600009),
  refused('a url that is a number', { url: 80 }, 600009),
  refused('a url that is null', { url: null }, 600009),
  {
    name: 'a missing url calls fail and complete, too, and sends nothing',
    lines: ['A-5', 'A-13'],
    async run(t) {
      await t.run({ data: { a: 1 } });
      await t.nothingSent();
    },
    expect: BAD_PARAMETER(600009).concat('nothing sent'),
  },
  {
    name: 'headers, success, complete, then the promise',
    lines: ['A-6', 'A-7', 'C-1'],
    run: (t) => t.run({ url: t.script('ok hello') }),
    expect: answered(200, '"hello"'),
  },
  {
    name: 'fail, complete, then the promise',
    lines: ['A-6', 'A-7', 'A-13'],
    run: (t) => t.run({ url: t.script('reset') }),
    expect: failed('request:fail interrupted 600003 interrupted'),
  },
  {
    name: 'then, catch and finally see what success and fail saw',
    lines: ['A-1', 'A-7'],
    async run(t) {
      let seen;
      const good = t.request({ url: t.script('ok hello'), success: (result) => (seen = result) });
      await good.then((result) => t.log('then ' + (result === seen)));
      await good.finally(() => t.log('finally'));
      const bad = t.request({ url: t.script('reset'), fail: (error) => (seen = error) });
      await bad.catch((error) => t.log('catch ' + (error === seen)));
    },
    expect: ['then true', 'finally', 'catch true'],
  },
  {
    name: 'no callback runs inside request(), not even of a request that is aborted or wrong at once',
    lines: ['A-8'],
    async run(t) {
      let inside = true;
      const callbacks = () => ({
        fail: () => t.log('fail ' + (inside ? 'inside' : 'later')),
        complete: () => t.log('complete ' + (inside ? 'inside' : 'later')),
      });
      const wrong = t.request(callbacks());
      const method = t.request(Object.assign({ url: t.http, method: 'NONSENSE' }, callbacks()));
      inside = false;
      await wrong.catch(() => {});
      await method.catch(() => {});
    },
    expect: ['fail later', 'complete later', 'fail later', 'complete later'],
  },
  {
    name: 'nothing is delivered after the end, though the server goes on',
    lines: ['A-9', 'B-4'],
    async run(t) {
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', t.gate('a'), 'chunk two', 'last-chunk');
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      task.abort();
      await t.end(task);
      await t.open('a');
      await t.roundTrip();
      t.log('still quiet');
    },
    expect: ['headers 200', 'chunk "one"'].concat(ABORTED, 'still quiet'),
  },
  {
    name: 'parallel chunked requests do not see each other',
    lines: ['A-10'],
    async run(t) {
      const results = [];
      const one = (letter) => {
        const url = t
          .script('status 200 OK', 'chunked', 'head-end')
          .concat(
            Array.from({ length: 20 }, (_, i) => '&' + encodeURIComponent('chunk ' + letter + i + ';')).join(''),
            '&last-chunk',
          );
        const task = t.request({ url, enableChunked: true, chunkText: true });
        let text = '';
        task.onChunkReceived((event) => (text += event.text));
        return task.then(() => results.push(text));
      };
      const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      await Promise.all(letters.map(one));
      const whole = (letter) => Array.from({ length: 20 }, (_, i) => letter + i + ';').join('');
      letters.forEach((letter) => t.log(letter + ' ' + (results.indexOf(whole(letter)) >= 0 ? 'whole' : 'mixed')));
    },
    expect: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => letter + ' whole'),
  },
  {
    name: 'a failure that nobody awaits is no unhandled rejection',
    lines: ['A-11'],
    needs: ['onUnhandledRejection'],
    async run(t) {
      const heard = t.unhandledRejections();
      const ended = t.signal();
      t.request({ url: t.script('reset'), complete: ended.resolve });
      await ended.promise;
      await t.roundTrip();
      t.log('unhandled: ' + heard.length);
    },
    expect: ['unhandled: 0'],
  },
  {
    name: 'a chain without a catch is one',
    lines: ['A-11'],
    needs: ['onUnhandledRejection'],
    async run(t) {
      const heard = t.unhandledRejections();
      const ended = t.signal();
      t.request({ url: t.script('reset'), complete: ended.resolve }).then(() => t.log('never'));
      await ended.promise;
      await t.roundTrip();
      t.log('unhandled: ' + heard.map((error) => error.reason).join());
    },
    expect: ['unhandled: interrupted'],
  },
  {
    name: 'calls on a task that has ended do nothing and throw nothing',
    lines: ['A-14', 'B-3', 'C-8'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      await t.end(task);
      t.log('abort returns ' + (task.abort() === task ? 'the task' : 'something else'));
      task.pause();
      task.resume();
      task.offHeadersReceived();
      task.offChunkReceived(() => {});
      task.onHeadersReceived(() => t.log('never'));
      task.onChunkReceived(() => t.log('never'));
      await t.roundTrip();
    },
    expect: [
      'headers 200',
      'chunk "hello"',
      'success 200 ""',
      'complete same',
      'resolved same',
      'abort returns the task',
    ],
  },
];
