// The recipe for Metro in docs/taro.md, run as it stands there, with the real @tarojs/taro-rn 4.2.0 and react-native-reqtask as
// it is built. The modules of Taro's package that put its API together are loaded; those with the other functions need React
// Native. The other recipe, the alias, is run by the checks of examples/taro-react-native.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../../testing/server.mjs';
import { codeOf, loadModule, relativeFile } from './modules.mjs';
import { deferred, interceptors, isAbort, METHODS, methodsOf, newTag, streamed, text } from './support.mjs';

const require = createRequire(import.meta.url);
const native = require('../../../node/native.cjs');
const guide = fileURLToPath(new URL('../../docs/taro.md', import.meta.url));
const ours = require.resolve('react-native-reqtask/taro');

let server, app, Taro, requestModules;
before(async () => {
  server = await startServer();
  app = mkdtempSync(join(tmpdir(), 'reqtask-rn-'));
  mkdirSync(join(app, 'src'));
  writeFileSync(join(app, 'metro.config.js'), codeOf(guide, 'metro.config.js'));
  requestModules = [];

  // What Metro gives: the file of each import. Bare names other than Taro's and ours are React Native's world.
  const resolveRequest = ({ originModulePath }, name) => {
    if (name.startsWith('.')) return { type: 'sourceFile', filePath: relativeFile(originModulePath, name) };
    if (/^(@tarojs\/taro-rn|react-native-reqtask)/.test(name)) {
      return { type: 'sourceFile', filePath: require.resolve(name) };
    }
    return { type: 'empty' };
  };
  const supporter = { getMetroConfig: async () => ({ resolver: { resolveRequest } }) };
  const config = await loadModule(
    join(app, 'metro.config.js'),
    (_, name) => ({ exports: name === '@tarojs/rn-supporter' ? supporter : require(name) }),
    { __filename: join(app, 'metro.config.js') },
  );

  const present = {
    // The device: our package finds the core there.
    'react-native': { TurboModuleRegistry: { get: () => ({ host: () => native }) }, NativeModules: {} },
    'reqtask-js': require('reqtask-js'),
    // By the folder's package.json: Metro reads "exports" only from React Native 0.79 on.
    'reqtask-js/taro': require(join(dirname(require.resolve('reqtask-js/package.json')), 'taro')),
  };
  const find = (importer, name) => {
    if (present[name]) return { exports: present[name] };
    const found = config.resolver.resolveRequest({ originModulePath: importer }, name, 'ios');
    if (found.type === 'empty') return null;
    if (/request$/.test(name)) requestModules.push(found.filePath);
    const wanted =
      dirname(ours) === dirname(found.filePath) || /taro-rn[\\/]dist[\\/](\w+[\\/])?index\.js$/.test(found.filePath);
    return wanted ? found.filePath : null;
  };
  // What an app's file is after Taro's Babel preset: `Taro.request` has become an import of its own.
  const main = join(app, 'src', 'app.js');
  writeFileSync(
    main,
    `import Taro from '@tarojs/taro-rn';
     import { request as _request } from '@tarojs/taro-rn/dist/lib/request';
     export default Taro;
     export const compiled = _request;`,
  );
  Taro = loadModule(main, find, { __DEV__: false });
});
after(async () => {
  rmSync(app, { recursive: true });
  await server.stop();
});

test("A-12: Taro.request, by either way, is ours; Taro's own module is not even loaded", async () => {
  const { default: api, compiled } = Taro;
  assert.equal(api.request, compiled);
  assert.deepEqual(requestModules, [ours, ours]);
  const task = api.request({ url: `${server.http}/hello` });
  assert.deepEqual(methodsOf(task), METHODS);
  assert.equal((await task).data, 'Hello, world!\n');
});

test('A-12: a package that Metro 0.80 finds by folders has the same file there', () => {
  assert.equal(require.resolve(join(dirname(require.resolve('react-native-reqtask/package.json')), 'taro')), ours);
});

test('A-12 B-5 E-4: a stream over Taro.request with interceptors given to Taro.addInterceptor, and its abort', async () => {
  const { default: api } = Taro;
  Object.values(interceptors).forEach(api.addInterceptor);
  const tag = newTag();
  const task = api.request({ url: server.script(streamed(tag), tag), enableChunked: true });
  const chunk = deferred();
  task.onChunkReceived(chunk.resolve);
  assert.equal(text((await chunk.promise).data), 'one');
  task.abort();
  await assert.rejects(task, isAbort);
  await server.wait({ event: 'gone', path: `/script/${tag}` });
  api.cleanInterceptors();
});
