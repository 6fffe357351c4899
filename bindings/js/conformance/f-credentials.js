/**
 * F-15: credentials on redirects, and redirects that leave TLS.
 */
import { answered, failed } from './words.js';

const SECRETS = {
  authorization: 'Basic c2VjcmV0',
  Cookie: 'sid=1',
  'proxy-authorization': 'Basic eA==',
  'x-kept': 'yes',
};

/** Follows a redirect with credentials, and logs which of them arrive. */
function redirected(name, to, expected) {
  return {
    name: 'credentials on a redirect to ' + name,
    lines: ['F-15'],
    async run(t) {
      t.trustServer();
      const place = await to(t);
      const url = place.from + '/redirect-to?url=' + encodeURIComponent(place.to + '/echo/' + t.tag);
      const answer = await t.request({
        url,
        header: SECRETS,
        dataType: 'text',
        allowDowngrade: place.downgrade === true,
      });
      ['authorization', 'cookie', 'x-kept'].forEach((field) => {
        t.log(field + (new RegExp('^' + field + ':', 'im').test(answer.data) ? ' arrives' : ' is dropped'));
      });
      t.log('proxy-authorization ' + (/^proxy-authorization:/im.test(answer.data) ? 'arrives' : 'is dropped'));
    },
    expect: expected,
  };
}

const DROPPED = ['authorization is dropped', 'cookie is dropped', 'x-kept arrives', 'proxy-authorization is dropped'];
// No server is shown proxy-authorization, the first one included: it is for a proxy.
const KEPT = ['authorization arrives', 'cookie arrives', 'x-kept arrives'];

export const cases = [
  redirected('the same origin', (t) => ({ from: t.http, to: '' }), KEPT.concat('proxy-authorization is dropped')),
  redirected('another host', (t) => ({ from: t.http, to: 'http://localhost:' + t.ports.http }), DROPPED),
  redirected(
    'another port',
    async (t) => ({ from: t.http, to: 'http://127.0.0.1:' + (await t.listen('http')) }),
    DROPPED,
  ),
  redirected('another scheme', (t) => ({ from: t.http, to: t.https }), DROPPED),
  redirected('http, where that is allowed', (t) => ({ from: t.https, to: t.http, downgrade: true }), DROPPED),
  {
    name: 'https is not followed to http',
    lines: ['F-15', 'H-6'],
    async run(t) {
      t.trustServer();
      const url = t.https + '/redirect-to?url=' + encodeURIComponent(t.script('ok hello'));
      await t.run({ url });
      await t.nothingSent();
    },
    expect: failed('request:fail redirect 600008 redirect').concat('nothing sent'),
  },
  {
    name: 'https is followed to http with allowDowngrade',
    lines: ['F-15'],
    async run(t) {
      t.trustServer();
      await t.run({
        url: t.https + '/redirect-to?url=' + encodeURIComponent(t.script('ok hello')),
        allowDowngrade: true,
      });
    },
    expect: answered(200, '"hello"'),
  },
];
