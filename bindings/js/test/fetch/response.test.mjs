// Response as apps make it, and that Node's answers the same. After the WPT files fetch/api/response/*.
import { test } from 'node:test';
import { assert, createFetch, FormData, node, rejection, requester, Response } from './setup.mjs';

function look(Class, make) {
  try {
    const response = make(Class);
    const { status, statusText, ok, type, url, redirected, bodyUsed } = response;
    return {
      status,
      statusText,
      ok,
      type,
      url,
      redirected,
      bodyUsed,
      body: response.body !== null,
      headers: [...response.headers],
    };
  } catch (error) {
    return error.constructor.name;
  }
}

function same(make) {
  const ours = look(Response, make);
  assert.deepEqual(ours, look(node.Response, make), String(make));
  return ours;
}

test('status, words, headers and body', () => {
  same((Class) => new Class());
  for (const status of [200, 201, 204, 205, 304, 404, 500, 599, 199, 600, 0, -1, 'x', 1000, '201', 200.9, null]) {
    same((Class) => new Class(null, { status }));
  }
  for (const status of [204, 205, 304])
    assert.equal(
      same((Class) => new Class('x', { status })),
      'TypeError',
    );
  for (const statusText of ['', 'Fine', 'a\tb', '\xe9', 'a\nb', 'a\0', '你'])
    same((Class) => new Class('', { statusText }));
  for (const headers of [{ a: '1' }, [['a', '1']], { 'a b': '1' }, null]) same((Class) => new Class('', { headers }));
  for (const init of [1, 'x', null]) same((Class) => new Class('', init));
  for (const body of ['x', new URLSearchParams('a=b'), new Uint8Array(1), new Blob(['x'], { type: 'a/b' }), 1, {}]) {
    same((Class) => new Class(body));
    same((Class) => new Class(body, { headers: { 'content-type': 'own/type' } }));
  }
});

test('error, redirect, json', async () => {
  same((Class) => Class.error());
  for (const status of [undefined, 301, 302, 303, 307, 308, 200, 304, 400]) {
    same((Class) => Class.redirect('http://a.test/b?c#d', status));
  }
  for (const url of ['http://', 'http://a b/', ''])
    assert.equal(
      same((Class) => Class.redirect(url)),
      'TypeError',
    );
  for (const data of [{ a: 1 }, [1], 'x', null, 5]) same((Class) => Class.json(data));
  same((Class) => Class.json({}, { status: 201, statusText: 'Made', headers: { 'content-type': 'a/b' } }));
  assert.equal(
    same((Class) => Class.json(undefined)),
    'TypeError',
  );
  assert.equal(
    same((Class) => Class.json({}, { status: 204 })),
    'TypeError',
  );
  assert.deepEqual(await Response.json({ a: [1] }).json(), { a: [1] });
});

test('the body is a stream of Uint8Arrays; reading it is what uses it', async () => {
  for (const Class of [Response, node.Response]) {
    const response = new Class('text');
    const { body } = response;
    assert.ok(body instanceof ReadableStream);
    assert.equal(response.body, body);
    assert.equal(response.bodyUsed, false);
    const reader = body.getReader();
    assert.ok((await rejection(response.text())) instanceof TypeError, 'locked');
    assert.equal(response.bodyUsed, false);
    const { value, done } = await reader.read();
    assert.deepEqual([Buffer.from(value).toString(), done, response.bodyUsed], ['text', false, true]);
    assert.equal((await reader.read()).done, true);
    reader.releaseLock();
    assert.ok((await rejection(response.text())) instanceof TypeError, 'used');
    assert.throws(() => response.clone(), TypeError);
  }
});

test('a body that a method has read is a stream in use', async () => {
  for (const Class of [Response, node.Response]) {
    const response = new Class('x');
    await response.text();
    assert.deepEqual([response.bodyUsed, response.body.locked], [true, true]);
  }
});

test('cancelling uses it, too', async () => {
  for (const Class of [Response, node.Response]) {
    const response = new Class('x');
    await response.body.cancel();
    assert.equal(response.bodyUsed, true);
    assert.ok((await rejection(response.text())) instanceof TypeError);
  }
});

