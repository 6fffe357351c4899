/**
 * I: what code that was written for Taro, wx or Alipay expects.
 */
import { answered } from './words.js';

const FOREIGN = {
  jsonp: true,
  mode: 'cors',
  credentials: 'include',
  cache: 'no-cache',
  enableHttp2: true,
  enableQuic: true,
  enableHttpDNS: true,
  httpDNSServiceId: 'x',
  forceCellularNetwork: true,
  enableCache: true,
  useHighPerformanceMode: true,
};

export const cases = [
  {
    name: "Taro's first usage: callbacks, and abort in the same tick",
    lines: ['I-1', 'B-2'],
    async run(t) {
      const task = t.request({
        url: t.script('ok hello'),
        data: { x: '', y: '' },
        header: { 'content-type': 'application/json' },
        success: () => t.log('success'),
      });
      task.abort();
      await task.then(
        () => t.log('resolved'),
        (error) => t.log('rejected ' + error.errMsg),
      );
      await t.nothingSent();
    },
    expect: ['rejected request:fail abort', 'nothing sent'],
  },
  {
    name: "Taro's second usage: then, and abort in the same tick",
    lines: ['I-1', 'B-2'],
    async run(t) {
      const task = t.request({
        url: t.script('ok hello'),
        data: { x: '', y: '' },
        header: { 'content-type': 'application/json' },
      });
      const chain = task.then((result) => t.log('then ' + result.statusCode));
      task.abort();
      await chain.catch((error) => t.log('rejected ' + error.errMsg));
      await t.nothingSent();
    },
    expect: ['rejected request:fail abort', 'nothing sent'],
  },
  {
    name: "Taro's third usage: await, then abort",
    lines: ['I-1', 'B-3'],
    async run(t) {
      const { url } = await t.named('ok {"a":1}');
      const task = t.request({ url, data: { x: '', y: '' }, header: { 'content-type': 'application/json' } });
      const result = await task;
      task.abort();
      t.log(result.statusCode + ' ' + JSON.stringify(result.data));
      const seen = await t.history({ event: 'request', path: '/s/' + t.tag });
      t.log(seen[0].detail.replace(t.tag, 'case'));
    },
    expect: ['200 {"a":1}', 'GET /s/case?x=&y='],
  },
  {
    name: 'options of other platforms are accepted, with one warning each in all',
    lines: ['I-3'],
    async run(t) {
      t.configure({ warnings: true });
      const heard = t.warnings();
      await t.run(Object.assign({ url: t.script('ok hello') }, FOREIGN));
      await t.request(Object.assign({ url: t.script('ok hello') }, FOREIGN));
      Object.keys(FOREIGN).forEach((name) => {
        const count = heard ? heard.filter((text) => new RegExp('\\b' + name + '\\b').test(text)).length : 1;
        if (count > 1) t.log(name + ': ' + count + ' warnings');
      });
    },
    expect: answered(200, '"hello"'),
  },
  {
    name: 'options of other platforms without effect warn of nothing where warnings are off',
    lines: ['I-3'],
    async run(t) {
      t.configure({ warnings: false });
      const heard = t.warnings();
      await t.run(Object.assign({ url: t.script('ok hello') }, FOREIGN));
      t.log('warnings: ' + (heard ? heard.length : 0));
    },
    expect: answered(200, '"hello"').concat('warnings: 0'),
  },
  {
    name: "Alipay's headers are the header",
    lines: ['I-4'],
    async run(t) {
      t.log((await t.sent({ headers: { 'x-a': 'from headers' } })).field('x-a'));
    },
    expect: ['from headers'],
  },
  {
    name: 'header wins over headers',
    lines: ['I-4'],
    async run(t) {
      const echo = await t.sent({ header: { 'x-a': 'from header' }, headers: { 'x-a': 'from headers', 'x-b': 'too' } });
      t.log(echo.field('x-a'));
    },
    expect: ['from header'],
  },
];
