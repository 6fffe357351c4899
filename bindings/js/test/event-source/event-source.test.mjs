// EventSource over the real core and a real server: HTML standard 9.2.
import { test } from 'node:test';
import {
  answers,
  assert,
  createEventSource,
  createRequest,
  EventSource,
  host,
  requester,
  startAnswers,
  watched,
} from './setup.mjs';

test('opens, tells messages with type, data, origin and id, and closes the connection', async () => {
  const { source, next } = watched(answers.url, {}, ['add']);
  assert.deepEqual(
    [source.readyState, source.url, source.withCredentials, source.CONNECTING, EventSource.CLOSED],
    [0, answers.url, false, 0, 2],
  );
  const exchange = await answers.next();
  assert.equal(exchange.headers.accept, 'text/event-stream');
  assert.equal(exchange.headers['cache-control'], 'no-store');
  assert.equal(exchange.headers['last-event-id'], undefined);
  exchange.stream('');
  const open = await next();
  assert.deepEqual([open.type, open.target, source.readyState], ['open', source, 1]);
  exchange.stream('id: 7\ndata: one\ndata: two\n\n');
  const first = await next();
  const { origin } = new URL(answers.url);
  assert.deepEqual(
    [first.type, first.data, first.lastEventId, first.origin, first.currentTarget],
    ['message', 'one\ntwo', '7', origin, source],
  );
  exchange.stream('event: add\ndata: 3');
  exchange.stream('\n\n');
  const second = await next();
  assert.deepEqual([second.type, second.data, second.lastEventId], ['add', '3', '7']);
  source.close();
  assert.equal(source.readyState, 2);
  await exchange.closed;
});

test('the end of a stream: error, a wait, and a question with the last id; what is unfinished is dropped', async () => {
  const { source, next } = watched();
  let exchange = await answers.next();
  exchange.stream('id: ö 1\ndata: a\n\nid: 2\ndata: never finished');
  exchange.response.end();
  assert.equal((await next()).type, 'open');
  assert.equal((await next()).data, 'a');
  const error = await next();
  assert.deepEqual([error.type, error.message, source.readyState], ['error', '', 0]);
  exchange = await answers.next();
  assert.equal(Buffer.from(exchange.headers['last-event-id'], 'latin1').toString(), 'ö 1');
  exchange.stream('data: b\n\n');
  assert.equal((await next()).type, 'open');
  const again = await next();
  assert.deepEqual([again.data, again.lastEventId], ['b', 'ö 1'], 'the id outlives the connection');
  exchange.stream('id\ndata: c\n\n');
  assert.equal((await next()).lastEventId, '');
  exchange.response.end();
  assert.equal((await next()).type, 'error');
  exchange = await answers.next();
  assert.equal(exchange.headers['last-event-id'], undefined, 'an empty id takes it back');
  source.close();
});

test('an id alone counts, one with NUL does not, and one that no field can hold is not sent', async () => {
  const { source, next } = watched();
  let exchange = await answers.next();
  exchange.stream('id: only\n\nid: a\0b\n\n');
  exchange.response.end();
  await next();
  assert.equal((await next()).type, 'error');
  exchange = await answers.next();
  assert.equal(exchange.headers['last-event-id'], 'only');
  exchange.stream('id: a\x01b\n\n');
  exchange.response.end();
  await next();
  assert.equal((await next()).type, 'error');
  exchange = await answers.next();
  assert.equal(exchange.headers['last-event-id'], undefined);
  source.close();
});

test('a stream that breaks is asked for again, and the error says why', async () => {
  const { source, next } = watched();
  let exchange = await answers.next();
  exchange.stream('data: a\n\n');
  await next();
  await next();
  exchange.response.destroy();
  const error = await next();
  assert.equal(error.type, 'error');
  assert.match(error.message, /^request:fail interrupted/);
  assert.equal(error.error.reason, 'interrupted');
  exchange = await answers.next();
  source.close();
  await exchange.closed;
});

test('answers that are no event stream end it for good', async () => {
  for (const [status, type, said] of [
    [200, 'text/html', /content-type "text\/html"/],
    [200, 'text/event-streams', /no event stream/],
    [204, 'text/event-stream', /status 204/],
    [500, 'text/event-stream', /status 500/],
    [301, 'text/event-stream', /status 301/],
  ]) {
    const { source, next } = watched();
    const exchange = await answers.next();
    exchange.response.writeHead(status, { 'content-type': type });
    exchange.response.end(status === 204 ? undefined : 'data: x\n\n');
    const error = await next();
    assert.deepEqual([error.type, error.statusCode, source.readyState], ['error', status, 2]);
    assert.match(error.message, said);
  }
});

