/**
 * G: what success carries.
 */
import { answered, isBuffer, patternEnd } from './words.js';

/** A body and what becomes of it. */
function data(name, lines, bodyBytes, options, expected) {
  return {
    name: 'data: ' + name,
    lines,
    run: (t) => t.run(Object.assign({ url: t.script('ok ' + bodyBytes) }, options)),
    expect: answered(200, expected),
  };
}

const FIELDS = [
  'field Content-Type: text/plain',
  'field X-Twice: a',
  'field x-twice: b',
  'field Set-Cookie: a=1; Path=/',
  'field set-cookie: b=2, c',
];

export const cases = [
  {
    name: 'success has data, statusCode, header, cookies, errMsg and profile',
    lines: ['G-1'],
    async run(t) {
      const result = await t.request(t.script('ok hello'));
      t.log(Object.keys(result).sort().join());
      t.log(
        result.errMsg +
          ' ' +
          typeof result.statusCode +
          ' ' +
          typeof result.header +
          ' ' +
          Array.isArray(result.cookies),
      );
    },
    expect: ['cookies,data,errMsg,header,profile,statusCode', 'request:ok number object true'],
  },
  {
    name: 'enableProfile: false leaves the profile out',
    lines: ['G-1'],
    async run(t) {
      const result = await t.request({ url: t.script('ok hello'), enableProfile: false });
      t.log(Object.keys(result).sort().join());
    },
    expect: ['cookies,data,errMsg,header,statusCode'],
  },
  {
    name: '304, 404, 500 and 999 are success',
    lines: ['G-2'],
    async run(t) {
      for (const code of [304, 404, 500, 999]) {
        const result = await t.request(t.http + '/status/' + code);
        t.log(result.statusCode + ' ' + result.errMsg);
      }
    },
    expect: ['304 request:ok', '404 request:ok', '500 request:ok', '999 request:ok'],
  },
  data('JSON is parsed', ['G-3'], '{"a":[1,null,"é"]}', {}, '{"a":[1,null,"é"]}'),
  data('JSON that is a number or a word is parsed', ['G-3'], '17', {}, '17'),
  data("dataType 'json' said out loud", ['G-3'], '{"a":1}', { dataType: 'json' }, '{"a":1}'),
  data('text that is not JSON stays text', ['G-3'], '{"a":', {}, '"{\\"a\\":"'),
  data("dataType 'text' does not parse", ['G-4'], '{"a":1}', { dataType: 'text' }, '"{\\"a\\":1}"'),
  data('a dataType of another platform does not parse', ['G-4'], '{"a":1}', { dataType: '其他' }, '"{\\"a\\":1}"'),
  data(
    "responseType 'arraybuffer' is an ArrayBuffer",
    ['G-4'],
    '{"a":1}',
    { responseType: 'arraybuffer' },
    'buffer "{\\"a\\":1}"',
  ),
  data(
    "responseType 'arraybuffer' wins over dataType",
    ['G-4'],
    '{"a":1}',
    { responseType: 'arraybuffer', dataType: 'json' },
    'buffer "{\\"a\\":1}"',
  ),
  data("responseType 'text' parses as usual", ['G-4'], '{"a":1}', { responseType: 'text' }, '{"a":1}'),
  data('an empty body is empty text', ['G-5'], '', {}, '""'),
  data('an empty body is an empty ArrayBuffer', ['G-5'], '', { responseType: 'arraybuffer' }, 'buffer ""'),
  data('a BOM before JSON', ['G-6'], '\\xef\\xbb\\xbf{"a":1}', {}, '{"a":1}'),
  data('a BOM before text', ['G-6'], '\\xef\\xbb\\xbfhello', {}, '"hello"'),
  data(
    'an ArrayBuffer keeps the BOM',
    ['G-6', 'G-4'],
    '\\xef\\xbb\\xbfa',
    { responseType: 'arraybuffer' },
    'buffer <ef bb bf 61>',
  ),
  data('invalid UTF-8 is replaced', ['G-10'], 'a\\xffb\\xe4\\xbd', {}, '"a\ufffdb\ufffd"'),
  data('characters beyond the first plane', ['G-10'], '你😀', {}, '"你😀"'),
  {
    name: 'HEAD and 204 never fail, with an ArrayBuffer asked for, too',
    lines: ['G-5'],
    async run(t) {
      const head = await t.request({ url: t.http + '/hello', method: 'HEAD' });
      t.log(head.statusCode + ' ' + JSON.stringify(head.data));
      const none = await t.request({ url: t.http + '/status/204', responseType: 'arraybuffer' });
      t.log(none.statusCode + ' ' + isBuffer(none.data) + ' ' + none.data.byteLength);
    },
    expect: ['200 ""', '204 true 0'],
  },
  {
    name: 'header has lower-case keys, repeated names joined',
    lines: ['G-7'],
    async run(t) {
      const { header } = await t.request(
        t.script.apply(null, ['status 200 OK'].concat(FIELDS, 'length 0', 'head-end')),
      );
      t.log(JSON.stringify(header));
      t.log(Object.keys(header).join());
    },
    expect: [
      '{"content-type":"text/plain","x-twice":"a, b","set-cookie":"a=1; Path=/,b=2, c","content-length":"0"}',
      'content-type,x-twice,set-cookie,content-length',
    ],
  },
  {
    name: 'header reads in Title-Case, too, and shows no such names',
    lines: ['G-7'],
    async run(t) {
      const { header } = await t.request(
        t.script.apply(null, ['status 200 OK'].concat(FIELDS, 'field location: /x', 'length 0', 'head-end')),
      );
      t.log(
        [
          header['Content-Type'],
          header['X-Twice'],
          header['Set-Cookie'],
          header.Location,
          header['Content-Length'],
        ].join(' | '),
      );
      const listed = [];
      for (const name in header) listed.push(name);
      t.log(listed.filter((name) => name !== name.toLowerCase()).length + ' listed');
      t.log(Object.prototype.toString.call(header) + ' ' + JSON.stringify(Object.assign({}, header)['Content-Type']));
    },
    expect: ['text/plain | a, b | a=1; Path=/,b=2, c | /x | 0', '0 listed', '[object Object] undefined'],
  },
  {
    name: 'a header named like a property of every object is a header',
    lines: ['G-7'],
    async run(t) {
      const { header } = await t.request(
        t.script('status 200 OK', 'field constructor: c', 'field __proto__: p', 'length 0', 'head-end'),
      );
      t.log(header.constructor + ' ' + JSON.stringify(Object.keys(header)));
    },
    expect: ['c ["constructor","__proto__","content-length"]'],
  },
  {
    name: 'cookies: one string per line, untouched',
    lines: ['G-8'],
    async run(t) {
      const result = await t.request(t.http + '/cookies/set?a=b%3B%20Path%3D%2F&c=d%2C%20e&f');
      t.log(JSON.stringify(result.cookies));
    },
    expect: ['["a=b; Path=/","c=d, e","f"]'],
  },
  {
    name: 'no cookies are []',
    lines: ['G-8'],
    async run(t) {
      t.log(JSON.stringify((await t.request(t.script('ok hello'))).cookies));
    },
    expect: ['[]'],
  },
  {
    name: 'the app handles cookies: none is sent back by itself',
    lines: ['G-8'],
    async run(t) {
      await t.request(t.http + '/cookies/set?sid=1');
      t.log(JSON.stringify((await t.request(t.http + '/cookies')).data));
    },
    expect: ['""'],
  },
  {
    name: '100 MB arrive intact',
    lines: ['G-9'],
    async run(t) {
      const { data } = await t.request({ url: t.http + '/bytes/104857600', responseType: 'arraybuffer' });
      t.log(data.byteLength + ' bytes');
      // All of the first and last 100,000, and a thousand bytes at each of 50 places between.
      const intact = (from, length) => patternEnd(new Uint8Array(data, from, length), from) === length;
      let good = intact(0, 100000) && intact(data.byteLength - 100000, 100000);
      for (let i = 1; i <= 50; i++) good = good && intact(i * 2000003, 1000);
      t.log(good ? 'intact' : 'damaged');
    },
    expect: ['104857600 bytes', 'intact'],
  },
  {
    name: '100 MB in chunks arrive intact',
    lines: ['G-9', 'E-2'],
    async run(t) {
      const task = t.request({ url: t.http + '/bytes/104857600', enableChunked: true });
      let at = 0;
      let good = true;
      task.onChunkReceived((event) => {
        const some = new Uint8Array(event.data, 0, Math.min(100, event.data.byteLength));
        good = good && patternEnd(some, at) === some.length;
        at += event.data.byteLength;
      });
      await task;
      t.log(at + ' bytes ' + (good ? 'intact' : 'damaged'));
    },
    expect: ['104857600 bytes intact'],
  },
];
