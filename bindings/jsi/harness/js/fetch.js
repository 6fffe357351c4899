/** The basics of reqtask-js/fetch in an engine that has no ReadableStream, URL, AbortController or TextDecoder to offer. */
const { createRequest } = require('reqtask-js');
const { createFetch } = require('reqtask-js/fetch');
const native = require('./native.js');

const { fetch } = createFetch(createRequest(native));
const base = environment.http;
const tests = {
  text: () =>
    fetch(base + '/hello')
      .then((answer) => answer.text())
      .then((text) => equal(text.length, 14)),
  'status and headers come before the body': () =>
    fetch(base + '/script?status%20200%20OK&field%20x-a%3A%20b&length%205&head-end&stall').then(
      ({ ok, status, headers }) => equal([ok, status, headers.get('x-a')], [true, 200, 'b']),
    ),
  'JSON there and back': () =>
    fetch(base + '/script?ok%20%7B%22a%22%3A1%7D', { method: 'POST', body: '{"b":2}' })
      .then((answer) => answer.json())
      .then((value) => equal(value, { a: 1 })),
  'a megabyte as an ArrayBuffer': () =>
    fetch(base + '/bytes/1000000')
      .then((answer) => answer.arrayBuffer())
      .then((buffer) => equal([buffer.byteLength, new Uint8Array(buffer)[1]], [1000000, 158])),
  'a failure is a TypeError': () =>
    fetch('http://127.0.0.1:' + environment.ports.refused + '/').then(
      () => equal('it connected', 'it did not'),
      (error) => equal(error instanceof TypeError, true),
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
          console.log('not ok ' + name + ': ' + (error && (error.stack || error.message)));
        },
      ),
    Promise.resolve(),
  )
  .then(() => harness.done(passed, failed));
