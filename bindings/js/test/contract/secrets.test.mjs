// No secret in what JavaScript is told of a failure: marks in every place that may hold a secret, and every kind of failure.
import { test } from 'node:test';
import { inspect } from 'node:util';
import { assert, newRequester, rejection, request, server } from './setup.mjs';

/** All that a log would show of an error, but for the answer that came, which the app may read. */
function shown(error) {
  const { header, cookies, data, profile, ...rest } = error;
  void (header, cookies, data, profile);
  return [
    error.errMsg,
    error.message,
    error.reason,
    String(error),
    error.stack,
    JSON.stringify(rest),
    inspect(rest),
  ].join('\n');
}

const secret = (url) => `${url.replace('://', '://joe:hush@')}?token=hush#hush`;
const script = (...steps) => steps.map((step) => encodeURIComponent(step)).join('&');

const failures = {
  'no connection': { url: secret(`http://127.0.0.1:${server.ports.refused}/x`) },
  'no such host': { url: secret('http://nowhere.invalid/x') },
  'no such scheme': { url: secret('ftp://a.test/x') },
  'no such port': { url: secret('http://a.test:0/x') },
  'a password with a slash': { url: 'http://joe:hush/hush@a.test/' },
  'a password with a question mark': { url: 'http://joe:hush?hush@a.test/' },
  'no URL': { url: '//joe:hush@a.test/?hush' },
  'a bad header': { url: secret(`${server.http}/x`), header: { 'x-key': 'hush\r\nx: hush' } },
  'another bad header': { url: secret(`${server.http}/x`), header: { host: 'hush hush' } },
  'a bad method': { url: secret(`${server.http}/x`), method: 'CONNECT' },
  'data that cannot be sent': { url: secret(`${server.http}/x`), data: { hush: 1n }, method: 'POST' },
  'no HTTP': { url: secret(`${server.http}/x`), script: script('raw hush hush\\r\\n\\r\\n', 'close') },
  'a damaged body': {
    url: secret(`${server.http}/x`),
    script: script(
      'status 200 OK',
      'field set-cookie: hush',
      'field content-encoding: gzip',
      'length 9',
      'head-end',
      'raw hushhushh',
    ),
  },
  'an end too early': {
    url: secret(`${server.http}/x`),
    script: script('status 200 OK', 'length 9', 'head-end', 'raw hush', 'close'),
  },
  'a redirect to nowhere': {
    url: secret(`${server.http}/x`),
    script: script('redirect 302 ftp://joe:hush@h/?hush#hush'),
  },
  'a redirect for ever': { url: secret(`${server.http}/x`), script: script('redirect 302 /y?hush#hush') },
  'no answer in time': { url: secret(`${server.http}/x`), script: script('stall'), timeout: 30 },
};

for (const [name, { script: steps, header, ...options }] of Object.entries(failures)) {
  test(`H-6: no secret is told: ${name}`, async () => {
    const given = {
      authorization: 'Bearer hush',
      cookie: 'c=hush',
      'x-api-key': 'hush',
      ...(steps === undefined ? {} : { 'x-script': steps }),
      ...header,
    };
    const error = await rejection(request({ data: 'hush', method: 'POST', ...options, header: given }));
    assert.match(error.errMsg, /^request:fail /);
    assert.doesNotMatch(shown(error), /hush|am9lomh1c2/i);
  });
}

test('H-6: nor of an abort', async () => {
  const task = request({ url: secret(`${server.http}/x`), header: { cookie: 'hush', 'x-script': script('stall') } });
  task.abort();
  assert.doesNotMatch(shown(await rejection(task)), /hush/);
});

test('nor of a client that cannot be made', () => {
  for (const proxy of ['http://joe:hush@', 'ftp://joe:hush@p', 'joe:hush', 'http://joe:hush@p:0']) {
    try {
      newRequester({ proxy });
    } catch (error) {
      assert.doesNotMatch(shown(error), /hush/, proxy);
    }
  }
});
