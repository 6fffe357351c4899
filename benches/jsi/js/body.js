/**
 * A large body into JavaScript: MB/s, events/s, what was copied for it, memory. `given`: { bytes, chunkBytes?, sleepMs? }:
 * the largest chunk that the core makes, and how long each call of the listener lasts.
 */
const { createRequest } = require('reqtask-js');

const CHUNK_MAX_BYTES = 23; // REQTASK_OPT_CHUNK_MAX_BYTES, which has no option of its own in JavaScript
const { bytes, chunkBytes, sleepMs } = environment.given;
const native = harness.turboModule('Reqtask').host();
const nowUs = harness.nowUs;
let turns = 0;
const host = Object.assign({}, native, {
  open: (options, deliver) =>
    native.open(options, (events) => {
      turns++;
      deliver(events);
    }),
  start: (client, method, url, fields, body, options, flags) =>
    native.start(
      client,
      method,
      url,
      fields,
      body,
      chunkBytes ? options.concat([CHUNK_MAX_BYTES, chunkBytes]) : options,
      flags,
    ),
});
const { request } = createRequest(host);

let received = 0;
let chunks = 0;
let peakBytes = 0;
const baseBytes = harness.residentBytes();
const copiedBefore = bench.copiedBytes();
const from = nowUs();
const task = request({ url: `${bench.origin}/body/${bytes}`, enableChunked: true });
task.onChunkReceived(({ data }) => {
  received += data.byteLength;
  chunks++;
  if (chunks % 64 === 0 || sleepMs) peakBytes = Math.max(peakBytes, harness.residentBytes());
  if (sleepMs) for (const until = nowUs() + sleepMs * 1000; nowUs() < until;);
});
task.then(() => {
  const seconds = (nowUs() - from) / 1e6;
  const copied = bench.copiedBytes() - copiedBefore;
  harness.print(JSON.stringify({ bytes: received, chunks, turns, seconds, copied, baseBytes, peakBytes }));
  harness.done(received === bytes ? 1 : 0, received === bytes ? 0 : 1);
});
