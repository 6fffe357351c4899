import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientRefused, planClient } from '../../dist/esm/client-plan.js';

const native = (options) => planClient(options).native;

test('configure: nothing given is nothing said to the core', () => {
  const { native, defaults } = planClient({});
  assert.deepEqual(native, []);
  assert.deepEqual([defaults.fields, defaults.strict], [[], false]);
  assert.deepEqual(planClient({ maxConcurrent: undefined, header: undefined, strict: undefined }).native, []);
});

test('H-8: configure: every option has its number in the core', () => {
  const cases = [
    [{ maxConcurrent: 1 }, [1, 1]],
    [{ maxConcurrent: 1024 }, [1, 1024]],
    [{ maxPerHost: 2 }, [4, 2]],
    [{ maxPerHost: Infinity }, [4, 0]],
    [{ maxQueued: 5 }, [3, 5]],
    [{ maxQueued: Infinity }, [3, 0]],
    [{ timeout: 1000 }, [10, 1000]],
    [{ timeout: 0.5 }, [10, 1]],
    [{ timeout: Infinity }, [10, 0]],
    [{ userAgent: '' }, [1001, '']],
    [{ proxy: 'socks5://a:1' }, [1002, 'socks5://a:1']],
    [{ noProxy: '*' }, [1003, '*']],
    [{ envProxy: true }, [30, 1]],
    [{ cookies: false }, [29, 0]],
    [{ systemRoots: true }, [31, 1]],
    [{ rootsPem: 'p' }, [1004, 'p']],
    [{ rootsPem: ['p', 'q'] }, [1004, 'p', 1004, 'q']],
    [{ clientCertPem: 'p' }, [1006, 'p']],
    [{ pinnedKeys: 'sha256//x' }, [1007, 'sha256//x']],
    [{ httpsOnly: true }, [27, 1]],
    [{ ipFamily: 6 }, [28, 6]],
    [{ dnsOverride: ['a:1=::1', 'b:2=::1'] }, [1005, 'a:1=::1', 1005, 'b:2=::1']],
    [{ idleConnections: 0 }, [32, 0]],
    [{ cookies: true, maxConcurrent: 1 }, [29, 1, 1, 1]],
  ];
  for (const [options, want] of cases) assert.deepEqual(native(options), want, JSON.stringify(options));
});

test('configure: a value of the wrong kind is a TypeError that names the option', () => {
  const wrong = {
    maxConcurrent: [0, -1, 1025, 1.5, NaN, '8', null, Infinity],
    maxPerHost: [0, -1, 1.5, '1', null],
    maxQueued: [0, -1, NaN, {}, null],
    timeout: [0, -1, NaN, '1', null],
    userAgent: [1, null, []],
    proxy: [null, false, 1, {}],
    noProxy: [null, ['a']],
    envProxy: [1, 'true', null],
    cookies: [1, null],
    systemRoots: ['yes'],
    rootsPem: [1, [1], ['p', null], null, new Uint8Array(1)],
    clientCertPem: [1, ['p'], null],
    pinnedKeys: [1, ['p'], null],
    httpsOnly: [0],
    ipFamily: [5, '4', null],
    dnsOverride: [{}, [['a']]],
    idleConnections: [-1, 65537, '1'],
    strict: [1, null],
    warnings: ['no', null],
    header: ['a: b', 1, [], { 'a b': 'c' }, { a: 'b\n' }, { a: {} }],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      if (name === 'header' && value === null) continue;
      assert.throws(
        () => planClient({ [name]: value }),
        (error) =>
          error instanceof TypeError && error.message.startsWith('configure: ') && error.message.includes(name),
        `${name}: ${JSON.stringify(value)}`,
      );
    }
  }
});

test('configure: an unknown option is an error that names it', () => {
  for (const name of ['maxConcurent', 'timeouts', '__proto__', 'constructor', 'toString', 'url']) {
    const options = Object.defineProperty({}, name, { value: 1, enumerable: true });
    assert.throws(() => planClient(options), { name: 'TypeError', message: `configure: there is no option "${name}"` });
  }
  assert.throws(() => planClient({ maxConcurent: undefined }), TypeError, 'a typing mistake, whatever its value');
  for (const wrong of [null, undefined, 1, 'x', [], () => {}]) {
    assert.throws(() => planClient(wrong), { name: 'TypeError', message: 'configure: the options must be an object' });
  }
});

test('configure: the configured fields are a copy', () => {
  const header = { 'x-a': ['1', '2'] };
  const { defaults } = planClient({ header });
  header['x-a'].push('3');
  header['x-b'] = '4';
  assert.deepEqual(defaults.fields, ['x-a', '1', 'x-a', '2']);
});

test('configure: what only the core can judge is told with the name of the option', () => {
  const refused = (message, step = 'option') => clientRefused(Object.assign(new Error(message), { code: -1, step }));
  const error = refused('REQTASK_OPT_NO_PROXY: "x" is no host');
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, 'configure: noProxy: "x" is no host');
  assert.equal(refused('REQTASK_OPT_PROXY is bad').message, 'configure: proxy is bad');
  assert.equal(refused('REQTASK_OPT_ROOTS_PEM is bad').message, 'configure: rootsPem is bad');
  const other = Object.assign(new Error('no memory'), { code: -8, step: 'client' });
  assert.equal(clientRefused(other), other);
  for (const odd of [null, undefined, 'x']) assert.equal(clientRefused(odd), odd);
});
