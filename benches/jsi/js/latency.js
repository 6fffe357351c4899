/** One byte each GAP_US: when does its JavaScript listener run? `given`: { count, gapUs }. */
const { createRequest } = require('reqtask-js');

const { request } = createRequest(harness.turboModule('Reqtask').host());
const { count, gapUs } = environment.given;
const nowUs = harness.nowUs;
const atUs = [];

const task = request({ url: `${bench.origin}/drip/${count}/${gapUs}`, enableChunked: true });
task.onChunkReceived(({ data }) => {
  const now = nowUs();
  // Bytes that came together were sent one by one.
  for (let i = 0; i < data.byteLength; i++) atUs.push(now);
});
task.then(() => {
  harness.print(JSON.stringify({ sentUs: bench.sentUs(), atUs }));
  harness.done(1, 0);
});
