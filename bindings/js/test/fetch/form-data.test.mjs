// FormData, and what is sent of one: parsed back by undici's parser, which has no line in common with ours.
import { test } from 'node:test';
import {
  assert,
  createFetch,
  fetch,
  FormData,
  node,
  rejection,
  Request,
  requester,
  Response,
  server,
} from './setup.mjs';

/** What a real parser makes of what we send. */
async function parsed(form, platform) {
  const { Request: Own } = platform ? createFetch(requester, platform) : { Request };
  const request = new Own('http://a.test/', { method: 'POST', body: form });
  const body = await request.arrayBuffer();
  const response = new node.Response(body, { headers: request.headers });
  const back = await response.formData();
  return Promise.all(
    [...back].map(async ([name, value]) =>
      typeof value === 'string'
        ? [name, value]
        : [name, value.name, value.type, Buffer.from(await value.arrayBuffer()).toString('latin1')],
    ),
  );
}

function same(use) {
  const run = (Class) => {
    try {
      return { value: use(Class) };
    } catch (error) {
      return { error: error.constructor.name };
    }
  };
  assert.deepEqual(run(FormData), run(node.FormData), String(use));
}

test('append, set, delete, get, getAll, has, iteration: as Node’s', () => {
  same((Class) => {
    const form = new Class();
    form.append('b', '1');
    form.append('a', 2);
    form.append('b', null);
    form.append('你', undefined);
    const before = [...form];
    form.set('b', 'x');
    form.set('new', 'y');
    form.delete('a');
    form.delete('none');
    const seen = [];
    form.forEach((value, name, all) => seen.push([value, name, all === form]));
    return [
      before,
      [...form.keys()],
      [...form.values()],
      [...form.entries()],
      form.get('b'),
      form.get('x'),
      form.getAll('b'),
      form.has('new'),
      seen,
    ];
  });
  same((Class) => new Class({}));
  same((Class) => new Class().append('a', 'text', 'name'));
});

test('a Blob is given out as a File of its name, as Node’s', async () => {
  const file = new File(['x'], 'own.txt', { type: 'text/x', lastModified: 5 });
  const seen = [];
  for (const Class of [FormData, node.FormData]) {
    const form = new Class();
    form.append('blob', new Blob(['bytes'], { type: 'text/y' }));
    form.append('named', new Blob(['bytes']), 'new.txt');
    form.append('file', file);
    form.append('renamed', file, 'other.txt');
    assert.equal(form.get('file'), file);
    assert.equal(form.get('named'), form.get('named'));
    const all = [...form].map(([name, value]) => [name, value instanceof File, value.name, value.type]);
    assert.deepEqual(
      [...form.values()],
      [...form.keys()].map((name) => form.get(name)),
    );
    seen.push([all, form.get('renamed').lastModified, await form.get('named').text()]);
  }
  assert.deepEqual(seen[0], seen[1]);
});

test('texts and files arrive, whatever their names and contents are', async () => {
  const form = new FormData();
  form.append('plain', 'text');
  form.append('你 "quoted"', 'line\nline\r\nline\rend');
  form.append('new\nline', '');
  form.append('file', new Blob([new Uint8Array([0, 13, 10, 255, 45, 45])], { type: 'image/png' }), 'ä "b".png');
  form.append('file', new File(['x'], 'own.txt', { type: 'text/plain' }));
  form.append('blob', new Blob(['y']));
  assert.deepEqual(await parsed(form), [
    ['plain', 'text'],
    ['你 "quoted"', 'line\r\nline\r\nline\r\nend'],
    ['new\r\nline', ''],
    ['file', 'ä "b".png', 'image/png', '\0\r\n\xff--'],
    ['file', 'own.txt', 'text/plain', 'x'],
    ['blob', 'blob', 'application/octet-stream', 'y'],
  ]);
});

test('the bytes are those of the HTML standard', async () => {
  const form = new FormData();
  form.append('a"\r\n', 'b\nc');
  form.append('f', new Blob(['z'], { type: 'a/b' }), 'n"\n.x');
  const request = new Request('http://a.test/', { method: 'POST', body: form });
  const boundary = /boundary=(.+)$/.exec(request.headers.get('content-type'))[1];
  assert.equal(
    await request.text(),
    `--${boundary}\r\nContent-Disposition: form-data; name="a%22%0D%0A"\r\n\r\nb\r\nc\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="n%22%0A.x"\r\nContent-Type: a/b\r\n\r\nz\r\n--${boundary}--\r\n`,
  );
  const other = new Request('http://a.test/', { method: 'POST', body: form });
  assert.notEqual(other.headers.get('content-type'), request.headers.get('content-type'));
});

test('an empty form is a form; it arrives on the wire as it was made', async () => {
  assert.deepEqual(await parsed(new FormData()), []);
  const form = new FormData();
  form.append('a', '1');
  const echo = await (await fetch(`${server.http}/echo`, { method: 'POST', body: form })).text();
  const [head, ...rest] = echo.split('\r\n\r\n');
  const type = /content-type: (.+)\r/.exec(head)[1];
  const back = await new node.Response(rest.join('\r\n\r\n'), { headers: { 'content-type': type } }).formData();
  assert.deepEqual([...back], [['a', '1']]);
});

