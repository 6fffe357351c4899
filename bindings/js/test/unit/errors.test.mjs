import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ended, failure, messageOf, refused, RequestError } from '../../dist/esm/errors.js';

const header = readFileSync(new URL('../../../../include/reqtask.h', import.meta.url), 'utf8');
const statuses = new Map([...header.matchAll(/\bREQTASK_E_([A-Z_]+) = (-\d+),/g)].map((m) => [m[1], Number(m[2])]));

/** Row by row what the table of errors.ts says. */
const rows = [
  ['ABORTED', 'abort', 600004],
  ['TIMEOUT', 'timeout', 5],
  ['RESOLVE', 'dns', 600001],
  ['CONNECT', 'connect', 600001],
  ['PROXY', 'proxy', 600001],
  ['TLS', 'tls', 600001],
  ['CERTIFICATE', 'certificate', 600001],
  ['IO', 'interrupted', 600003],
  ['PROTOCOL', 'protocol', 600001],
  ['REDIRECT', 'redirect', 600008],
  ['TOO_LARGE', 'too large', 602300],
  ['DECODE', 'decode', 600001],
  ['INVALID_ARG', 'parameter error', 600005],
  ['UNSUPPORTED', 'parameter error', 600005],
  ['BUSY', 'busy', 600007],
  ['NOT_FOUND', 'system', 600006],
  ['STATE', 'system', 600006],
  ['REENTRANT', 'system', 600006],
  ['CLOSED', 'system', 600006],
  ['NO_MEMORY', 'system', 600006],
  ['PANIC', 'system', 600006],
];

test('H-6: every status of reqtask.h has its row', () => {
  assert.ok(statuses.size >= 21);
  assert.deepEqual([...statuses.keys()].sort(), rows.map(([name]) => name).sort());
});

for (const [name, reason, errno] of rows) {
  test(`H-6 H-7: ${name} ends as '${reason}', ${errno}`, () => {
    const error = ended(statuses.get(name), 6, 'What happened.');
    const plain = reason === 'abort' || reason === 'timeout';
    const errMsg = plain ? `request:fail ${reason}` : `request:fail ${reason}: What happened.`;
    assert.deepEqual({ ...error }, { errMsg, errno, reason, phase: 'headers' });
    assert.equal(error.message, errMsg);
  });
}

test('H-6: a status of a newer core is a failure of the system', () => {
  assert.equal(ended(-112, 0, '').errMsg, 'request:fail system');
  assert.equal(ended(-99, 0, 'New.').errno, 600006);
});

test('B-6 H-2: abort and timeout are exact, whatever the core says', () => {
  assert.equal(failure('abort', 'by the user').errMsg, 'request:fail abort');
  assert.equal(ended(-100, 7, 'The task was aborted.').errMsg, 'request:fail abort');
  assert.equal(ended(-100, 7, '').errno, 600004);
  assert.equal(ended(-101, 7, 'No byte came for 60000 ms.').errMsg, 'request:fail timeout');
  assert.equal(ended(-101, 7, '').errno, 5);
});

test('H-5 H-7: the phase is named by its number in reqtask.h', () => {
  const words = {
    NONE: undefined,
    QUEUE: 'queue',
    RESOLVE: 'resolve',
    CONNECT: 'connect',
    TLS: 'tls',
    SEND: 'send',
    HEADERS: 'headers',
    BODY: 'body',
  };
  const phases = [...header.matchAll(/\bREQTASK_PHASE_([A-Z]+) = (\d+),/g)];
  assert.equal(phases.length, Object.keys(words).length);
  for (const [, name, number] of phases) {
    const error = ended(-101, Number(number), '');
    assert.equal(error.phase, words[name], name);
    assert.equal('phase' in error, words[name] !== undefined, name);
  }
  assert.equal('phase' in ended(-101, 8, ''), false);
});

test('H-7: what is known is own and enumerable, what is not is absent', () => {
  const known = { statusCode: 200, header: { a: 'b' }, profile: { port: 1 } };
  const error = ended(-107, 7, 'The connection broke.', known);
  assert.ok(error instanceof Error && error instanceof RequestError);
  assert.equal(error.name, 'RequestError');
  assert.deepEqual(Object.keys(error), ['errMsg', 'errno', 'reason', 'phase', 'statusCode', 'header', 'profile']);
  assert.equal(error.header, known.header);
  const bare = ended(-107, 0, '', { statusCode: undefined, header: undefined, profile: undefined });
  assert.deepEqual(Object.keys(bare), ['errMsg', 'errno', 'reason']);
  assert.deepEqual(JSON.parse(JSON.stringify(bare)), {
    errMsg: 'request:fail interrupted',
    errno: 600003,
    reason: 'interrupted',
  });
});

test('A-5 H-7: what is known wins: an errno of its own, a phase of its own', () => {
  assert.equal(failure('parameter error', 'url is missing', { errno: 600009 }).errno, 600009);
  assert.equal(ended(-101, 6, '', { phase: 'body', errno: 7 }).phase, 'body');
  assert.equal(ended(-101, 6, '', { phase: 'body', errno: 7 }).errno, 7);
  assert.equal(failure('busy').errMsg, 'request:fail busy');
  assert.equal(Object.prototype.propertyIsEnumerable.call(RequestError.prototype, 'name'), false);
});

test('H-6: what start refuses is told by its step', () => {
  const thrown = (code, step) => refused(Object.assign(new Error('A sentence.'), { code, step }));
  const cases = [
    [-1, 'request', 'invalid url', 600009],
    [-1, 'body', 'invalid data', 600010],
    [-1, 'field', 'parameter error', 600005],
    [-1, 'option', 'parameter error', 600005],
    [-1, 'create', 'parameter error', 600005],
    [-4, 'option', 'parameter error', 600005],
    [-6, 'start', 'busy', 600007],
    [-7, 'create', 'system', 600006],
    [-8, 'body', 'system', 600006],
    [-9, 'start', 'system', 600006],
  ];
  for (const [code, step, reason, errno] of cases) {
    assert.deepEqual({ ...thrown(code, step) }, { errMsg: `request:fail ${reason}: A sentence.`, errno, reason }, step);
  }
});

test('A-6: whatever a host throws becomes a failure', () => {
  const own = failure('abort');
  assert.equal(refused(own), own);
  assert.equal(refused(new TypeError('napi')).errMsg, 'request:fail system: napi');
  assert.equal(refused('text').errMsg, 'request:fail system: text');
  assert.equal(refused(undefined).errMsg, 'request:fail system: undefined');
  assert.equal(refused(null).errno, 600006);
  const unreadable = {
    get message() {
      throw new Error('no');
    },
  };
  assert.equal(refused(unreadable).reason, 'system');
  assert.equal(messageOf(Object.create(null)), 'an error that cannot be read');
  assert.equal(messageOf(Symbol('s')), 'Symbol(s)');
});

test('H-6: what the core says of an option names it as in JavaScript', () => {
  const error = ended(-110, 7, 'the body exceeds REQTASK_OPT_BODY_MAX_BYTES (10 bytes)');
  assert.equal(error.errMsg, 'request:fail too large: the body exceeds maxBodyBytes (10 bytes)');
  const proxy = refused(Object.assign(new Error('REQTASK_OPT_PROXY: no host'), { code: -1, step: 'option' }));
  assert.equal(proxy.errMsg, 'request:fail parameter error: proxy: no host');
  assert.match(ended(-108, 6, 'REQTASK_OPT_DECODE is off').errMsg, /REQTASK_OPT_DECODE is off$/, 'no such option');
});
