// install(): the globals of an engine, and back.
import { test } from 'node:test';
import { assert, fetch, FormData, Headers, install, node, Request, Response, server } from './setup.mjs';

test('makes the five globals ours until it is undone', async () => {
  const undo = install();
  try {
    assert.equal(globalThis.fetch, fetch);
    assert.ok((await globalThis.fetch(`${server.http}/hello`)) instanceof globalThis.Response);
    assert.deepEqual([globalThis.Headers, globalThis.Request, globalThis.Response], [Headers, Request, Response]);
    assert.ok(!Object.keys(globalThis).includes('Response'));
  } finally {
    undo();
  }
  assert.deepEqual(
    [globalThis.fetch, globalThis.Headers, globalThis.Request, globalThis.Response, globalThis.FormData],
    [node.fetch, node.Headers, node.Request, node.Response, node.FormData],
  );
});

test('into an object of one’s own; what was not there before is not there after', () => {
  const target = {};
  const undo = install(target);
  assert.equal(target.FormData, FormData);
  undo();
  assert.deepEqual(Object.getOwnPropertyNames(target), []);
});
