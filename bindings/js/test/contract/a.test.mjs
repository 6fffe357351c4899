// Lines A of the contract: the task, its life, and its promise.
import { test } from 'node:test';
import {
  assert,
  CHUNKED,
  defer,
  headersOf,
  inChild,
  join,
  newRequester,
  newTag,
  pattern,
  record,
  rejection,
  request,
  server,
  turn,
} from './setup.mjs';

const METHODS = ['abort', 'onHeadersReceived', 'offHeadersReceived', 'onChunkReceived', 'offChunkReceived'];
const OURS = ['pause', 'resume'];
const ALL = ['then', 'catch', 'finally', ...METHODS, ...OURS];

test('A-1 A-2: request returns at once a promise with its methods as own enumerable functions', async () => {
  const tag = newTag();
  const task = request(`${server.http}/hello?${tag}`);
  assert.ok(task instanceof Promise);
  assert.deepEqual(
    Object.keys(task).filter((key) => typeof task[key] === 'function'),
    ALL,
  );
  assert.equal(typeof task[Symbol.asyncIterator], 'function');
  await task;
});

test('A-2: the methods need no this', async () => {
  const tag = newTag();
  const { then, abort, onHeadersReceived, offHeadersReceived, onChunkReceived, offChunkReceived, pause, resume } =
    request({
      url: server.script([...CHUNKED, 'stall'], tag),
      enableChunked: true,
    });
  assert.equal(typeof onHeadersReceived(() => {}), 'number');
  assert.equal(typeof onChunkReceived(() => {}), 'number');
  offHeadersReceived();
  offChunkReceived();
  pause();
  resume();
  const ended = new Promise((resolve) => then(resolve, resolve));
  abort();
  assert.equal((await ended).errMsg, 'request:fail abort');
});

test('A-3: a string is the url', async () => {
  assert.equal((await request(`${server.http}/hello`)).data, 'Hello, world!\n');
});

