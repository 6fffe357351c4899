/**
 * H-6 and H-7: failures, told apart by errMsg, errno and reason; and what they carry.
 */
import { failed } from './words.js';

/** One failure. `known`: the answer's status, where headers had come. */
function fails(name, options, expected, known) {
  return {
    name: 'failure: ' + name,
    lines: ['H-6', 'A-6'].concat(known ? ['H-7'] : ['C-9']),
    async run(t) {
      const error = await t.run(await options(t));
      if (known) t.log('known: ' + error.statusCode + ' ' + typeof error.header + ' ' + error.phase);
    },
    expect: (known ? ['headers ' + known] : []).concat(
      failed('request:fail ' + expected),
      known ? 'known: ' + known + ' object body' : [],
    ),
  };
}

const OK = ['status 200 OK', 'head-end'];

export const cases = [
  // RFC 6761 6.4: no name under "invalid" has an address.
  fails('a name without an address', () => ({ url: 'http://nowhere.invalid/' }), 'dns 600001 dns'),
  fails('a refused connection', (t) => ({ url: 'http://127.0.0.1:' + t.ports.refused }), 'connect 600001 connect'),
  fails('a reset before headers', (t) => ({ url: t.script('reset') }), 'interrupted 600003 interrupted'),
  fails('a close before headers', (t) => ({ url: t.script('close') }), 'interrupted 600003 interrupted'),
  fails(
    'no TLS on the other side',
    async (t) => ({ url: 'https://127.0.0.1:' + (await t.listen('script', 'raw SSH-2.0-OpenSSH\\r\\n')) }),
    'tls 600001 tls',
  ),
  fails('an expired certificate', (t) => trusting(t, t.ports.expired), 'certificate 600001 certificate'),
  fails('a certificate for another host', (t) => trusting(t, t.ports['wrong-host']), 'certificate 600001 certificate'),
  fails(
    'a certificate that nobody vouches for',
    (t) => trusting(t, t.ports.untrusted),
    'certificate 600001 certificate',
  ),
  fails('an authority that was not configured', (t) => ({ url: t.https + '/hello' }), 'certificate 600001 certificate'),
  fails(
    'a proxy that refuses the credentials',
    (t) => ({ url: t.https + '/hello', proxy: 'http://127.0.0.1:' + t.ports['proxy-auth'] }),
    'proxy 600001 proxy',
  ),
  fails(
    'a proxy that is not there',
    (t) => ({ url: t.https + '/hello', proxy: 'http://127.0.0.1:' + t.ports.refused }),
    'proxy 600001 proxy',
  ),
  fails('garbage for an answer', (t) => ({ url: t.script('raw garbage\\r\\n\\r\\n') }), 'protocol 600001 protocol'),
  fails(
    'two content-lengths that differ',
    (t) => ({ url: t.script('status 200 OK', 'length 5', 'length 6', 'head-end', 'raw hello!') }),
    'protocol 600001 protocol',
  ),
  fails(
    'a chunk without a size',
    (t) => ({ url: t.script('status 200 OK', 'chunked', 'head-end', 'raw zz\\r\\n') }),
    'protocol 600001 protocol',
    200,
  ),
  fails(
    'a redirect that goes round in a circle',
    (t) => ({
      url:
        t.http +
        '/redirect-to/x?url=' +
        encodeURIComponent('/redirect-to/x?url=/hello').replace('hello', 'redirect/50'),
    }),
    'redirect 600008 redirect',
  ),
  fails(
    'more redirects than maxRedirects',
    (t) => ({ url: t.http + '/redirect/3', maxRedirects: 2 }),
    'redirect 600008 redirect',
  ),
  fails(
    'a body beyond maxBodyBytes',
    (t) => ({ url: t.http + '/bytes/2000', maxBodyBytes: 1000 }),
    'too large 602300 too large',
    200,
  ),
  fails(
    'a body that is beyond maxBodyBytes once decoded',
    (t) => ({
      url: t.script(
        'status 200 OK',
        'field content-encoding: gzip',
        'chunked',
        'head-end',
        'encode gzip',
        'zeros 1000000',
        'end',
      ),
      maxBodyBytes: 100000,
    }),
    'too large 602300 too large',
    200,
  ),
  fails(
    'a head that is too long',
    (t) => t.named('status 200 OK', 'field x: ' + 'y'.repeat(70000), 'head-end'),
    'too large 602300 too large',
  ),
  fails(
    'a body that is not what its coding says',
    (t) => ({
      url: t.script('status 200 OK', 'field content-encoding: gzip', 'length 9', 'head-end', 'raw not-gzip!'),
    }),
    'decode 600001 decode',
    200,
  ),
  fails(
    'a coded body that is damaged on the way',
    (t) => ({
      url: t.script(
        'status 200 OK',
        'field content-encoding: gzip',
        'chunked',
        'head-end',
        'encode gzip',
        'bytes 1000',
        'corrupt',
        'bytes 100000',
        'end',
      ),
    }),
    'decode 600001 decode',
    200,
  ),
  fails('a URL that is none', () => ({ url: 'not a url' }), 'invalid url 600009 invalid url'),
  fails('an empty URL', () => ({ url: '' }), 'invalid url 600009 invalid url'),
  fails('a scheme that is not http', () => ({ url: 'ftp://127.0.0.1/' }), 'invalid url 600009 invalid url'),
  fails('a relative URL', () => ({ url: '/hello' }), 'invalid url 600009 invalid url'),
  fails('a port that is none', () => ({ url: 'http://127.0.0.1:99999/' }), 'invalid url 600009 invalid url'),
  fails(
    'http where only https is allowed',
    (t) => {
      t.configure({ httpsOnly: true });
      return { url: t.http + '/hello' };
    },
    'parameter error 600005 parameter error',
  ),
  {
    name: 'failure: it is an Error whose fields are own and enumerable',
    lines: ['H-7', 'B-6'],
    async run(t) {
      const error = await t.failure({
        url: t.script('status 200 OK', 'field x-kind: known', 'length 10', 'head-end', 'raw half', 'close'),
      });
      t.log((Object.prototype.toString.call(error) === '[object Error]') + ' ' + (error.message === error.errMsg));
      t.log(Object.keys(error).sort().join());
      t.log(
        [error.reason, error.errno, error.phase, error.statusCode, error.header['x-kind'], typeof error.profile].join(),
      );
      t.log(JSON.parse(JSON.stringify(error)).reason);
    },
    expect: [
      'true true',
      'errMsg,errno,header,phase,profile,reason,statusCode',
      'interrupted,600003,body,200,known,object',
      'interrupted',
    ],
  },
  {
    name: 'failure: before an answer there is no status and no header to tell',
    lines: ['H-7'],
    async run(t) {
      const error = await t.failure({ url: 'http://127.0.0.1:' + t.ports.refused });
      t.log(['errMsg', 'errno', 'reason', 'phase'].map((key) => typeof error[key]).join());
      t.log(error.phase + ' ' + error.statusCode + ' ' + error.header);
    },
    expect: ['string,number,string,string', 'connect undefined undefined'],
  },
  {
    name: 'failure: words after the colon do not disturb the beginning',
    lines: ['H-6'],
    async run(t) {
      const error = await t.failure({ url: 'http://127.0.0.1:' + t.ports.refused });
      t.log(String(/^request:fail connect(: .+)?$/.test(error.errMsg)));
    },
    expect: ['true'],
  },
  {
    name: 'failure: one request that fails does no harm to the next',
    lines: ['A-6', 'H-10'],
    async run(t) {
      for (const steps of [['reset'], ['raw garbage\\r\\n\\r\\n'], OK.concat('raw x', 'reset')]) {
        await t.request(t.script.apply(null, steps)).catch(() => {});
        t.log((await t.request(t.script('ok hello'))).data);
      }
    },
    expect: ['hello', 'hello', 'hello'],
  },
];

function trusting(t, port) {
  t.trustServer();
  return { url: 'https://localhost:' + port + '/hello' };
}
