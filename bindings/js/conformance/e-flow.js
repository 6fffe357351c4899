/**
 * E-6 to E-9, E-16, E-17: chunks that are kept, chunks that are held back, and chunks in a loop.
 */
import { ABORTED, answered, joined, patternEnd } from './words.js';

const ENDED = ['success 200 ""', 'complete same', 'resolved same'];
/** More than the kernel's buffers of both ends hold, so that a server that is held up does not get to its end. */
const MANY = 20 * 1024 * 1024;

export const cases = [
  {
    name: 'chunks before the first listener are kept and come in order, as events of their own, after onChunkReceived',
    lines: ['E-6'],
    async run(t) {
      const url = t.script('status 200 OK', 'length 300000', 'head-end', 'bytes 299000', t.gate('a'), 'bytes 1000');
      const task = t.watch({ url, enableChunked: true }, { chunks: 'none' });
      await t.happened({ event: 'gate' });
      await t.headers(task);
      await t.roundTrip();
      const kept = [];
      task.onChunkReceived((event) => kept.push(event.data));
      t.log('at once: ' + kept.length);
      await t.open('a');
      await t.end(task);
      t.log(kept.length > 1 ? 'several' : 'one');
      const whole = new Uint8Array(joined(kept));
      t.log(whole.length + (patternEnd(whole, 0) === whole.length ? ' intact' : ' mixed up'));
    },
    expect: ['headers 200', 'at once: 0'].concat(ENDED, 'several', '300000 intact'),
  },
  {
    name: 'chunks are kept up to chunkBufferBytes; then the server is held up until somebody listens',
    lines: ['E-6', 'E-16'],
    async run(t) {
      const url = t.script('status 200 OK', 'length ' + MANY, 'head-end', 'bytes ' + MANY);
      const task = t.watch({ url, enableChunked: true, chunkBufferBytes: 65536 }, { chunks: 'none' });
      await t.headers(task);
      // As many bytes again go all the way meanwhile.
      await t.request({ url: t.http + '/bytes/' + MANY, responseType: 'arraybuffer' });
      t.log('sent to the end: ' + (await t.history({ event: 'done' })).length);
      let bytes = 0;
      task.onChunkReceived((event) => (bytes += event.data.byteLength));
      await t.end(task);
      t.log('bytes: ' + bytes);
    },
    expect: ['headers 200', 'sent to the end: 0'].concat(ENDED, 'bytes: ' + MANY),
  },
  {
    name: 'with a chunk listener success has no data',
    lines: ['E-7'],
    run: (t) => t.run({ url: t.script('ok {"a":1}'), enableChunked: true }),
    expect: ['headers 200', 'chunk "{\\"a\\":1}"'].concat(ENDED),
  },
  {
    name: 'with a chunk listener success has an empty ArrayBuffer, where one was asked for',
    lines: ['E-7'],
    run: (t) => t.run({ url: t.script('ok hello'), enableChunked: true, responseType: 'arraybuffer' }),
    expect: ['headers 200', 'chunk "hello"', 'success 200 buffer ""', 'complete same', 'resolved same'],
  },
  {
    name: 'a chunk listener that was taken off again counts as one',
    lines: ['E-7'],
    async run(t) {
      const task = t.watch(
        {
          url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk a', t.gate('1'), 'chunk b', 'last-chunk'),
          enableChunked: true,
        },
        { chunks: 'none' },
      );
      await t.nextChunk(task);
      await t.open('1');
      await t.end(task);
    },
    expect: ['headers 200'].concat(ENDED),
  },
  {
    name: 'without a chunk listener success carries the whole body, parsed: a 402 with JSON can be read',
    lines: ['E-8', 'E-10', 'G-2'],
    run: (t) =>
      t.run(
        { url: t.script('status 402 Pay', 'length 14', 'head-end', 'raw {"error":"no"}'), enableChunked: true },
        { chunks: 'none' },
      ),
    expect: answered(402, '{"error":"no"}'),
  },
  {
    name: 'without a chunk listener an ArrayBuffer that was asked for is whole',
    lines: ['E-8', 'G-4'],
    run: (t) =>
      t.run({ url: t.http + '/bytes/300000', enableChunked: true, responseType: 'arraybuffer' }, { chunks: 'none' }),
    expect: answered(200, 'buffer 300000 bytes of the pattern'),
  },
  {
    name: 'chunkedKeepBody: the body comes in success as well',
    lines: ['E-9'],
    run: (t) => t.run({ url: t.script('ok {"a":1}'), enableChunked: true, chunkedKeepBody: true }),
    expect: ['headers 200', 'chunk "{\\"a\\":1}"', 'success 200 {"a":1}', 'complete same', 'resolved same'],
  },
  {
    name: 'chunkedKeepBody needs no listener, however long the body is',
    lines: ['E-9', 'E-6'],
    run: (t) =>
      t.run(
        { url: t.http + '/bytes/3000000', enableChunked: true, chunkedKeepBody: true, responseType: 'arraybuffer' },
        { chunks: 'none' },
      ),
    expect: answered(200, 'buffer 3000000 bytes of the pattern'),
  },
  {
    name: 'a consumer that pauses holds up the server; resume lets it go on',
    lines: ['E-16', 'E-17'],
    async run(t) {
      const url = t.script('status 200 OK', 'length ' + MANY, 'head-end', 'bytes ' + MANY);
      const task = t.watch({ url, enableChunked: true }, { chunks: 'none' });
      let bytes = 0;
      task.onChunkReceived((event) => {
        if (bytes === 0) task.pause();
        bytes += event.data.byteLength;
      });
      await t.nextChunk(task);
      await t.request({ url: t.http + '/bytes/' + MANY, responseType: 'arraybuffer' });
      t.log('sent to the end: ' + (await t.history({ event: 'done' })).length);
      task.resume();
      await t.end(task);
      t.log('bytes: ' + bytes);
    },
    expect: ['headers 200', 'sent to the end: 0'].concat(ENDED, 'bytes: ' + MANY),
  },
  {
    name: 'pause holds back headers, chunks and the end; resume releases them in order',
    lines: ['E-17', 'A-6'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      task.pause();
      await t.happened({ event: 'done' });
      await t.roundTrip();
      t.log('nothing so far');
      task.resume();
      await t.end(task);
    },
    expect: ['nothing so far', 'headers 200', 'chunk "hello"'].concat(ENDED),
  },
  {
    name: 'pause in a chunk listener holds back the next chunk',
    lines: ['E-17'],
    async run(t) {
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', t.gate('a'), 'chunk two', 'last-chunk');
      const task = t.watch({ url, enableChunked: true });
      task.onChunkReceived(() => task.pause());
      await t.nextChunk(task);
      await t.open('a');
      await t.happened({ event: 'done' });
      await t.roundTrip();
      t.log('resume');
      task.resume();
      await t.nextChunk(task);
      task.resume();
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "one"', 'resume', 'chunk "two"'].concat(ENDED),
  },
  {
    name: 'a paused task ends by abort',
    lines: ['E-17', 'B-1'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello'), enableChunked: true });
      task.pause();
      await t.happened({ event: 'done' });
      task.abort();
      await t.end(task);
    },
    expect: ABORTED,
  },
  {
    name: 'the chunks of an iteration are the body',
    lines: ['E-2', 'E-6'],
    async run(t) {
      const task = t.request({ url: t.http + '/bytes/300000', enableChunked: true });
      const pieces = [];
      const iterator = t.iterate(task);
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) pieces.push(step.value.data);
      const whole = new Uint8Array(joined(pieces));
      t.log(whole.length + (patternEnd(whole, 0) === whole.length ? ' intact' : ' mixed up'));
      t.log('success has ' + JSON.stringify((await task).data));
    },
    expect: ['300000 intact', 'success has ""'],
  },
  {
    name: 'leaving an iteration early aborts, and the server sees it',
    lines: ['B-5', 'B-6'],
    async run(t) {
      const task = t.watch(
        { url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', 'stall'), enableChunked: true },
        { chunks: 'none' },
      );
      const iterator = t.iterate(task);
      const step = await iterator.next();
      t.log('step ' + step.done + ' ' + step.value.data.byteLength);
      await iterator.return();
      await t.end(task);
      await t.clientGone();
    },
    expect: ['headers 200', 'step false 3'].concat(ABORTED, 'the server saw the end'),
  },
  {
    name: 'a failure is thrown in an iteration',
    lines: ['E-11'],
    async run(t) {
      const task = t.request({
        url: t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', 'close'),
        enableChunked: true,
      });
      const iterator = t.iterate(task);
      t.log('step ' + (await iterator.next()).value.data.byteLength);
      await iterator.next().then(
        () => t.log('a step'),
        (error) => t.log('thrown ' + error.reason),
      );
      t.log('then done ' + (await iterator.next()).done);
    },
    expect: ['step 3', 'thrown interrupted', 'then done true'],
  },
];
