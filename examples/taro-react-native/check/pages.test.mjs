// The pages, rendered, with Taro.request on the real core: see load.mjs. Of Taro's runtime only the two things that the pages
// use are imitated: useUnload, as the end of the page, and navigateTo.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../../bindings/testing/server.mjs';
import { load, require } from './load.mjs';

const React = require('react');
const Renderer = require('react-test-renderer');
const native = require('reqtask/native');

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

let made = 0;
/** An answer given as steps, and what the server sees of it. */
function answer(steps) {
  const tag = `taro-${++made}`;
  const filter = (event) => ({ event, path: `/script/${tag}` });
  return {
    url: server.script(steps, tag),
    asked: () => server.wait(filter('request')),
    gone: () => server.wait(filter('gone')),
    isGone: async () => (await server.log(filter('gone'))).length > 0,
  };
}

const visited = [];
const runtime = {
  useUnload: (leave) => {
    const last = React.useRef(leave);
    last.current = leave;
    React.useEffect(() => () => last.current(), []);
  },
  navigateTo: ({ url }) => visited.push(url),
};
const inTheApp = {
  TurboModuleRegistry: { get: (name) => (name === 'Reqtask' ? { host: () => native } : null) },
  NativeModules: {},
};

/** Shows the page `name`, whose server answers every path with `url`. */
function show(name, url = '') {
  const given = (wanted) => {
    if (wanted === 'react' || wanted === 'react/jsx-runtime') return require(wanted);
    if (wanted === 'react-native') return inTheApp;
    if (wanted === '@tarojs/taro-rn/dist/api') return runtime;
    if (wanted === '../../server') return { SERVER: `${url}#` }; // What follows is a fragment, which is not sent.
    const component = /^@tarojs\/components-rn\/dist\/components\/(\w+)$/.exec(wanted);
    return component ? { default: component[1], __esModule: true } : undefined;
  };
  const { default: Page } = load(`src/pages/${name}/index.tsx`, given);
  let renderer;
  act(() => (renderer = Renderer.create(React.createElement(Page))));
  const find = (match) => renderer.root.findAll((node) => typeof node.type === 'string' && match(node));
  const text = (node) => (typeof node === 'string' ? node : node.children.map(text).join(''));
  return {
    text: (id) => find(({ props }) => props.id === id).map(text)[0],
    props: (id) => find(({ props }) => props.id === id)[0].props,
    buttons: () => find(({ type }) => type === 'Button').map(text),
    press: (words) => {
      const button = find((node) => node.type === 'Button' && text(node) === words)[0];
      act(() => button.props.onClick());
    },
    until: async (holds) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 0));
    },
    leave: () => act(() => renderer.unmount()),
  };
}

/** What the test does is an act; what the network brings, React shows by itself. */
function act(what) {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  Renderer.act(() => void what());
  globalThis.IS_REACT_ACT_ENVIRONMENT = false;
}

const stream = ['status 200 OK', 'field content-type: text/event-stream', 'chunked', 'head-end'];
const token = (content) => `body data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\\n\\n`;

test('A-12 B-5 E-4: the words appear as the server makes them, and Stop closes the connection', async () => {
  const { url, gone, isGone } = answer([...stream, token('One '), 'gate taro', token('two'), 'stall']);
  const page = show('chat', url);
  page.press('Ask');
  await page.until(() => page.text('answer') === 'One ');
  await server.control('/_open/taro');
  await page.until(() => page.text('answer') === 'One two');
  assert.equal(await isGone(), false);
  page.press('Stop');
  await gone();
  await page.until(() => page.text('note') === 'stopped');
  assert.deepEqual(page.buttons(), ['Ask']);
  page.leave();
});

test('a whole answer, and a refusal', async () => {
  const whole = show('chat', answer([...stream, token('All.'), 'body data: [DONE]\\n\\n', 'end']).url);
  whole.press('Ask');
  await whole.until(() => whole.buttons()[0] === 'Ask');
  assert.deepEqual([whole.text('answer'), whole.text('note')], ['All.', '']);
  whole.leave();

  const refused = show('chat', answer(['status 402 Payment Required', 'length 0', 'head-end']).url);
  refused.press('Ask');
  await refused.until(() => refused.text('note') === 'the server answers 402');
  refused.leave();
});

test('the download counts to 100, and pauses', async () => {
  const head = ['status 200 OK', 'length 200000', 'head-end'];
  const { url } = answer([...head, 'bytes 80000', 'gate taro-rest', 'bytes 120000']);
  const page = show('download', url);
  page.press('Download');
  await page.until(() => page.text('percent') === '40 %');
  page.press('Pause');
  assert.deepEqual(page.buttons(), ['Resume', 'Cancel']);
  page.press('Resume');
  await server.control('/_open/taro-rest');
  await page.until(() => /^done in \d+ ms$/.test(page.text('phase')));
  assert.equal(page.text('percent'), '100 %');
  page.leave();
});

test('a page that says that there is no such file is not the file', async () => {
  const page = show('download', answer(['status 404 Not Found', 'length 9', 'head-end', 'body not found']).url);
  page.press('Download');
  await page.until(() => page.text('phase') === 'the server answers 404');
  assert.deepEqual([page.text('percent'), page.buttons()], ['0 %', ['Download']]);
  page.leave();
});

test('Cancel closes the connection', async () => {
  const { url, gone } = answer(['status 200 OK', 'length 200000', 'head-end', 'bytes 80000', 'stall']);
  const page = show('download', url);
  page.press('Download');
  await page.until(() => page.text('percent') === '40 %');
  page.press('Cancel');
  await gone();
  await page.until(() => page.text('phase') === 'cancelled');
  page.leave();
});

test('the image has the bytes that the server sent', async () => {
  const steps = ['status 200 OK', 'field content-type: image/webp', 'length 10001', 'head-end', 'bytes 10001'];
  const page = show('image', answer(steps).url);
  await page.until(() => page.text('status') === '10001 bytes');
  const pattern = Uint8Array.from({ length: 10001 }, (_, at) => Math.imul(at, 2654435761) >>> 24);
  assert.equal(page.props('image').src, `data:image/webp;base64,${Buffer.from(pattern).toString('base64')}`);
  page.leave();
});

test('E-4: leaving a page closes its connection', async () => {
  for (const name of ['chat', 'download', 'image']) {
    const { url, asked, gone, isGone } = answer(['status 200 OK', 'length 9', 'head-end', 'stall']);
    const page = show(name, url);
    if (name !== 'image') page.press(page.buttons()[0]);
    await asked();
    assert.equal(await isGone(), false);
    page.leave();
    await gone();
  }
});

test('the first page leads to the others', () => {
  const page = show('index');
  for (const name of page.buttons()) page.press(name);
  assert.deepEqual(visited, ['/pages/chat/index', '/pages/download/index', '/pages/image/index']);
  page.leave();
});
