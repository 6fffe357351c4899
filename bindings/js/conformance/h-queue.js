/**
 * H-8 to H-13: how many run at once, what an end leaves behind, the profile, and closing.
 */
import { ABORTED, answered, failed } from './words.js';

const ORDER = [
  'invokeStart',
  'queueStart',
  'queueEnd',
  'fetchStart',
  'domainLookUpStart',
  'domainLookUpEnd',
  'connectStart',
  'connectEnd',
  'requestStart',
  'requestEnd',
  'responseStart',
  'responseEnd',
];

/** Logs whether these marks of a profile stand in this order. */
function ordered(t, profile, names) {
  names.forEach((name, i) => {
    if (typeof profile[name] !== 'number') t.log(name + ' is ' + profile[name]);
    else if (i > 0 && profile[name] < profile[names[i - 1]]) t.log(name + ' is before ' + names[i - 1]);
  });
}

export const cases = [
  {
    name: 'queue: one runs at a time, the rest start in order, one by one',
    lines: ['H-8'],
    async run(t) {
      t.configure({ maxConcurrent: 1 });
      const tasks = ['a', 'b', 'c'].map((name) => t.request({ url: t.script(t.gate(name), 'ok ' + name) }));
      for (const name of ['a', 'b', 'c']) {
        await t.happened({ event: 'gate', detail: t.tag + '-' + name });
        t.log('running: ' + (await t.history({ event: 'request' })).length);
        await t.open(name);
        await tasks[['a', 'b', 'c'].indexOf(name)].then((result) => t.log('done ' + result.data));
      }
    },
    expect: ['running: 1', 'done a', 'running: 2', 'done b', 'running: 3', 'done c'],
  },
  {
    name: 'queue: a hundred at once all end, with the default of 64',
    lines: ['H-8', 'A-6'],
    async run(t) {
      const tasks = Array.from({ length: 100 }, () => t.request(t.script('sleep 5', 'ok hello')));
      const results = await Promise.all(tasks);
      t.log(results.filter((result) => result.data === 'hello').length + ' ended');
    },
    expect: ['100 ended'],
  },
  {
    name: 'queue: maxPerHost holds back one host, not another',
    lines: ['H-8', 'H-10'],
    async run(t) {
      t.configure({ maxPerHost: 1 });
      const first = t.request(t.script(t.gate('a'), 'ok first'));
      await t.happened({ event: 'gate' });
      const same = t.watch({ url: t.script('ok second') }, { as: 'same host: ' });
      const other = t.watch({ url: 'http://localhost:' + t.ports.http + '/hello' }, { as: 'other host: ' });
      await t.end(other);
      await t.open('a');
      await t.end(same);
      await first;
    },
    expect: answered(200, '"Hello, world!\\n"')
      .map((line) => 'other host: ' + line)
      .concat(answered(200, '"second"').map((line) => 'same host: ' + line)),
  },
  {
    name: 'queue: one more than maxQueued fails',
    lines: ['H-8'],
    async run(t) {
      t.configure({ maxConcurrent: 1, maxQueued: 1 });
      const first = t.request(t.script(t.gate('a'), 'ok first'));
      await t.happened({ event: 'gate' });
      const second = t.request(t.http + '/hello');
      await t.turn();
      await t.run({ url: t.http + '/hello' });
      await t.open('a');
      t.log((await first).data + ', ' + (await second).statusCode);
    },
    expect: failed('request:fail busy 600007 busy').concat('first, 200'),
  },
  {
    name: 'queue: a hanging server delays no request to another',
    lines: ['H-10'],
    async run(t) {
      const hung = Array.from({ length: 30 }, () =>
        t.request(t.script('status 200 OK', 'length 5', 'head-end', 'stall')),
      );
      await t.happened({ event: 'stall', count: 30 });
      const before = Date.now();
      for (let i = 0; i < 20; i++) await t.request(t.http + '/hello');
      t.log(Date.now() - before < 5000 ? 'not delayed' : 'delayed');
      hung.forEach((task) => task.abort());
      const ends = await Promise.all(hung.map((task) => task.catch((error) => error.reason)));
      t.log(ends.filter((reason) => reason === 'abort').length + ' aborted');
    },
    expect: ['not delayed', '30 aborted'],
  },
  {
    name: 'profile: wx has these names, in this order of time',
    lines: ['H-12'],
    async run(t) {
      const { profile } = await t.request(t.script('ok hello'));
      ordered(t, profile, ORDER);
      t.log(
        [
          typeof profile.socketReused,
          profile.socketReused,
          profile.peerIP,
          profile.port === Number(t.ports.http),
          profile.protocol,
        ].join(),
      );
      t.log(
        [
          profile.sendBytesCount > 50,
          profile.receivedBytedCount > 40,
          profile.SSLconnectionStart,
          profile.redirectStart,
        ].join(),
      );
      t.log(Math.abs(profile.invokeStart - Date.now()) < 60000 ? 'since 1970' : 'another clock');
    },
    expect: ['boolean,false,127.0.0.1,true,http1.1', 'true,true,0,0', 'since 1970'],
  },
  {
    name: 'profile: TLS has its marks inside those of the connection',
    lines: ['H-12'],
    async run(t) {
      t.trustServer();
      const { profile } = await t.request(t.https + '/hello');
      ordered(t, profile, ['connectStart', 'SSLconnectionStart', 'SSLconnectionEnd', 'connectEnd', 'requestStart']);
      t.log(profile.SSLconnectionEnd > 0 ? 'measured' : 'not measured');
    },
    expect: ['measured'],
  },
  {
    name: 'profile: a reused connection looked nothing up and connected to nobody',
    lines: ['H-12'],
    async run(t) {
      await t.request(t.http + '/hello');
      const { profile } = await t.request(t.http + '/hello');
      t.log('reused ' + profile.socketReused);
      ['domainLookUpStart', 'domainLookUpEnd', 'connectStart', 'connectEnd'].forEach((name) => {
        if (profile[name] !== profile.fetchStart) t.log(name + ' differs from fetchStart');
      });
    },
    expect: ['reused true'],
  },
  {
    name: 'profile: redirects have their time',
    lines: ['H-12'],
    async run(t) {
      const { profile } = await t.request(t.http + '/redirect/2');
      t.log(profile.redirectStart > 0 && profile.redirectEnd >= profile.redirectStart ? 'measured' : 'not measured');
      ordered(t, profile, ['invokeStart', 'redirectStart', 'redirectEnd', 'responseEnd']);
    },
    expect: ['measured'],
  },
  {
    name: 'profile: the time in the queue shows',
    lines: ['H-12', 'H-8'],
    async run(t) {
      t.configure({ maxConcurrent: 1 });
      const first = t.request(t.script(t.gate('a'), 'ok first'));
      await t.happened({ event: 'gate' });
      const second = t.request(t.http + '/hello');
      await t.turn(100);
      await t.open('a');
      await first;
      const { profile } = await second;
      t.log(
        profile.queueEnd - profile.queueStart >= 50
          ? 'it shows'
          : 'queueEnd - queueStart is ' + (profile.queueEnd - profile.queueStart),
      );
    },
    expect: ['it shows'],
  },
  {
    name: 'profile: estimates that nobody measured are not there',
    lines: ['H-12'],
    async run(t) {
      const { profile } = await t.request(t.http + '/bytes/100000');
      [
        'rtt',
        'httpRttEstimate',
        'transportRttEstimate',
        'downstreamThroughputKbpsEstimate',
        'estimate_nettype',
      ].forEach((name) => {
        if (name in profile) t.log(name + ' is there');
      });
      t.log('throughputKbps ' + (profile.throughputKbps > 0 ? 'computed' : profile.throughputKbps));
      Object.keys(profile).forEach((key) => {
        if (profile[key] === undefined || Number.isNaN(profile[key])) t.log(key + ' is ' + profile[key]);
      });
    },
    expect: ['throughputKbps computed'],
  },
  {
    name: 'close: no callback comes any more, and the server sees the end',
    lines: ['H-13'],
    async run(t) {
      const requester = t.create();
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', 'stall');
      const task = t.watch({ url, enableChunked: true }, { requester });
      const waiting = t.watch({ url: t.script('stall') }, { requester, as: 'waiting: ' });
      await t.nextChunk(task);
      await t.happened({ event: 'stall', count: 2 });
      requester.close();
      task.abort();
      waiting.abort();
      await t.clientGone({ count: 2 });
      await t.roundTrip();
    },
    expect: ['headers 200', 'chunk "one"', 'the server saw the end'],
  },
  {
    name: 'close: a request that is made later opens anew',
    lines: ['H-13'],
    async run(t) {
      const requester = t.create();
      await t.run({ url: t.script('ok hello') }, { requester });
      requester.close();
      await t.run({ url: t.script('ok hello') }, { requester });
      requester.close();
      requester.close();
    },
    expect: answered(200, '"hello"').concat(answered(200, '"hello"')),
  },
  {
    name: 'close: two requesters do not touch one another',
    lines: ['H-13'],
    async run(t) {
      const requester = t.create();
      const task = t.watch({ url: t.script('stall') });
      await t.happened({ event: 'stall' });
      await t.run({ url: t.http + '/hello' }, { requester, as: 'other: ' });
      requester.close();
      await t.roundTrip();
      task.abort();
      await t.end(task);
    },
    expect: answered(200, '"Hello, world!\\n"')
      .map((line) => 'other: ' + line)
      .concat(ABORTED),
  },
];