test('parameters and case of the content-type do not matter', async () => {
  const { source, next } = watched();
  const exchange = await answers.next();
  exchange.response.writeHead(200, { 'content-type': 'Text/Event-Stream; charset=utf-8' });
  exchange.response.write('\ufeffdata: ä\r\n\r\n');
  assert.equal((await next()).type, 'open');
  assert.equal((await next()).data, 'ä');
  source.close();
});

test('a redirect is followed, and the origin is that of the answer', async () => {
  const other = await startAnswers();
  const { source, next } = watched();
  const exchange = await answers.next();
  exchange.response.writeHead(307, { location: other.url });
  exchange.response.end();
  const second = await other.next();
  second.stream('data: a\n\n');
  await next();
  assert.equal((await next()).origin, new URL(other.url).origin);
  source.close();
  other.stop();
});

test('close inside a listener: no event after it, though the bytes were there', async () => {
  const seen = [];
  const source = new EventSource(answers.url);
  const closed = new Promise((resolve) => {
    source.onmessage = ({ data }) => {
      seen.push(data);
      source.close();
      resolve();
    };
  });
  source.onerror = () => seen.push('error');
  const exchange = await answers.next();
  exchange.stream('data: a\n\ndata: b\n\n');
  await closed;
  await exchange.closed;
  assert.deepEqual(seen, ['a']);
  source.close();
  assert.equal(source.readyState, 2);
});

test('close while it waits ends the wait: nobody asks again, and no timer is left', async () => {
  const { source, next } = watched(answers.url, { reconnectionTime: 3600000 });
  const exchange = await answers.next();
  exchange.stream('');
  exchange.response.end();
  await next();
  assert.equal((await next()).type, 'error');
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  source.close();
  assert.equal(timers(), before - 1);
});

test('close inside the error listener begins no wait', async () => {
  const source = new EventSource(answers.url, { reconnectionTime: 1 });
  const failed = new Promise((resolve) => {
    source.onerror = () => {
      source.close();
      resolve();
    };
  });
  const exchange = await answers.next();
  exchange.stream('');
  exchange.response.end();
  await failed;
  const { source: other } = watched();
  const next = await answers.next();
  assert.equal(answers.exchanges.count, 0, 'only the other one asks');
  other.close();
  await next.closed;
});

test('close in the tick of the constructor sends nothing', async () => {
  new EventSource(answers.url).close();
  const { source } = watched(answers.url, { headers: { 'x-who': 'second' } });
  const exchange = await answers.next();
  assert.equal(exchange.headers['x-who'], 'second');
  source.close();
});

test('retry sets the wait, also from a block without data; anything but digits is ignored', async () => {
  const { source, next } = watched(answers.url, { reconnectionTime: 3600000 });
  const exchange = await answers.next();
  exchange.stream('retry: 1\n\nretry: 1e9\n\nretry: -5\n\n');
  exchange.response.end();
  await next();
  assert.equal((await next()).type, 'error');
  // Without the server's word this would take an hour.
  await answers.next();
  source.close();
});

