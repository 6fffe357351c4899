/** A short life over a version of React Native: headers first, chunks as they come, a body, an abort, an error's words. */
const { createRequest } = require('reqtask-js');
const native = require('./native.js');

const { request } = createRequest(native);
const base = environment.http;
const tests = {
  'the module says what it is': () =>
    equal([native.platform, /^\d+\.\d+\.\d+$/.test(native.version)], ['react-native', true]),
  'one module for each runtime': () => equal(harness.turboModule('Reqtask') === harness.turboModule('Reqtask'), true),
  'a module that is not there is null': () => equal(harness.turboModule('Nothing'), null),
  GET: () => request(base + '/hello').then(({ statusCode }) => equal(statusCode, 200)),
  'POST of bytes': () =>
    request({
      url: base + '/echo',
      method: 'POST',
      data: new Uint8Array([1, 2, 255]).buffer,
      responseType: 'arraybuffer',
    }).then(({ data }) => equal(Array.prototype.slice.call(new Uint8Array(data), -3), [1, 2, 255])),
  'headers while the body is silent, then abort': () => {
    const task = request({ url: base + '/script?status%20200%20OK&length%205&head-end&stall', enableChunked: true });
    task.onHeadersReceived(({ statusCode }) => {
      equal(statusCode, 200);
      task.abort();
    });
    return task.then(
      () => equal('it ended', 'it was aborted'),
      ({ errMsg }) => equal(errMsg, 'request:fail abort'),
    );
  },
  'a megabyte in chunks': () => {
    let sum = 0;
    let bytes = 0;
    const task = request({ url: base + '/bytes/1000000', enableChunked: true });
    task.onChunkReceived(({ data }) => {
      const view = new Uint8Array(data);
      for (let i = 0; i < view.length; i++) {
        const expected = (Math.imul(bytes + i, 2654435761) >>> 24) & 255;
        if (view[i] !== expected) throw new Error('byte ' + (bytes + i) + ' is ' + view[i] + ', not ' + expected);
      }
      bytes += view.length;
      sum++;
    });
    return task.then(() => equal([bytes, sum > 1], [1000000, true]));
  },
  'a refused connection': () =>
    request('http://127.0.0.1:' + environment.ports.refused + '/').then(
      () => equal('it connected', 'it did not'),
      ({ reason }) => equal(reason, 'connect'),
    ),
};

function equal(actual, wanted) {
  if (JSON.stringify(actual) !== JSON.stringify(wanted))
    throw new Error(JSON.stringify(actual) + ' rather than ' + JSON.stringify(wanted));
}

let passed = 0;
let failed = 0;
Object.keys(tests)
  .reduce(
    (before, name) =>
      before.then(tests[name]).then(
        () => passed++,
        (error) => {
          failed++;
          console.log('not ok ' + name + ': ' + (error.message || error.errMsg));
        },
      ),
    Promise.resolve(),
  )
  .then(() => harness.done(passed, failed));