test('A-4: options, header and data are not changed, and are read in the call', async () => {
  const freeze = (value) => {
    if (typeof value === 'object' && value) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const options = () => ({
    url: `${server.http}/echo`,
    method: 'post',
    header: { 'x-one': 'before' },
    data: { word: 'before' },
    dataType: 'text',
  });
  const frozen = freeze(options());
  const { data } = await request(frozen);
  assert.deepEqual(frozen, options());
  assert.match(data, /x-one: before/);

  const changing = options();
  const task = request(changing);
  changing.header['x-one'] = 'after';
  changing.data.word = 'after';
  changing.url = 'http://nowhere.invalid/';
  const answer = (await task).data;
  assert.match(answer, /x-one: before/);
  assert.match(answer, /\{"word":"before"\}/);
});

test('A-5 A-8: bad options fail asynchronously, with fail, complete and a rejection, and send nothing', async () => {
  const cases = [
    [{}, 600009],
    [{ url: 7 }, 600009],
    [{ url: null }, 600009],
    [{ url: server.http + '/bad-options', header: 5 }, 600005],
    [{ url: server.http + '/bad-options', method: 'FETCH' }, 600005],
    [{ url: server.http + '/bad-options', signal: 'stop' }, 600005],
    [{ url: server.http + '/bad-options', header: { 'a\nb': 'c' } }, 600005],
  ];
  for (const [options, errno] of cases) {
    const run = record(options);
    assert.deepEqual(run.names, [], 'nothing is called inside request()');
    await run.settled;
    assert.deepEqual(run.names, ['fail', 'complete', 'rejected']);
    assert.match(run.get('fail').errMsg, /^request:fail parameter error/);
    assert.equal(run.get('fail').errno, errno);
    assert.equal(run.get('complete'), run.get('fail'));
    assert.equal(run.get('rejected'), run.get('fail'));
  }
  for (const options of [undefined, null, 7, true, [], () => {}]) {
    const error = await rejection(request(options));
    assert.match(error.errMsg, /^request:fail parameter error/);
    assert.equal(error.errno, 600005);
  }
  assert.deepEqual(await server.log({ path: '/bad-options' }), []);
});

test('A-5: options whose getters throw fail with fail, complete and a rejection', async () => {
  const run = defer();
  const names = [];
  const options = {
    url: server.http + '/bad-options',
    fail: () => names.push('fail'),
    complete: run.resolve,
    get data() {
      throw new Error('no data today');
    },
  };
  const error = await rejection(request(options));
  assert.equal(await run.promise, error);
  assert.deepEqual(names, ['fail']);
  assert.match(error.errMsg, /^request:fail parameter error.*data.*no data today/);
  const blind = new Proxy({}, { get: () => assert.fail('unreadable') });
  assert.match((await rejection(request(blind))).errMsg, /^request:fail parameter error.*unreadable/);
});

test('A-6 A-7: success or fail once, then complete once with the same object, then the promise', async () => {
  const { ports } = server;
  const succeeds = ['headers', 'success', 'complete', 'resolved'];
  const fails = ['fail', 'complete', 'rejected'];
  const cut = ['status 200 OK', 'length 9', 'head-end', 'body abc', 'close'];
  const cases = [
    [`${server.http}/hello`, succeeds],
    [`${server.http}/status/500`, succeeds],
    [server.script(cut), ['headers', ...fails]],
    [
      { url: server.script([...CHUNKED, 'body a', 'end']), enableChunked: true },
      ['headers', 'chunk', ...succeeds.slice(1)],
    ],
    [{ url: server.script(cut), enableChunked: true }, ['headers', 'chunk', ...fails]],
    [`http://127.0.0.1:${ports.refused}/`, fails],
    [{ url: server.script(['stall']), timeout: 20 }, fails],
    ['http://name.invalid:99999/', fails],
    ['ftp://127.0.0.1/', fails],
  ];
  const runs = cases.map(([options]) => record(options));
  for (const [i, run] of runs.entries()) {
    await run.settled;
    assert.deepEqual(run.names, cases[i][1], JSON.stringify(cases[i][0]));
    const first = run.get('success') ?? run.get('fail');
    assert.equal(run.get('complete'), first);
    assert.equal(run.get('resolved') ?? run.get('rejected'), first);
  }
});

test('A-8: no callback runs inside request(), and an abort inside the call comes too early for none', async () => {
  let inside = true;
  const early = [];
  const callback = () => inside && early.push('callback');
  const task = request({
    url: '::',
    success: callback,
    fail: callback,
    complete: callback,
    signal: AbortSignal.abort(),
  });
  inside = false;
  await rejection(task);
  assert.deepEqual(early, []);
});

test('A-9: nothing is told after complete, whatever is called then', async () => {
  const run = record({ url: server.script([...CHUNKED, 'body abc', 'end']), enableChunked: true });
  await run.settled;
  const { names, task } = run;
  const late = [];
  task.onHeadersReceived(() => late.push('headers'));
  task.onChunkReceived(() => late.push('chunk'));
  task.pause();
  task.resume();
  task.abort();
  await request(`${server.http}/hello`);
  assert.deepEqual(late, []);
  assert.deepEqual(run.names, names);
});

test('A-10: parallel chunked requests see their own bytes only', async () => {
  const sizes = Array.from({ length: 20 }, (_, i) => 10000 + i * 1777);
  const bodies = await Promise.all(
    sizes.map(async (size) => {
      const parts = [];
      const task = request({ url: `${server.http}/chunked/${size}?size=${1 + (size % 1000)}`, enableChunked: true });
      task.onChunkReceived(({ data }) => parts.push(data));
      await task;
      return join(parts);
    }),
  );
  for (const [i, body] of bodies.entries()) assert.deepEqual(body, pattern(sizes[i]));
});

test('A-11: a task that nobody awaits raises no unhandled rejection', async () => {
  const { code, errors } = await inChild(`
    const names = [];
    const failed = (name) => new Promise((resolve) => request({ url: 5, fail: () => names.push(name), complete: resolve }));
    await failed('refused');
    await new Promise((complete) => request({ url: base + '/hello', complete }).abort());
    request('http://127.0.0.1:1/');
    await request({ url: 'http://127.0.0.1:1/' }).catch(() => {});
    process.on('exit', () => names.length === 1 || (process.exitCode = 3));`);
  assert.equal(errors, '');
  assert.equal(code, 0);
});

test('A-11: chains without a catch do raise one, each of them', async () => {
  const { out } = await inChild(`
    let count = 0;
    process.on('unhandledRejection', (error) => { count++; if (error.errMsg.startsWith('request:fail parameter')) console.log(error.reason); });
    request({ url: 5 }).then(() => {});
    request({ url: 5 }).finally(() => {});
    request({ url: 5 }).then((value) => value).then((value) => value);
    (async () => { await request({ url: 5 }); })();
    (async () => request({ url: 5 }))();
    Promise.all([request({ url: 5 })]);
    Promise.race([request({ url: 5 })]);
    process.on('exit', () => console.log('count', count));`);
  assert.equal(out, 'parameter error\n'.repeat(7) + 'count 7\n');
});

test('A-11: chains with a catch raise none', async () => {
  const { code, errors } = await inChild(`
    const quiet = () => {};
    request({ url: 5 }).then(quiet).catch(quiet);
    request({ url: 5 }).finally(quiet).catch(quiet);
    request({ url: 5 }).then((value) => value).then((value) => value, quiet);
    (async () => { try { await request({ url: 5 }); } catch {} })();
    (async () => request({ url: 5 }))().catch(quiet);
    Promise.all([request({ url: 5 })]).catch(quiet);
    Promise.allSettled([request({ url: 5 }).then(quiet)]);`);
  assert.equal(errors, '');
  assert.equal(code, 0);
});

test('A-12: the methods survive then, catch and finally, and act on the same request', async () => {
  const chains = [
    (task) => task.then((value) => value),
    (task) => task.catch((error) => Promise.reject(error)),
    (task) => task.finally(() => {}),
    (task) =>
      task
        .then((value) => value)
        .finally(() => {})
        .catch((error) => Promise.reject(error)),
  ];
  for (const chain of chains) {
    const run = record(server.script(['stall']));
    const derived = chain(run.task);
    assert.deepEqual(
      ALL.filter((name) => Object.keys(derived).includes(name) && typeof derived[name] === 'function'),
      ALL,
    );
    assert.equal(derived.abort(), run.task);
    assert.equal((await rejection(derived)).errMsg, 'request:fail abort');
  }
});

test('A-11 A-12: a chain that copies the methods, as interceptor chains do, leaves no promise unhandled', async () => {
  const { code, out, errors } = await inChild(`
    function copy(p) {
      const q = p.catch((error) => Promise.reject(error));
      for (const key of Object.keys(p)) if (typeof p[key] === 'function') q[key] = p[key];
      return q;
    }
    const q = copy(copy(copy(request({ url: 5 }))));
    try { await q } catch (error) { console.log(error.reason); }
    const r = copy(copy(request({ url: 5 })).then((value) => value));
    r.then(() => {}, (error) => console.log(error.reason));`);
  assert.equal(errors, '');
  assert.equal(out, 'parameter error\n'.repeat(2));
  assert.equal(code, 0);
});

test('A-12: then, catch and finally work as those of any promise', async () => {
  const answered = () => request(`${server.http}/hello`);
  const refused = () => request({ url: 5 });
  assert.equal(await answered().then(() => 7), 7);
  assert.equal(await answered().then((value) => value.statusCode), 200);
  assert.equal((await answered().then(undefined, undefined)).statusCode, 200);
  assert.equal(await refused().then(undefined, (error) => error.errno), 600009);
  assert.equal(await refused().catch(() => 'caught'), 'caught');
  assert.equal((await answered().finally(() => 'ignored')).statusCode, 200);
  assert.equal((await answered().finally()).statusCode, 200);
  assert.equal((await rejection(refused().finally(() => 'ignored'))).errno, 600009);
  assert.equal(await rejection(answered().finally(() => Promise.reject('thrown'))), 'thrown');
  assert.equal(await rejection(answered().then(() => Promise.reject('thrown'))), 'thrown');
  assert.equal((await Promise.race([answered(), new Promise(() => {})])).statusCode, 200);
  assert.equal((await Promise.allSettled([refused()]))[0].status, 'rejected');
});

test('A-13: the promise rejects although fail and complete are given', async () => {
  const { promise, resolve } = defer();
  const error = await rejection(
    request({ url: `http://127.0.0.1:${server.ports.refused}/`, fail: resolve, complete() {} }),
  );
  assert.equal(await promise, error);
});

test('A-14: calls on a finished task are harmless, also while another one runs', async () => {
  const first = request(`${server.http}/hello`);
  await first;
  const tag = newTag();
  const second = request(server.script(['gate ' + tag, 'ok done'], tag));
  await server.wait({ event: 'gate', path: `/script/${tag}` });
  first.abort();
  first.pause();
  await server.control(`/_open/${tag}`);
  assert.equal((await second).data, 'done');
});

test('A-6: configure() does not disturb what runs; later requests have the new settings', async () => {
  const { request: send, configure } = newRequester();
  const tag = newTag();
  const old = send(server.script(['gate ' + tag, 'ok old'], tag));
  await server.wait({ event: 'gate', path: `/script/${tag}` });
  const inSameTick = send(`${server.http}/echo`);
  configure({ userAgent: 'second/2', header: { 'x-default': 'yes' } });
  assert.doesNotMatch((await inSameTick).data, /second\/2|x-default/);
  const echo = (await send(`${server.http}/echo`)).data;
  assert.match(echo, /user-agent: second\/2/);
  assert.match(echo, /x-default: yes/);
  await server.control(`/_open/${tag}`);
  assert.equal((await old).data, 'old');
});

test('configure keeps what a call does not name, and undefined brings the default back', async () => {
  const { request: send, configure } = newRequester({ userAgent: 'kept/1' });
  const echo = async () => (await send(`${server.http}/echo`)).data;
  configure({ header: { 'x-default': 'yes' } });
  const kept = await echo();
  assert.match(kept, /user-agent: kept\/1/);
  assert.match(kept, /x-default: yes/);
  configure({ userAgent: undefined });
  const reset = await echo();
  assert.match(reset, /user-agent: reqtask\//);
  assert.match(reset, /x-default: yes/);
});

test('A-4: configure keeps nothing of its options that could change after the call', async () => {
  const { request: send, configure } = newRequester();
  const header = { 'x-default': 'first' };
  let reads = 0;
  configure({
    header,
    get userAgent() {
      return `read/${++reads}`;
    },
  });
  header['x-default'] = 'second';
  header['no name'] = '';
  configure({ maxQueued: 5 });
  const echo = (await send(`${server.http}/echo`)).data;
  assert.match(echo, /x-default: first/);
  assert.match(echo, /user-agent: read\/1/);
});

test('configure refuses what it does not know or the core cannot read, and then nothing has changed', async () => {
  const { request: send, configure } = newRequester({ userAgent: 'first/1' });
  for (const [options, named] of [
    [{ maxConcurrent: -1 }, /maxConcurrent/],
    [{ nonsense: 1 }, /nonsense/],
    [{ userAgent: 'x/1', rootsPem: 'no certificate' }, /rootsPem/],
    [{ proxy: 'gopher://proxy' }, /proxy/],
    [{ clientCertPem: 'no certificate' }, /clientCertPem/],
    [{ pinnedKeys: 'sha256//AAAA' }, /pinnedKeys: pin 1 has 3 bytes/],
    [Object.defineProperty({}, 'timeout', { enumerable: true, get: () => assert.fail('no') }), /timeout/],
    [null, /object/],
  ]) {
    assert.throws(
      () => configure(options),
      (error) => error instanceof TypeError && named.test(error.message),
    );
  }
  assert.match((await send(`${server.http}/echo`)).data, /user-agent: first\/1/);
});

test('configure: pinned keys hold for every request, and are told by the refusal', async () => {
  const nobody = 'sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
  const { request: send, configure } = newRequester({ rootsPem: server.caPem, pinnedKeys: nobody });
  const refused = await send(`${server.https}/hello`).catch((error) => error);
  assert.equal(refused.reason, 'certificate');
  const [pin] = /sha256\/\/[^ ]+=/.exec(refused.errMsg);
  configure({ pinnedKeys: `${nobody};${pin}` });
  assert.equal((await send(`${server.https}/hello`)).statusCode, 200);
});

test('A-1: the headers listener that is added in the tick of the call misses nothing', async () => {
  const task = request(`${server.http}/hello`);
  const [event] = await Promise.all([headersOf(task), turn()]);
  assert.equal(event.statusCode, 200);
});
