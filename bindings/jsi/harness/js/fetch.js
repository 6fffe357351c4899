/** The basics of reqtask-js/fetch in an engine that has no ReadableStream, URL, AbortController or TextDecoder to offer. */
const { createRequest } = require('reqtask-js');
const { createFetch } = require('reqtask-js/fetch');
const { ReadableStream } = require('web-streams-polyfill');
const native = require('./native.js');
const { equal, runTests } = require('./tests.js');

const requester = createRequest(native);
const { fetch } = createFetch(requester);
// As react-native-reqtask/fetch has it.
const streaming = createFetch(requester, { ReadableStream });
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
  'the body as a stream: each part when it comes, and cancel closes the connection': () => {
    const url =
      base + '/script/fetch-stream?status%20200%20OK&chunked&head-end&body%20one&gate%20fetch-more&body%20two&stall';
    let reader;
    return streaming
      .fetch(url)
      .then(({ body }) => {
        reader = body.getReader();
        return reader.read();
      })
      .then(({ value }) => {
        equal(Array.from(value), [111, 110, 101]);
        return control('/_open/fetch-more').then(() => reader.read());
      })
      .then(({ value }) => {
        equal(Array.from(value), [116, 119, 111]);
        return reader.cancel();
      })
      .then(() => control('/_log?event=request&path=/script/fetch-stream'))
      .then((line) => control('/_wait?event=gone&conn=' + JSON.parse(line).conn));
  },
  'a body of megabytes by a slow reader is whole': () =>
    streaming.fetch(base + '/bytes/3000000').then(({ body }) => {
      const reader = body.getReader();
      let length = 0;
      const more = () =>
        reader.read().then(({ done, value }) => {
          if (done) return equal(length, 3000000);
          length += value.length;
          return new Promise((resolve) => setTimeout(resolve, 1)).then(more);
        });
      return more();
    }),
  'a failure is a TypeError': () =>
    fetch('http://127.0.0.1:' + environment.ports.refused + '/').then(
      () => equal('it connected', 'it did not'),
      (error) => equal(error instanceof TypeError, true),
    ),
};

function control(path) {
  return requester.request({ url: base + path, dataType: 'text' }).then(({ data }) => data);
}

runTests(tests);
