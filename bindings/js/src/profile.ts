/**
 * `profile` (H-12): the core's timing under wx's names, its spelling included. Times are milliseconds since 1970 with
 * fractions down to a microsecond, and each is at least as late as those before it, in the order of the W3C's Resource
 * Timing: invokeStart, queueStart, queueEnd, redirectStart, redirectEnd, fetchStart, domainLookUpStart, domainLookUpEnd,
 * connectStart, SSLconnectionStart, SSLconnectionEnd, connectEnd (TLS is part of connecting), requestStart, requestEnd,
 * responseStart, responseEnd. A step that did not happen has the time of the step before it; the redirect marks and the
 * TLS marks are 0 where there was no redirect and no TLS. What cannot be measured is left out.
 */
import type { NativeAnswer } from './native.js';
import type { Profile } from './types.js';

/** REQTASK_UNKNOWN. */
const UNKNOWN = -1;
/** Where the marks of reqtask_timing are in {@link NativeAnswer.timing}. */
const At = {
  reused: 0,
  startUnixUs: 1,
  dequeued: 2,
  redirectStart: 3,
  redirectEnd: 4,
  resolveStart: 5,
  resolveEnd: 6,
  connectStart: 7,
  connectEnd: 8,
  tlsStart: 9,
  tlsEnd: 10,
  requestStart: 11,
  requestEnd: 12,
  responseStart: 13,
  responseEnd: 14,
  bytesSent: 15,
  bytesReceived: 16,
} as const;

/** The profile of an answer; undefined when it came without timing. `invokeStart` is Date.now() at the call of request(). */
export function makeProfile(answer: NativeAnswer, invokeStart: number): Profile | undefined {
  const timing = answer.timing;
  if (timing === null) return undefined;
  const us = (at: number): number => timing[at] ?? UNKNOWN;

  const queueStart = us(At.startUnixUs) / 1000;
  // Two clocks are compared here, and one of them may have been set in between.
  let last = queueStart;
  const next = (at: number): number => {
    const mark = us(at);
    // In microseconds first: the sum is a whole number, and its thousandth the nearest there is.
    if (mark !== UNKNOWN) last = Math.max(last, (us(At.startUnixUs) + mark) / 1000);
    return last;
  };

  const queueEnd = next(At.dequeued);
  const redirected = us(At.redirectStart) !== UNKNOWN && us(At.redirectEnd) !== UNKNOWN;
  const redirectStart = redirected ? next(At.redirectStart) : 0;
  const redirectEnd = redirected ? next(At.redirectEnd) : 0;
  const fetchStart = last;
  const reused = us(At.reused) === 1;
  const domainLookUpStart = reused ? fetchStart : next(At.resolveStart);
  const domainLookUpEnd = reused ? fetchStart : next(At.resolveEnd);
  const connectStart = reused ? fetchStart : next(At.connectStart);
  const tcpEnd = reused ? fetchStart : next(At.connectEnd);
  const secure = /^https:/i.test(answer.url);
  const SSLconnectionStart = !secure ? 0 : reused ? fetchStart : next(At.tlsStart);
  const SSLconnectionEnd = !secure ? 0 : reused ? fetchStart : next(At.tlsEnd);
  const connectEnd = Math.max(tcpEnd, SSLconnectionEnd);
  const requestStart = next(At.requestStart);
  const requestEnd = next(At.requestEnd);
  const responseStart = next(At.responseStart);
  const responseEnd = next(At.responseEnd);

  const profile: Profile = {
    invokeStart: Math.min(invokeStart, queueStart),
    queueStart,
    queueEnd,
    redirectStart,
    redirectEnd,
    fetchStart,
    domainLookUpStart,
    domainLookUpEnd,
    connectStart,
    connectEnd,
    SSLconnectionStart,
    SSLconnectionEnd,
    requestStart,
    requestEnd,
    responseStart,
    responseEnd,
    protocol: answer.httpVersion === 10 ? 'http1.0' : 'http1.1',
    socketReused: reused,
    sendBytesCount: Math.max(0, us(At.bytesSent)),
    receivedBytedCount: Math.max(0, us(At.bytesReceived)),
  };
  const readMs = (us(At.responseEnd) - us(At.responseStart)) / 1000;
  // Bits in a millisecond are kilobits in a second.
  if (us(At.responseStart) !== UNKNOWN && readMs > 0) {
    profile.throughputKbps = Math.round((profile.receivedBytedCount * 8) / readMs);
  }
  addPeer(profile, answer.peer);
  return profile;
}

/** `peer` is "93.184.215.14:443", "[::1]:80" or "". */
function addPeer(profile: Profile, peer: string): void {
  const colon = peer.lastIndexOf(':');
  if (colon <= 0) return;
  profile.peerIP = peer[0] === '[' ? peer.slice(1, colon - 1) : peer.slice(0, colon);
  profile.port = Number(peer.slice(colon + 1));
}
