// Request, and that Node's answers the same. After the WPT files fetch/api/request/*.
import { test } from 'node:test';
import { assert, defer, fetch, newTag, node, rejection, Request, server } from './setup.mjs';

const url = 'http://a.test/x';

/** The members that both show, or the kind of the error. */
function look(Class, ...given) {
  try {
    const request = new Class(...given);
    const { method, redirect, mode, credentials, cache, referrer, integrity, keepalive, bodyUsed } = request;
    const body = request.body !== null;
    const headers = [...request.headers].filter(
      ([name]) => name !== 'content-type' || !/boundary/.test(request.headers.get(name)),
    );
    return {
      url: request.url,
      method,
      redirect,
      mode,
      credentials,
      cache,
      referrer,
      integrity,
      keepalive,
      bodyUsed,
      body,
      headers,
    };
  } catch (error) {
    return error.constructor.name;
  }
}

function same(...given) {
  const ours = look(Request, ...given);
  assert.deepEqual(ours, look(node.Request, ...given), JSON.stringify(given));
  return ours;
}

test('of a URL, as text or as an object, in its normal form', () => {
  for (const input of [url, 'HTTP://A.test:80/b/../x?q#frag', new URL(url), 'https://ä.test/ö?ü', ` ${url}\n`])
    same(input);
  for (const input of ['/relative', '', 'a', '//a.test/', 'http:', 'http://', 'http://a b/', undefined, null, {}]) {
    assert.equal(same(input), 'TypeError', String(input));
  }
  for (const input of ['http://u:p@a.test/', 'http://u@a.test/']) assert.equal(same(input), 'TypeError');
  assert.ok(!String(rejected(() => new Request('http://user:secret@a.test/'))).includes('secret'));
});

test('methods: six are normalised, three are forbidden, others are as they are', () => {
  for (const method of ['get', 'Post', 'put', 'DELETE', 'head', 'oPtions', 'patch', 'PATCH', 'x-own', 'report']) {
    same(url, { method });
  }
  for (const method of ['connect', 'TRACE', 'Track', '', 'a b', 'ä', 'GET\n'])
    assert.equal(same(url, { method }), 'TypeError');
});

test('the words of options are checked', () => {
  const options = {
    redirect: ['follow', 'error', 'manual', 'never', '', null],
    mode: ['cors', 'no-cors', 'same-origin', 'navigate', 'x'],
    credentials: ['omit', 'same-origin', 'include', 'always'],
    cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'x'],
    referrerPolicy: ['', 'origin', 'x'],
    duplex: ['half', 'full', 'x'],
    window: [null, undefined, 1],
    keepalive: [true, false, 1],
    integrity: ['sha256-x'],
    signal: [null, undefined, {}, 1, 'x'],
  };
  for (const [name, values] of Object.entries(options)) for (const value of values) same(url, { [name]: value });
  for (const init of [1, 'x', true]) same(url, init);
  assert.equal(look(Request, url, { mode: 'navigate' }), 'TypeError');
});

test('bodies bring their content-type, unless the app has one', () => {
  const bodies = [
    'text',
    '',
    new URLSearchParams('a=b c'),
    new Uint8Array(3),
    new ArrayBuffer(2),
    new Blob(['x'], { type: 'A/B' }),
  ];
  for (const body of [...bodies, new Blob(['x']), new DataView(new ArrayBuffer(1)), 5, { a: 1 }, [1, 2], true]) {
    same(url, { method: 'POST', body });
    same(url, { method: 'POST', body, headers: { 'Content-Type': 'x/y' } });
  }
  for (const body of [null, undefined]) assert.equal(same(url, { method: 'POST', body }).body, false);
  for (const method of ['GET', 'HEAD', 'get']) assert.equal(same(url, { method, body: '' }), 'TypeError');
  const form = new node.FormData();
  form.append('a', 'b');
  const type = new Request(url, { method: 'POST', body: form }).headers.get('content-type');
  assert.match(type, /^multipart\/form-data; boundary=----reqtaskFormBoundary\w{24}$/);
});

test('a stream needs duplex, and must not be in use', () => {
  const stream = () => new ReadableStream({ start: (controller) => controller.close() });
  assert.equal(same(url, { method: 'POST', body: stream() }), 'TypeError');
  for (const Class of [Request, node.Request]) {
    assert.equal(look(Class, url, { method: 'POST', body: stream(), duplex: 'half' }).body, true);
    const locked = stream();
    locked.getReader();
    assert.equal(look(Class, url, { method: 'POST', body: locked, duplex: 'half' }), 'TypeError');
  }
});

test('bytes are copied: a change after the call changes nothing', async () => {
  const bytes = new Uint8Array([65, 66, 67]);
  const request = new Request(url, { method: 'POST', body: bytes.subarray(1) });
  bytes.fill(0);
  assert.equal(await request.text(), 'BC');
});

test('of a Request: what is not given is taken over, and its body is taken away', async () => {
  for (const Class of [Request, node.Request]) {
    const first = new Class(url, { method: 'PUT', body: 'one', headers: { a: '1' }, redirect: 'error' });
    const second = new Class(first);
    assert.deepEqual([second.method, second.redirect, second.headers.get('a')], ['PUT', 'error', '1']);
    assert.deepEqual([first.bodyUsed, second.bodyUsed], [true, false]);
    assert.equal(await second.text(), 'one');
    assert.throws(() => new Class(second), TypeError);
    assert.throws(() => new Class(new Class(url, { method: 'POST', body: 'x' }), { method: 'GET' }), TypeError);
    const third = new Class(new Class(url, { method: 'POST', body: 'old', headers: { a: '1' } }), {
      body: 'new',
      headers: {},
    });
    assert.equal(await third.text(), 'new');
    assert.equal(third.headers.get('a'), null);
  }
});

