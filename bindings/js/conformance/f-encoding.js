/**
 * F: what is sent. The server's echo tells what arrived.
 */
import { pattern } from './words.js';

/** The target that a GET or another request with a query asks for. */
function target(name, lines, options, expected) {
  return {
    name: 'query: ' + name,
    lines,
    async run(t) {
      const echo = await t.sent(options);
      t.log(echo.target + (echo.body === '' ? '' : ' with a body'));
    },
    expect: [expected],
  };
}

/** The content-type and body that are sent. */
function body(name, lines, options, type, text) {
  return {
    name: 'body: ' + name,
    lines,
    async run(t) {
      const echo = await t.sent(Object.assign({ method: 'POST' }, options));
      t.log('content-type: ' + echo.field('content-type'));
      t.log(echo.body);
    },
    expect: ['content-type: ' + type, text],
  };
}

/** Bytes that are sent, as the server's numbers see them. */
function bytes(name, data, expected) {
  return {
    name: 'body: ' + name,
    lines: ['F-8'],
    async run(t) {
      const url = t.http + '/echo/' + t.tag;
      const answer = await t.request({ url, method: 'POST', data, responseType: 'arraybuffer' });
      const all = Array.from(new Uint8Array(answer.data));
      const text = String.fromCharCode.apply(null, all.slice(0, 2000));
      const at = text.indexOf('\r\n\r\n') + 4;
      t.log('content-type: ' + /content-type: ([^\r]*)/i.exec(text)[1]);
      t.log(all.slice(at).join(' '));
    },
    expect: ['content-type: application/octet-stream', expected],
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const NESTED = { a: [1, { b: 'x' }], o: { k: 'v w' }, u: undefined, n: null, t: true, d: 1.5, e: '' };
const NESTED_TEXT = 'a=%5B1%2C%7B%22b%22%3A%22x%22%7D%5D&o=%7B%22k%22%3A%22v%20w%22%7D&n=null&t=true&d=1.5&e=';

/** Data or methods or fields that cannot be sent. */
function refused(name, lines, options, expected) {
  return {
    name: name + ' fails, and nothing is sent',
    lines,
    async run(t) {
      const error = await t.failure(Object.assign({ url: t.script('ok hello') }, options()));
      t.log(error.errMsg.slice(0, 12) + ' ' + error.errno);
      await t.nothingSent();
    },
    expect: ['request:fail ' + expected, 'nothing sent'],
  };
}

export const cases = [
  target('an object', ['F-1'], { data: { a: 1, 'b c': 'd&e=é' } }, '?a=1&b%20c=d%26e%3D%C3%A9'),
  target('no data leaves the URL alone', ['F-1'], {}, ''),
  target('an empty object leaves the URL alone', ['F-1'], { data: {} }, ''),
  target('an object of undefined leaves the URL alone', ['F-1', 'F-3'], { data: { a: undefined } }, ''),
  target('joined by & to a query', ['F-1'], { url: '?x=1', data: { a: 1 } }, '?x=1&a=1'),
  target('joined to a query that ends in &', ['F-1'], { url: '?x=1&', data: { a: 1 } }, '?x=1&a=1'),
  target('joined to a lone ?', ['F-1'], { url: '?', data: { a: 1 } }, '?a=1'),
  target('before the fragment, which is not sent', ['F-2'], { url: '?x=1#top?y=2', data: { a: 1 } }, '?x=1&a=1'),
  target('a fragment alone is not sent', ['F-2'], { url: '#top' }, ''),
  target('nested values are JSON, undefined is skipped, null is null', ['F-3'], { data: NESTED }, '?' + NESTED_TEXT),
  target('text is appended as it is', ['F-4'], { data: 'a=1&b=%20' }, '?a=1&b=%20'),
  target('text is joined to a query', ['F-4'], { url: '?x=1', data: 'a=1' }, '?x=1&a=1'),
  target('of a method in lower case', ['F-1', 'F-11'], { method: 'get', data: { a: 1 } }, '?a=1'),
  {
    name: 'query: HEAD has one, too',
    lines: ['F-1'],
    async run(t) {
      await t.request({
        url: t.http + t.path + '?ok%20hello',
        method: 'HEAD',
        data: { a: '1 2' },
        header: { 'x-script': 'status 200 OK&length 0&head-end' },
      });
      const seen = await t.history({ event: 'request' });
      t.log(seen[0].detail.replace(t.path, ''));
    },
    expect: ['HEAD ?ok%20hello&a=1%202'],
  },
  body(
    'an object is JSON by default',
    ['F-5'],
    { data: { a: [1, null], b: 'é' } },
    'application/json',
    '{"a":[1,null],"b":"é"}',
  ),
  body('an array is JSON by default', ['F-5'], { data: [1, 'x'] }, 'application/json', '[1,"x"]'),
  body(
    'content-type is found in any case',
    ['F-6'],
    { header: { 'CONTENT-Type': FORM['content-type'] }, data: { a: 1 } },
    FORM['content-type'],
    'a=1',
  ),
  body(
    'content-type counts up to the semicolon',
    ['F-6', 'F-7'],
    { header: { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' }, data: { a: 1 } },
    'Application/X-WWW-Form-Urlencoded; charset=UTF-8',
    'a=1',
  ),
  body(
    'JSON with a charset',
    ['F-6'],
    { header: { 'Content-Type': 'application/json;charset=UTF-8' }, data: { a: 1 } },
    'application/json;charset=UTF-8',
    '{"a":1}',
  ),
  body('a form', ['F-7', 'F-3'], { header: FORM, data: NESTED }, FORM['content-type'], NESTED_TEXT),
  body(
    'any other content-type with an object is JSON text',
    ['F-7'],
    { header: { 'content-type': 'text/plain' }, data: { a: 1 } },
    'text/plain',
    '{"a":1}',
  ),
  body('text is sent unchanged', ['F-9'], { data: 'a=1&b= é' }, 'application/json', 'a=1&b= é'),
  body(
    'text with a content-type',
    ['F-9'],
    { header: { 'content-type': 'text/plain' }, data: 'hello' },
    'text/plain',
    'hello',
  ),
  body(
    'text beside a form content-type stays as it is',
    ['F-9', 'F-7'],
    { header: FORM, data: 'a=b c' },
    FORM['content-type'],
    'a=b c',
  ),
  bytes('an ArrayBuffer', new Uint8Array([0, 255, 13, 10, 128]).buffer, '0 255 13 10 128'),
  bytes('a typed array: its own bytes only', new Uint8Array([9, 9, 1, 2, 3, 9]).subarray(2, 5), '1 2 3'),
  bytes('a typed array of wider numbers', new Uint16Array(new Uint8Array([1, 0, 2, 0]).buffer), '1 0 2 0'),
  bytes('a DataView', new DataView(new Uint8Array([9, 5, 6]).buffer, 1), '5 6'),
  {
    name: 'body: a megabyte arrives as it is',
    lines: ['F-8'],
    async run(t) {
      const answer = await t.request({ url: t.http + '/sink', method: 'PUT', data: pattern(1000000) });
      t.log(answer.data.trim());
    },
    // FNV-1a over one million bytes of the server's pattern.
    expect: ['bytes=1000000 fnv1a=db28aa3097ec69e7'],
  },
  {
    name: 'body: data that changes after the call is sent as it was',
    lines: ['F-8', 'A-4'],
    async run(t) {
      const data = new Uint8Array([97, 98, 99]);
      const sent = t.sent({ method: 'POST', data: data.buffer });
      data.fill(120);
      t.log((await sent).body);
    },
    expect: ['abc'],
  },
  {
    name: 'POST, PUT and PATCH without data say content-length: 0',
    lines: ['F-10'],
    async run(t) {
      for (const method of ['POST', 'PUT', 'PATCH']) {
        const echo = await t.sent({ method });
        t.log(
          echo.method +
            ' ' +
            echo.field('content-length') +
            ' ' +
            echo.field('transfer-encoding') +
            ' ' +
            JSON.stringify(echo.body),
        );
      }
    },
    expect: ['POST 0 none ""', 'PUT 0 none ""', 'PATCH 0 none ""'],
  },
  {
    name: 'GET has no body and no content-length',
    lines: ['F-1'],
    async run(t) {
      const echo = await t.sent({ data: { a: 1 } });
      t.log(echo.field('content-length') + ' ' + echo.field('transfer-encoding'));
    },
    expect: ['none none'],
  },
  {
    name: 'the eight methods are sent, in any case of letters',
    lines: ['F-11'],
    async run(t) {
      for (const method of ['options', 'Get', 'HEAD', 'pOST', 'put', 'DELETE', 'trace', 'Patch']) {
        await t.request({ url: t.script('status 200 OK', 'length 0', 'head-end'), method });
      }
      const seen = await t.history({ event: 'request' });
      seen.forEach((event) => t.log(event.detail.split(' ')[0]));
    },
    expect: ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'PATCH'],
  },
  refused('CONNECT', ['F-11'], () => ({ method: 'CONNECT' }), '600005'),
  refused('an unknown method', ['F-11'], () => ({ method: 'BREW' }), '600005'),
  refused('a method with a blank', ['F-11', 'F-14'], () => ({ method: 'GET /x' }), '600005'),
  refused('a method that is no text', ['F-11'], () => ({ method: 7 }), '600005'),
  refused('cyclic data in a body', ['F-12'], () => ({ method: 'POST', data: cyclic() }), '600010'),
  refused('cyclic data in a form', ['F-12'], () => ({ method: 'POST', header: FORM, data: { a: cyclic() } }), '600010'),
  refused('cyclic data in a query', ['F-12'], () => ({ data: { a: cyclic() } }), '600010'),
  refused(
    'data whose toJSON throws',
    ['F-12'],
    () => ({ method: 'POST', data: { toJSON: () => JSON.parse('{') } }),
    '600010',
  ),
  refused('a header value with CR LF', ['F-14'], () => ({ header: { 'x-a': 'b\r\nx-evil: 1' } }), '600005'),
  refused('a header value with LF', ['F-14'], () => ({ header: { 'x-a': 'b\nc' } }), '600005'),
  refused('a header value with NUL', ['F-14'], () => ({ header: { 'x-a': 'b\0c' } }), '600005'),
  refused('a header name with a colon', ['F-14'], () => ({ header: { 'x-a: b\r\nx': 'c' } }), '600005'),
  refused('a header name with a blank', ['F-14'], () => ({ header: { 'x a': 'b' } }), '600005'),
  refused('an empty header name', ['F-14'], () => ({ header: { '': 'b' } }), '600005'),
  {
    name: 'header values of other types are sent as text, and text as UTF-8',
    lines: ['F-14'],
    async run(t) {
      const echo = await t.sent({ header: { 'x-number': 5, 'x-true': true, 'X-Text': 'é你', 'x-empty': '' } });
      ['x-number', 'x-true', 'x-text', 'x-empty'].forEach((name) => t.log(name + ': ' + echo.field(name)));
    },
    expect: ['x-number: 5', 'x-true: true', 'x-text: é你', 'x-empty: '],
  },
  {
    name: 'referer is sent by default',
    lines: ['F-13'],
    async run(t) {
      t.log('referer: ' + (await t.sent({ header: { Referer: 'http://a.test/' } })).field('referer'));
    },
    expect: ['referer: http://a.test/'],
  },
  {
    name: 'referer is dropped in strict mode, with one warning',
    lines: ['F-13'],
    async run(t) {
      t.configure({ strict: true, warnings: true });
      const heard = t.warnings();
      t.log('referer: ' + (await t.sent({ header: { Referer: 'http://a.test/' } })).field('referer'));
      t.log('referer: ' + (await t.sent({ header: { referer: 'http://a.test/' } })).field('referer'));
      t.log('warnings: ' + (heard ? heard.filter((text) => /referer/i.test(text)).length : 1));
    },
    expect: ['referer: none', 'referer: none', 'warnings: 1'],
  },
];

function cyclic() {
  const data = {};
  data.self = data;
  return data;
}
