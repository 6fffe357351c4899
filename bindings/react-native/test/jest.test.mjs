// The tests of an app, run by jest: the package's mocks are the real core, and talk to a real server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../../testing/server.mjs';
import { app, tools, write } from './app.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** What an app does, which knows of no test. */
const CHAT = `
const { request } = require('react-native-reqtask');
const { fetch, EventSource } = require('react-native-reqtask/fetch');
const taro = require('react-native-reqtask/taro');

exports.stream = async (url, onText) => {
  const task = request({ url, enableChunked: true });
  const statuses = [];
  task.onHeadersReceived(({ statusCode }) => statuses.push(statusCode));
  task.onChunkReceived(({ data }) => onText(Buffer.from(data).toString()));
  await task;
  return statuses;
};
exports.stop = async (url) => {
  const task = request({ url, enableChunked: true });
  task.onHeadersReceived(() => task.abort());
  return task.then(() => 'answered', (error) => error.errMsg);
};
exports.firstEvent = (url) => new Promise((resolve) => {
  const source = new EventSource(url);
  source.onmessage = ({ data }) => resolve(data, source.close());
});
exports.read = async (url) => (await fetch(url)).text();
exports.readByTaro = async (url) => (await taro.request({ url })).data;
`;

const TESTS = `
const { stream, stop, read, firstEvent, readByTaro } = require('./chat');
const url = (...steps) => process.env.SERVER + '/script?' + steps.map(encodeURIComponent).join('&');
const head = ['status 200 OK', 'chunked', 'head-end'];

test('chunks as they come', async () => {
  const texts = [];
  expect(await stream(url(...head, 'body one', 'gate ' + process.env.GATE, 'body two', 'end'), (text) => {
    texts.push(text);
    if (text === 'one') read(process.env.SERVER + '/_open/' + process.env.GATE);
  })).toEqual([200]);
  expect(texts).toEqual(['one', 'two']);
});
test('abort', async () => expect(await stop(url(...head, 'stall'))).toBe('request:fail abort'));
test('fetch', async () => expect(await read(url('ok text'))).toBe('text'));
test('EventSource', async () => {
  const head = ['status 200 OK', 'field content-type: text/event-stream', 'chunked', 'head-end'];
  expect(await firstEvent(url(...head, 'body data: one\\\\n\\\\n', 'stall'))).toBe('one');
});
test('Taro', async () => expect(await readByTaro(url('ok text'))).toBe('text'));
`;

const BY_HAND = `
jest.mock('react-native-reqtask', () => require('react-native-reqtask/mocks'));
jest.mock('react-native-reqtask/fetch', () => require('react-native-reqtask/mocks'));
jest.mock('react-native-reqtask/taro', () => require('react-native-reqtask/mocks').taro);
`;

/** The conditions are those of React Native's preset. */
const CONFIG = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['require', 'react-native'] },
};

async function jest(folder, config, tests) {
  write(`${folder}/chat.js`, CHAT);
  write(`${folder}/chat.test.js`, tests);
  write(`${folder}/jest.config.json`, JSON.stringify({ ...CONFIG, ...config, rootDir: '.' }));
  const args = [join(tools, 'jest/bin/jest.js'), '-c', `${folder}/jest.config.json`, '--json', '--no-cache'];
  const env = { ...process.env, SERVER: server.http, GATE: folder };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: app, env, timeout: 60_000 }).catch(
    (error) => {
      throw new Error(error.stdout + error.stderr);
    },
  );
  return JSON.parse(stdout);
}

for (const [name, folder, config, tests] of [
  ['setupFiles', 'jest-setup', { setupFiles: ['react-native-reqtask/mocks/jest'] }, TESTS],
  ['jest.mock', 'jest-by-hand', {}, BY_HAND + TESTS],
]) {
  test(`${name}: headers, chunks, abort, fetch, EventSource and Taro in an app's tests`, async () => {
    const { numPassedTests, numTotalTests } = await jest(folder, config, tests);
    assert.deepEqual([numPassedTests, numTotalTests], [5, 5]);
  });
}

test('without them, a test is told of them', async () => {
  write(
    'node_modules/no-native/index.js',
    'exports.TurboModuleRegistry = { get: () => null };\nexports.NativeModules = {};\n',
  );
  const told = `test('told', () => expect(require('./chat').read('http://127.0.0.1:1/')).rejects.toThrow('react-native-reqtask/mocks'));`;
  const { numPassedTests } = await jest('jest-without', { moduleNameMapper: { '^react-native$': 'no-native' } }, told);
  assert.equal(numPassedTests, 1);
});