test("of Node's own Request, as libraries make them", async () => {
  const controller = new AbortController();
  const theirs = new node.Request(url, {
    method: 'PATCH',
    body: 'x',
    headers: { a: '1' },
    signal: controller.signal,
    redirect: 'manual',
  });
  const ours = new Request(theirs);
  assert.deepEqual([ours.url, ours.method, ours.redirect], [url, 'PATCH', 'manual']);
  assert.deepEqual([...ours.headers], [...theirs.headers]);
  controller.abort();
  assert.equal(ours.signal.aborted, true);
  assert.equal(await ours.text(), 'x');
  assert.equal(theirs.bodyUsed, true);
  assert.throws(() => new Request(theirs), TypeError);
  const answer = await fetch(
    new node.Request(`${server.http}/echo`, { method: 'POST', body: new Uint8Array([65, 66]) }),
  );
  assert.match(await answer.text(), /^POST [^]*\r\n\r\nAB$/);
});

test('clone: both can be read; not once it has been read', async () => {
  for (const body of ['text', new Uint8Array([116, 101, 120, 116]), new Blob(['text'])]) {
    const request = new Request(url, { method: 'POST', body, headers: { a: '1' } });
    const copy = request.clone();
    assert.ok(copy instanceof Request && copy.headers !== request.headers);
    copy.headers.set('a', '2');
    assert.equal(request.headers.get('a'), '1');
    assert.deepEqual([await request.text(), await copy.text()], ['text', 'text']);
    assert.throws(() => request.clone(), TypeError);
  }
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array([97]));
      controller.close();
    },
  });
  const streamed = new Request(url, { method: 'POST', body: stream, duplex: 'half' });
  const copy = streamed.clone();
  assert.deepEqual([await streamed.text(), await copy.text()], ['a', 'a']);
});

test('the body is read once, in any of the ways', async () => {
  const make = () => new Request(url, { method: 'POST', body: '{"a":"ü"}', headers: { 'content-type': 'x/y' } });
  assert.equal(await make().text(), '{"a":"ü"}');
  assert.deepEqual(await make().json(), { a: 'ü' });
  assert.equal((await make().arrayBuffer()).byteLength, 10);
  assert.ok((await make().bytes()) instanceof Uint8Array);
  const blob = await make().blob();
  assert.deepEqual([blob.size, blob.type], [10, 'x/y']);
  for (const method of ['text', 'json', 'arrayBuffer', 'bytes', 'blob', 'formData']) {
    const request = make();
    await request.text();
    assert.ok((await rejection(request[method]())) instanceof TypeError, method);
  }
  assert.equal(await new Request(url).text(), '');
  assert.ok((await rejection(new Request(url, { method: 'POST', body: '{' }).json())) instanceof SyntaxError);
});

test('a signal is always there, and is the one that was given', () => {
  const controller = new AbortController();
  assert.equal(new Request(url, { signal: controller.signal }).signal, controller.signal);
  const without = new Request(url);
  assert.ok(without.signal instanceof AbortSignal);
  assert.equal(without.signal, without.signal);
  assert.equal(new Request(new Request(url, { signal: controller.signal }), { signal: null }).signal.aborted, false);
});

test('an upload stream is collected, then sent; what it throws is what fetch rejects with', async () => {
  const tag = newTag();
  const gate = defer();
  const stream = new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array([65]));
      await gate.promise;
      controller.enqueue(new Uint8Array([66]));
      controller.close();
    },
  });
  const answer = fetch(`${server.http}/echo`, {
    method: 'POST',
    body: stream,
    duplex: 'half',
    headers: { 'x-tag': tag },
  });
  gate.resolve();
  assert.match(await (await answer).text(), /content-length: 2\r\n[^]*\r\n\r\nAB$/);
  const mine = new Error('mine');
  const broken = new ReadableStream({ start: (controller) => controller.error(mine) });
  assert.equal(await rejection(fetch(url, { method: 'POST', body: broken, duplex: 'half' })), mine);
  const texts = new ReadableStream({
    start(controller) {
      controller.enqueue('text');
      controller.close();
    },
  });
  assert.ok((await rejection(fetch(url, { method: 'POST', body: texts, duplex: 'half' }))) instanceof TypeError);
});

test('no sentence about a URL shows a secret', async () => {
  const urls = [
    'http://joe:hush@h:x/?hush#hush',
    'http://joe:hush/hush@h/',
    'http://joe:hush?hush@h/',
    'http://joe:hush@[::1/?hush',
    '//joe:hush@h/',
    'http://h:x/?a=b@c&d=hush',
    '/path?hush',
    '//h/?a=hush',
  ];
  for (const bad of urls) {
    for (const error of [rejected(() => new Request(bad)), await rejection(fetch(bad))]) {
      assert.ok(error instanceof TypeError, bad);
      assert.doesNotMatch(`${error.message} ${error.cause?.message ?? ''}`, /hush/, bad);
    }
  }
  for (const bad of ['http://joe:hush@h/', 'joe:hush@h', 'ftp://joe:hush@h/?hush']) {
    const error = await rejection(fetch(bad));
    assert.doesNotMatch(`${error.message} ${error.cause?.message ?? ''} ${error.cause?.errMsg ?? ''}`, /hush/, bad);
  }
});

function rejected(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('did not throw');
}
