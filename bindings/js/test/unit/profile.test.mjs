import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { makeProfile } from '../../dist/esm/profile.js';
import { random, seed } from './random.mjs';

const header = readFileSync(new URL('../../../../include/reqtask.h', import.meta.url), 'utf8');
const struct = /typedef struct reqtask_timing \{([^}]*)\}/.exec(header)[1].replace(/\/\*[^]*?\*\//g, '');
/** The fields of reqtask_timing that a host hands over, in their order. */
const fields = [...struct.matchAll(/\b(\w+);/g)].map((m) => m[1]).filter((name) => name !== 'struct_size');

const START = 1_732_000_000_000_123;
const unknown = Object.fromEntries(fields.map((name) => [name, -1]));
const none = { ...unknown, connection_reused: 0, start_unix_us: START, bytes_sent: 0, bytes_received: 0 };
const full = {
  ...none,
  dequeued: 1000,
  resolve_start: 2000,
  resolve_end: 3000,
  connect_start: 3500,
  connect_end: 4000,
  tls_start: 4500,
  tls_end: 6000,
  request_start: 6100,
  request_end: 6200,
  response_start: 8000,
  response_end: 10000,
  bytes_sent: 300,
  bytes_received: 5000,
};
const answer = (timing, more = {}) => ({
  httpVersion: 11,
  redirects: 0,
  url: 'https://a.test/',
  peer: '93.184.215.14:443',
  body: null,
  timing: fields.map((name) => timing[name]),
  ...more,
});
const at = (us) => (START + us) / 1000;

/** Every key in the order of time; the TLS marks are inside of connecting. */
const ORDER = [
  'invokeStart',
  'queueStart',
  'queueEnd',
  'redirectStart',
  'redirectEnd',
  'fetchStart',
  'domainLookUpStart',
  'domainLookUpEnd',
  'connectStart',
  'SSLconnectionStart',
  'SSLconnectionEnd',
  'connectEnd',
  'requestStart',
  'requestEnd',
  'responseStart',
  'responseEnd',
];

function assertOrdered(profile) {
  let last = 0;
  for (const name of ORDER) {
    const mark = profile[name];
    assert.equal(typeof mark, 'number', name);
    if (mark === 0) assert.match(name, /^(redirect|SSL)/);
    else {
      assert.ok(mark >= last, `${name} is before its turn: ${JSON.stringify(profile)}`);
      last = mark;
    }
  }
}

test('H-12: the timing of the header and of the profile agree on their order', () => {
  assert.deepEqual(fields.slice(0, 3), ['connection_reused', 'start_unix_us', 'dequeued']);
  assert.deepEqual(fields.slice(-2), ['bytes_sent', 'bytes_received']);
  assert.equal(fields.length, 17);
});

test('H-12: wx’s names, in milliseconds since 1970', () => {
  assert.deepEqual(makeProfile(answer(full), 1_732_000_000_000), {
    invokeStart: 1_732_000_000_000,
    queueStart: at(0),
    queueEnd: at(1000),
    redirectStart: 0,
    redirectEnd: 0,
    fetchStart: at(1000),
    domainLookUpStart: at(2000),
    domainLookUpEnd: at(3000),
    connectStart: at(3500),
    connectEnd: at(6000),
    SSLconnectionStart: at(4500),
    SSLconnectionEnd: at(6000),
    requestStart: at(6100),
    requestEnd: at(6200),
    responseStart: at(8000),
    responseEnd: at(10000),
    protocol: 'http1.1',
    socketReused: false,
    sendBytesCount: 300,
    receivedBytedCount: 5000,
    // 5000 bytes in 2 ms.
    throughputKbps: 20000,
    peerIP: '93.184.215.14',
    port: 443,
  });
});

test('H-12: on a reused connection the DNS, connect and TLS marks equal fetchStart', () => {
  const reused = {
    ...full,
    connection_reused: 1,
    resolve_start: -1,
    resolve_end: -1,
    connect_start: -1,
    connect_end: -1,
    tls_start: -1,
    tls_end: -1,
  };
  const profile = makeProfile(answer(reused), 0);
  assert.equal(profile.socketReused, true);
  assert.equal(profile.fetchStart, at(1000));
  for (const name of [
    'domainLookUpStart',
    'domainLookUpEnd',
    'connectStart',
    'connectEnd',
    'SSLconnectionStart',
    'SSLconnectionEnd',
  ]) {
    assert.equal(profile[name], profile.fetchStart, name);
  }
  assert.equal(profile.requestStart, at(6100));
});

test('H-12: without TLS its marks are 0, with redirects there are redirect marks and the fetch begins after them', () => {
  const plain = { ...full, tls_start: -1, tls_end: -1, redirect_start: 1200, redirect_end: 1900 };
  const profile = makeProfile(answer(plain, { url: 'http://a.test/' }), START / 1000);
  assert.deepEqual([profile.SSLconnectionStart, profile.SSLconnectionEnd], [0, 0]);
  assert.equal(profile.connectEnd, at(4000));
  assert.deepEqual([profile.redirectStart, profile.redirectEnd, profile.fetchStart], [at(1200), at(1900), at(1900)]);
  assertOrdered(profile);
});

test('H-12: a redirect that did not end has no marks', () => {
  const { redirectStart, redirectEnd, fetchStart } = makeProfile(answer({ ...full, redirect_start: 1200 }), 0);
  assert.deepEqual([redirectStart, redirectEnd, fetchStart], [0, 0, at(1000)]);
});

test('H-12: what cannot be measured is left out', () => {
  const { throughputKbps, ...rest } = makeProfile(answer({ ...full, response_end: 8000 }), 0);
  assert.equal(throughputKbps, undefined);
  assert.ok(!('throughputKbps' in makeProfile(answer({ ...full, response_start: -1 }), 0)));
  assert.ok(!('rtt' in rest));
  const bare = makeProfile(answer(none, { peer: '' }), 0);
  assert.ok(!('peerIP' in bare) && !('port' in bare) && !('throughputKbps' in bare));
  assert.equal(makeProfile(answer(full, { timing: null }), 0), undefined);
});

test('H-12: peers and protocols', () => {
  const peer = (text) => {
    const { peerIP, port } = makeProfile(answer(full, { peer: text }), 0);
    return [peerIP, port];
  };
  assert.deepEqual(peer('[::1]:80'), ['::1', 80]);
  assert.deepEqual(peer('[fe80::1%eth0]:8080'), ['fe80::1%eth0', 8080]);
  assert.deepEqual(peer('127.0.0.1:65535'), ['127.0.0.1', 65535]);
  assert.equal(makeProfile(answer(full, { httpVersion: 10 }), 0).protocol, 'http1.0');
});

test('H-12: the order holds for whatever is known, and when the clock was set in between', (t) => {
  const rng = random();
  t.diagnostic(`seed ${seed}`);
  const marks = fields.slice(2, -2);
  for (let round = 0; round < 20000; round++) {
    const timing = { ...none, connection_reused: rng.below(2) };
    let us = rng.below(500);
    for (const name of marks) {
      if (rng.chance(0.7)) timing[name] = us;
      // Mostly forward; marks of two threads may cross.
      us = Math.max(0, us + rng.below(2000) - 200);
    }
    const url = rng.pick(['http://a/', 'https://a/', 'HTTPS://a/']);
    assertOrdered(makeProfile(answer(timing, { url }), START / 1000 + rng.below(2000) - 1000));
  }
});
