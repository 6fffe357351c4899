// Bodies that are forgotten half-way: they are given up when they are collected, and not while somebody waits for them.
import { test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { assert, fetch, newTag, server, turn } from './setup.mjs';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

const ENDLESS = ['status 200 OK', 'chunked', 'head-end', 'body x', 'stall'];

/** Collects until the server sees the end of the connection. */
async function gone(tag) {
  const [{ conn }] = await server.log({ event: 'request', path: `/script/${tag}` });
  for (;;) {
    collect();
    await turn();
    if (
      (await server.log({ event: 'peer-closed', conn })).length +
      (await server.log({ event: 'peer-reset', conn })).length
    )
      return;
  }
}

test('an answer that nobody holds', async () => {
  for (const open of [
    async () => {},
    async (response) => void response.body,
    async (response) => void (await response.body.getReader().read()),
    async (response) => void response.clone(),
  ]) {
    const tag = newTag();
    await (async () => open(await fetch(server.script(ENDLESS, tag))))();
    await gone(tag);
  }
});

test('an answer with a signal that lives on: its listener goes, too', async () => {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (type, listener) => listeners.add(listener),
    removeEventListener: (type, listener) => listeners.delete(listener),
  };
  const tag = newTag();
  await (async () => void (await fetch(server.script(ENDLESS, tag), { signal })))();
  assert.equal(listeners.size, 1);
  await gone(tag);
  assert.equal(listeners.size, 0);
});

test('a body that somebody reads is not given up, though nobody holds its answer', async () => {
  const reads = [
    (response) => response.text(),
    (response) => response.clone().text(),
    async (response) => {
      let text = '';
      for await (const part of response.body) text += Buffer.from(part);
      return text;
    },
    (response) => new Response(response.body.pipeThrough(new TransformStream())).text(),
  ];
  for (const read of reads) {
    const tag = newTag();
    const steps = ['status 200 OK', 'chunked', 'head-end', 'body x', `gate ${tag}`, 'body y', 'end'];
    const text = (async () => read(await fetch(server.script(steps, tag))))();
    await server.wait({ event: 'gate', path: `/script/${tag}` });
    for (let i = 0; i < 10; i++) {
      collect();
      await (await fetch(`${server.http}/hello`)).text();
    }
    await server.control(`/_open/${tag}`);
    assert.equal(await text, 'xy');
  }
});
