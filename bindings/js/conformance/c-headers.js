/**
 * C: the headers event.
 */
import { answered, failed } from './words.js';

export const cases = [
  {
    name: 'headers come once, before any chunk, before success',
    lines: ['C-1', 'A-6'],
    async run(t) {
      const url = t.script('status 200 OK', 'chunked', 'head-end', 'chunk one', t.gate('a'), 'chunk two', 'last-chunk');
      const task = t.watch({ url, enableChunked: true });
      await t.nextChunk(task);
      await t.open('a');
      await t.end(task);
    },
    expect: ['headers 200', 'chunk "one"', 'chunk "two"', 'success 200 ""', 'complete same', 'resolved same'],
  },
  {
    name: 'headers of a redirect that is followed are not reported',
    lines: ['C-2'],
    run: (t) => t.run({ url: t.http + '/redirect/3' }),
    expect: answered(200, '"Hello, world!\\n"'),
  },
  {
    name: 'each code of redirection is followed',
    lines: ['C-2'],
    async run(t) {
      for (const code of [301, 302, 303, 307, 308]) {
        const task = t.request(t.http + '/redirect/1?code=' + code);
        const seen = [];
        task.onHeadersReceived((event) => seen.push(event.statusCode));
        await task;
        t.log(code + ' ends in ' + seen.join());
      }
    },
    expect: ['301 ends in 200', '302 ends in 200', '303 ends in 200', '307 ends in 200', '308 ends in 200'],
  },
  {
    name: 'interim answers fire nothing',
    lines: ['C-2'],
    run: (t) => t.run({ url: t.script('continue', 'early-hints', 'ok hello') }),
    expect: answered(200, '"hello"'),
  },
  {
    name: "redirect: 'manual' hands back the 3xx with its location and no data",
    lines: ['C-3'],
    async run(t) {
      const result = await t.run({ url: t.script('redirect 302 /hello'), redirect: 'manual' });
      t.log('location ' + result.header.location + ' ' + result.header.Location);
      await t.nothingSent({ path: '/hello/never' });
    },
    expect: answered(302, '""').concat('location /hello /hello', 'nothing sent'),
  },
  {
    name: "redirect: 'manual' with a body in the 3xx ends in success, too",
    lines: ['C-3'],
    run: (t) =>
      t.run({
        url: t.script('status 307 Moved', 'field location: /hello', 'length 5', 'head-end', 'body moved'),
        redirect: 'manual',
      }),
    expect: answered(307, '""'),
  },
  {
    name: "redirect: 'manual' changes nothing for an answer that is no redirect",
    lines: ['C-3', 'G-3'],
    run: (t) => t.run({ url: t.script('ok {"a":1}'), redirect: 'manual' }),
    expect: answered(200, '{"a":1}'),
  },
  {
    name: 'the event carries header, statusCode and cookies',
    lines: ['C-4'],
    async run(t) {
      const url = t.script(
        'status 418 Teapot',
        'field X-Kind: green',
        'field set-cookie: a=1',
        'field set-cookie: b=2',
        'length 0',
        'head-end',
      );
      const task = t.request(url);
      const event = await t.headers(task);
      t.log(Object.keys(event).sort().join());
      t.log(typeof event.statusCode + ' ' + event.statusCode);
      t.log(event.header['x-kind'] + ' ' + event.header['X-Kind']);
      t.log(JSON.stringify(event.cookies));
      await task;
    },
    expect: ['cookies,header,statusCode', 'number 418', 'green green', '["a=1","b=2"]'],
  },
  {
    name: 'headers come while the body stays silent',
    lines: ['C-5'],
    async run(t) {
      const task = t.watch({ url: t.script('status 200 OK', 'length 5', 'head-end', t.gate('a'), 'body hello') });
      await t.headers(task);
      t.log('only now the body');
      await t.open('a');
      await t.end(task);
    },
    expect: ['headers 200', 'only now the body', 'success 200 "hello"', 'complete same', 'resolved same'],
  },
  {
    name: 'headers come while the body stays silent, with enableChunked and a coding',
    lines: ['C-5', 'E-4'],
    async run(t) {
      const url = t.script(
        'status 200 OK',
        'field content-encoding: gzip',
        'chunked',
        'head-end',
        t.gate('a'),
        'gzip hello',
        'end',
      );
      const task = t.watch({ url, enableChunked: true });
      await t.headers(task);
      t.log('only now the body');
      await t.open('a');
      await t.end(task);
    },
    expect: ['headers 200', 'only now the body', 'chunk "hello"', 'success 200 ""', 'complete same', 'resolved same'],
  },
  {
    name: 'HEAD fires headers and has no body, whatever its content-length says',
    lines: ['C-6', 'G-5'],
    run: (t) => t.run({ url: t.script('status 200 OK', 'length 5', 'head-end'), method: 'HEAD' }),
    expect: answered(200, '""'),
  },
  {
    name: '204 fires headers',
    lines: ['C-6', 'G-5'],
    run: (t) => t.run({ url: t.http + '/status/204' }),
    expect: answered(204, '""'),
  },
  {
    name: '304 fires headers',
    lines: ['C-6', 'G-2'],
    run: (t) => t.run({ url: t.http + '/status/304' }),
    expect: answered(304, '""'),
  },
  {
    name: 'an empty body fires headers and no chunk',
    lines: ['C-6', 'E-5'],
    run: (t) => t.run({ url: t.script('status 200 OK', 'chunked', 'head-end', 'last-chunk'), enableChunked: true }),
    expect: answered(200, '""'),
  },
  {
    name: 'a listener that comes after the headers is called once with them, and not at once',
    lines: ['C-7'],
    async run(t) {
      const task = t.watch({
        url: t.script('status 201 Made', 'field x-kind: late', 'length 5', 'head-end', t.gate('a'), 'body hello'),
      });
      await t.headers(task);
      await t.roundTrip();
      const late = t.signal();
      task.onHeadersReceived((event) => {
        t.log('late ' + event.statusCode + ' ' + event.header['x-kind'] + ' ' + event.cookies.length);
        late.resolve();
      });
      t.log('added');
      await late.promise;
      await t.open('a');
      await t.end(task);
    },
    expect: ['headers 201', 'added', 'late 201 late 0', 'success 201 "hello"', 'complete same', 'resolved same'],
  },
  {
    name: 'a late listener that is taken off at once is not called',
    lines: ['C-7', 'D-3'],
    async run(t) {
      const task = t.watch({ url: t.script('status 200 OK', 'length 5', 'head-end', t.gate('a'), 'body hello') });
      await t.headers(task);
      const late = () => t.log('never');
      task.onHeadersReceived(late);
      task.offHeadersReceived(late);
      await t.roundTrip();
      await t.open('a');
      await t.end(task);
    },
    expect: answered(200, '"hello"'),
  },
  {
    name: 'a listener that comes after the end is never called, and adding it throws nothing',
    lines: ['C-8'],
    async run(t) {
      const task = t.watch({ url: t.script('ok hello') });
      await t.end(task);
      task.onHeadersReceived(() => t.log('never'));
      await t.roundTrip();
    },
    expect: answered(200, '"hello"'),
  },
  {
    name: 'no headers event where no answer came: refused',
    lines: ['C-9'],
    run: (t) => t.run({ url: 'http://127.0.0.1:' + t.ports.refused + '/' }),
    expect: failed('request:fail connect 600001 connect'),
  },
  {
    name: 'no headers event where no answer came: half a head',
    lines: ['C-9', 'E-11'],
    run: (t) => t.run({ url: t.script('status 200 OK', 'field x-half: 1', 'close') }),
    expect: failed('request:fail interrupted 600003 interrupted'),
  },
];
