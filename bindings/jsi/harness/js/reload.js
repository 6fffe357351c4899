/**
 * A life that ends with 50 requests in flight, in every phase there is. The runner tears it down in the middle of the task
 * that calls harness.done, and lives again. Nothing may be called afterwards, and nothing may stay.
 */
const { createRequest } = require('reqtask-js');
const native = require('./native.js');

const { http, https, ports, caPem } = environment;
const first = createRequest(native);
const second = createRequest(native);
second.configure({ rootsPem: caPem, maxPerHost: 2 });

const script = (...steps) => '/script?' + steps.map(encodeURIComponent).join('&');
const silent = script('status 200 OK', 'length 5', 'head-end', 'stall');
const firstChunk = script('status 200 OK', 'chunked', 'head-end', 'body hello', 'stall');
const endless = script('status 200 OK', 'length 100000000', 'head-end', 'bytes 100000000');

const kinds = [
  // connecting, in the TLS handshake, waiting for headers
  () => first.request('http://127.0.0.1:' + ports.blackhole + '/'),
  () => second.request('https://127.0.0.1:' + ports.silent + '/'),
  () => first.request(http + script('stall')),
  // headers are here, a chunk is here
  () => reached(first.request({ url: http + silent, enableChunked: true }), 'onHeadersReceived'),
  () =>
    reached(
      first.request({ url: https.replace('localhost', '127.0.0.1') + firstChunk, enableChunked: true }),
      'onHeadersReceived',
      true,
    ),
  () => reached(first.request({ url: http + firstChunk, enableChunked: true }), 'onChunkReceived'),
  // many chunks on their way, and a window that is full
  () => reached(first.request({ url: http + endless, enableChunked: true }), 'onChunkReceived'),
  () => {
    const task = first.request({ url: http + endless, enableChunked: true });
    return reached(task, 'onHeadersReceived').then(() => void task.pause());
  },
  // in the queue behind two others, and sending a body
  () => second.request(http + script('stall')),
  () => first.request({ url: http + script('no-read', 'stall'), method: 'POST', data: new ArrayBuffer(1 << 20) }),
];

/** Resolves at the task's first such event; with `orEnd` also when it fails. */
function reached(task, on, orEnd) {
  return new Promise((resolve) => {
    task[on](() => resolve());
    task.then(resolve, orEnd ? resolve : () => {});
  });
}

const waits = [];
for (let i = 0; i < 50; i++) {
  const kind = i % kinds.length;
  const made = kinds[kind]();
  if (kind >= 3 && kind <= 7) waits.push(made);
  else
    made.then(
      () => console.log('kind ' + kind + ' ended'),
      () => {},
    );
}
Promise.all(waits).then(() => {
  // One aborted, and one that is not even sent: their ends are in the queue when the runtime ends.
  first.request(http + firstChunk).abort();
  first.request(http + '/hello');
  harness.done(1, 0);
});