test('a server that is not there is asked again, with waits that double', async () => {
  const gone = await startAnswers();
  const { server, url } = gone;
  await new Promise((resolve) => server.close(resolve));
  const waits = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (run, ms, ...rest) => {
    if (ms >= 10) waits.push(ms);
    return setTimeout(run, ms >= 10 ? 0 : ms, ...rest);
  };
  try {
    const { source, next } = watched(url, { reconnectionTime: 10000 });
    for (let i = 0; i < 6; i++) {
      const error = await next();
      assert.deepEqual([error.type, error.error.reason, source.readyState], ['error', 'connect', 0]);
    }
    source.close();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert.deepEqual(waits.slice(0, 5), [10000, 20000, 40000, 60000, 60000]);
});

test('what asking again cannot mend ends it for good', async () => {
  const { source, next } = watched(answers.url, { headers: { 'x-bad': 'a\nb' } });
  const error = await next();
  assert.deepEqual([error.type, error.error.reason, source.readyState], ['error', 'parameter error', 2]);
});

test('without the native part it says so once, and does not ask for it for ever', async () => {
  const open = () => {
    throw new Error('the app does not contain the native part');
  };
  const Lacking = createEventSource(createRequest({ ...host, open }));
  const source = new Lacking(answers.url);
  const error = await new Promise((resolve) => (source.onerror = resolve));
  assert.match(error.message, /^request:fail system: the app does not contain the native part/);
  assert.equal(source.readyState, EventSource.CLOSED);
});

test('POST with a body and fields of the app, sent again with each question', async () => {
  const bytes = new TextEncoder().encode('xx{"q":1}').subarray(2);
  const init = {
    method: 'POST',
    body: bytes,
    headers: { Authorization: 'Bearer t', 'Content-Type': 'application/json' },
  };
  const { source, next } = watched(answers.url, init);
  bytes.fill(0);
  for (const round of [1, 2]) {
    const exchange = await answers.next();
    const { headers, request } = exchange;
    assert.deepEqual(
      [request.method, exchange.body, headers.authorization, headers['content-type']],
      ['POST', '{"q":1}', 'Bearer t', 'application/json'],
      `question ${round}`,
    );
    exchange.stream('data: a\n\n');
    exchange.response.end();
    for (const type of ['open', 'message', 'error']) assert.equal((await next()).type, type);
  }
  source.close();
});

test('headers are taken as fetch takes them', async () => {
  for (const headers of [
    { Authorization: 'Bearer t', 'X-Two': '1, 2' },
    [
      ['Authorization', 'Bearer t'],
      ['x-two', '1'],
      ['X-Two', '2'],
    ],
    new Headers({ authorization: 'Bearer t', 'x-two': '1, 2' }),
    new Map([
      ['authorization', 'Bearer t'],
      ['x-two', '1, 2'],
    ]),
  ]) {
    const { source } = watched(answers.url, { headers });
    const exchange = await answers.next();
    assert.deepEqual([exchange.headers.authorization, exchange.headers['x-two']], ['Bearer t', '1, 2']);
    source.close();
  }
});

test("the server's own event `error` has its data, and the stream goes on", async () => {
  const { source, next } = watched();
  const exchange = await answers.next();
  exchange.stream('event: error\ndata: overloaded\n\ndata: more\n\n');
  assert.equal((await next()).type, 'open');
  const error = await next();
  assert.deepEqual([error.type, error.data, error.message, source.readyState], ['error', 'overloaded', '', 1]);
  assert.equal((await next()).data, 'more');
  source.close();
});

test('lastEventId of the options goes with the first question', async () => {
  const { source } = watched(answers.url, { lastEventId: 'from before' });
  assert.equal((await answers.next()).headers['last-event-id'], 'from before');
  source.close();
});

test('an event beyond maxEventBytes ends it, after the events before it', async () => {
  const { source, next } = watched(answers.url, { maxEventBytes: 64 });
  const exchange = await answers.next();
  exchange.stream(`data: a\n\ndata: ${'x'.repeat(100)}`);
  assert.equal((await next()).type, 'open');
  assert.equal((await next()).data, 'a');
  const error = await next();
  assert.match(error.message, /more than 64 bytes/);
  assert.equal(source.readyState, 2);
  await exchange.closed;
});

test('a silent stream lives without idleTimeout, and is asked for again with one', async () => {
  const { source, next } = watched(answers.url, { idleTimeout: 50 });
  const exchange = await answers.next();
  exchange.stream('data: a\n\n');
  await next();
  await next();
  const error = await next();
  assert.deepEqual([error.type, error.error.reason], ['error', 'timeout']);
  await answers.next();
  source.close();
});

test('a listener that throws stops neither the others nor the source; its error reaches the process', async () => {
  const source = new EventSource(answers.url);
  // The test runner listens too, and would fail the test.
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
  source.onmessage = () => {
    throw new Error('mine');
  };
  const got = new Promise((resolve) => source.addEventListener('message', resolve));
  const exchange = await answers.next();
  exchange.stream('data: a\n\n');
  assert.equal((await got).data, 'a');
  assert.equal((await thrown).message, 'mine');
  others.forEach((other) => process.on('uncaughtException', other));
  assert.equal(source.readyState, 1);
  source.close();
});

test('wrong arguments are told at once', () => {
  for (const url of ['', '/relative', 'ftp://x/', 'http://[', undefined]) {
    assert.throws(() => new EventSource(url), { name: 'SyntaxError' }, String(url));
  }
  for (const init of [
    { method: 5 },
    { headers: 'x' },
    { headers: [['a']] },
    { body: {} },
    { lastEventId: 'a\nb' },
    { reconnectionTime: -1 },
    { idleTimeout: NaN },
    { maxEventBytes: 0 },
  ]) {
    const [name] = Object.keys(init);
    assert.throws(() => new EventSource(answers.url, init), { name: 'TypeError', message: new RegExp(name) });
  }
  assert.throws(() => EventSource(answers.url), TypeError);
});

test('two classes of one requester are two worlds of listeners, and the interface has its shape', () => {
  const Other = createEventSource(requester);
  assert.notEqual(Other, EventSource);
  assert.equal(EventSource.name, 'EventSource');
  assert.deepEqual([EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED], [0, 1, 2]);
  assert.throws(() => {
    'use strict';
    EventSource.OPEN = 5;
  }, TypeError);
});