test('a stream of the app is the body itself', async () => {
  const stream = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array([0xe4, 0xbd]));
        controller.enqueue(new Uint8Array([0xa0]));
        controller.close();
      },
    });
  const body = stream();
  assert.equal(new Response(body).body, body);
  assert.equal(await new Response(stream()).text(), '你');
  const response = new Response(stream());
  const copy = response.clone();
  assert.deepEqual([await copy.text(), await response.text()], ['你', '你']);
  const locked = stream();
  locked.getReader();
  assert.throws(() => new Response(locked), TypeError);
});

test('a buffer of the reader (BYOB) is filled', async () => {
  const reader = new Response('hello').body.getReader({ mode: 'byob' });
  const { value } = await reader.read(new Uint8Array(3));
  assert.equal(Buffer.from(value).toString(), 'hel');
  assert.equal(Buffer.from((await reader.read(new Uint8Array(9))).value).toString(), 'lo');
  assert.equal((await reader.read(new Uint8Array(9))).done, true);
});

test('clone: both halves can be read, in any order and by any way', async () => {
  const response = new Response('text', { status: 201, statusText: 'Made', headers: { a: '1' } });
  const copy = response.clone();
  assert.ok(copy instanceof Response);
  assert.deepEqual([copy.status, copy.statusText, copy.headers.get('a')], [201, 'Made', '1']);
  copy.headers.set('a', '2');
  assert.equal(response.headers.get('a'), '1');
  const again = copy.clone();
  const reader = again.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value).toString(), 'text');
  assert.deepEqual([await copy.text(), await response.text()], ['text', 'text']);
  assert.equal(new Response(null).clone().body, null);
});

test('text drops a BOM and replaces what is no UTF-8; json parses the same', async () => {
  for (const Class of [Response, node.Response]) {
    assert.equal(await new Class(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff])).text(), 'a\ufffd');
    assert.deepEqual(await new Class(new Uint8Array([0xef, 0xbb, 0xbf, 0x5b, 0x5d])).json(), []);
    assert.ok((await rejection(new Class('').json())) instanceof SyntaxError);
    assert.equal(await new Class('\ud800').text(), '\ufffd');
  }
});

test('formData of forms of both kinds; of anything else a TypeError', async () => {
  const form = new FormData();
  form.append('a', '1');
  form.append('file', new Blob(['x\r\ny'], { type: 'a/b' }), 'n.txt');
  const back = await new Response(form).formData();
  assert.equal(back.get('a'), '1');
  const file = back.get('file');
  assert.ok(file instanceof File);
  assert.deepEqual([file.name, file.type, await file.text()], ['n.txt', 'a/b', 'x\r\ny']);
  const pairs = await new Response(new URLSearchParams('a=1&b=%E4%BD%A0+x&a=2&=e&f')).formData();
  assert.deepEqual(
    [...pairs],
    [
      ['a', '1'],
      ['b', '你 x'],
      ['a', '2'],
      ['', 'e'],
      ['f', ''],
    ],
  );
  const wrong = [
    ['x', 'text/plain'],
    ['x', 'multipart/form-data'],
    ['x', 'multipart/form-data; boundary=b'],
    ['--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', 'multipart/form-data; boundary=b'],
    ['--b\r\n\r\nx\r\n--b--', 'multipart/form-data; boundary=b'],
  ];
  for (const [body, type] of wrong) {
    const response = new Response(body, { headers: { 'content-type': type } });
    assert.ok((await rejection(response.formData())) instanceof TypeError, body);
  }
});

test('without ReadableStream `body` says so, and all else works; null stays null', async () => {
  const saved = globalThis.ReadableStream;
  delete globalThis.ReadableStream;
  try {
    const bare = createFetch(requester);
    const response = new bare.Response('text');
    assert.throws(() => response.body, /no ReadableStream.*text\(\)/);
    assert.equal(new bare.Response().body, null);
    assert.equal(await response.clone().text(), 'text');
    assert.equal(await response.text(), 'text');
  } finally {
    globalThis.ReadableStream = saved;
  }
});

test('an object of the class and of nothing else; members do not enumerate', () => {
  assert.deepEqual(Object.keys(new Response('x')), []);
  assert.equal(Object.prototype.toString.call(new Response()), '[object Response]');
  assert.equal(Response.name, 'Response');
});