test('what is appended after the request was made is not sent', async () => {
  const form = new FormData();
  form.append('a', '1');
  const request = new Request('http://a.test/', { method: 'POST', body: form });
  form.append('b', '2');
  assert.deepEqual([...(await request.formData()).keys()], ['a']);
});

test("the engine's own FormData, and React Native's with its parts", async () => {
  const theirs = new node.FormData();
  theirs.append('a', '1');
  theirs.append('f', new File(['x'], 'n.txt', { type: 'a/b' }));
  assert.deepEqual(await parsed(theirs), [
    ['a', '1'],
    ['f', 'n.txt', 'a/b', 'x'],
  ]);
  class ReactFormData {
    _parts = [];
    append(name, value) {
      this._parts.push([name, value]);
    }
    getParts() {
      return [];
    }
  }
  const react = new ReactFormData();
  react.append('a', '1');
  react.append('photo', { uri: 'file:///p.jpg', name: 'p.jpg', type: 'image/jpeg' });
  const readUri = async (uri) => new TextEncoder().encode(uri);
  assert.deepEqual(await parsed(react, { readUri }), [
    ['a', '1'],
    ['photo', 'p.jpg', 'image/jpeg', 'file:///p.jpg'],
  ]);
});

test('a uri part needs readUri: without one a TypeError names the part; if it fails, too, with the cause', async () => {
  const form = new FormData();
  form.append('photo', { uri: 'file:///p.jpg' });
  assert.equal(form.get('photo').uri, 'file:///p.jpg');
  const error = await rejection(fetch(server.http, { method: 'POST', body: form }));
  assert.ok(error instanceof TypeError);
  assert.match(error.message, /"photo"/);
  const gone = new Error('gone');
  const broken = createFetch(requester, { readUri: () => Promise.reject(gone) });
  const failure = await rejection(broken.fetch(server.http, { method: 'POST', body: form }));
  assert.ok(failure instanceof TypeError);
  assert.match(failure.message, /"photo"/);
  assert.equal(failure.cause, gone);
  assert.deepEqual(await parsed(form, { readUri: async () => new Uint8Array([65]).buffer }), [
    ['photo', 'blob', 'application/octet-stream', 'A'],
  ]);
});

test('blobs without arrayBuffer() are read by the FileReader, as bytes or, where it cannot, as a data: URL', async () => {
  for (const canBytes of [true, false]) {
    globalThis.FileReader = class {
      readAsArrayBuffer(blob) {
        if (!canBytes) throw new Error('FileReader.readAsArrayBuffer is not implemented');
        this.finish(Uint8Array.from(blob.bytes).buffer);
      }
      readAsDataURL(blob) {
        this.finish(`data:a/b;base64,${Buffer.from(blob.bytes).toString('base64')}`);
      }
      finish(result) {
        this.result = result;
        queueMicrotask(() => this.onload());
      }
    };
    try {
      const blob = { size: 4, type: 'a/b', slice() {}, bytes: [0, 255, 1, 2] };
      assert.deepEqual(await new Response(blob).bytes(), Uint8Array.of(0, 255, 1, 2));
    } finally {
      delete globalThis.FileReader;
    }
  }
  const blob = { size: 4, type: 'a/b', slice() {} };
  assert.ok((await rejection(new Response(blob).text())) instanceof TypeError);
});

test('forms of other makers are read: undici’s, with its own order and case', async () => {
  const theirs = new node.FormData();
  theirs.append('a"b', '1\n2');
  theirs.append('f', new File(['\r\n--x'], 'ü.txt', { type: 'text/x' }));
  const response = new node.Response(theirs);
  const ours = await new Response(await response.arrayBuffer(), { headers: response.headers }).formData();
  assert.equal(ours.get('a"b'), '1\r\n2');
  assert.deepEqual(
    [ours.get('f').name, ours.get('f').type, await ours.get('f').text()],
    ['ü.txt', 'text/x', '\r\n--x'],
  );
  const body =
    'preamble\r\n--b \r\ncontent-disposition: form-data; name=a\r\n\r\n\r\n' +
    '--b\r\nContent-Type: a/b\r\nCONTENT-DISPOSITION: form-data; filename="x"; name="n"\r\n\r\nz\r\n--b--\r\nepilogue';
  const back = await new Response(body, {
    headers: { 'content-type': 'multipart/form-data; boundary="b"' },
  }).formData();
  assert.equal(back.get('a'), '');
  assert.deepEqual([back.get('n').name, await back.get('n').text()], ['x', 'z']);
});

test("getParts: what React Native's XMLHttpRequest and axios know React Native's forms by", () => {
  const form = new FormData();
  form.append('a "q"', 'text');
  form.append('photo', { uri: 'file:///p.jpg', name: 'ö.jpg', type: 'image/jpeg' });
  assert.deepEqual(form.getParts(), [
    { string: 'text', headers: { 'content-disposition': 'form-data; name="a %22q%22"' }, fieldName: 'a "q"' },
    {
      uri: 'file:///p.jpg',
      name: 'ö.jpg',
      type: 'image/jpeg',
      headers: { 'content-disposition': 'form-data; name="photo"; filename="ö.jpg"', 'content-type': 'image/jpeg' },
      fieldName: 'photo',
    },
  ]);
});
