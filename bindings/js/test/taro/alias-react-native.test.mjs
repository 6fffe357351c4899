// The recipe for React Native in docs/taro.md, run as it stands there: Metro's resolver with the real @tarojs/taro-rn 4.2.0.
// The modules of that package that put its API together are loaded; those with the other functions need React Native.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../../testing/server.mjs';
import { codeOf, loadModule, relativeFile } from './modules.mjs';
import {
  deferred,
  interceptors,
  isAbort,
  METHODS,
  methodsOf,
  newTag,
  openRequester,
  streamed,
  text,
} from './support.mjs';

const require = createRequire(import.meta.url);
const guide = fileURLToPath(new URL('../../docs/taro.md', import.meta.url));

let server, requester, app, Taro, requestModules;
before(async () => {
  server = await startServer();
  requester = openRequester();
  app = mkdtempSync(join(tmpdir(), 'reqtask-rn-'));
  mkdirSync(join(app, 'src'));
  for (const name of ['metro.config.js', 'src/taro-request.js']) writeFileSync(join(app, name), codeOf(guide, name));
  requestModules = [];

  // What Metro gives: the file of each import. Bare names other than Taro's are React Native's world.
  const resolveRequest = ({ originModulePath }, name) => {
    if (name.startsWith('.')) return { type: 'sourceFile', filePath: relativeFile(originModulePath, name) };
    if (name.startsWith('@tarojs/taro-rn')) return { type: 'sourceFile', filePath: require.resolve(name) };
    return { type: 'empty' };
  };
  const supporter = { getMetroConfig: async () => ({ resolver: { resolveRequest } }) };
  const config = await loadModule(
    join(app, 'metro.config.js'),
    (_, name) => ({ exports: name === '@tarojs/rn-supporter' ? supporter : require(name) }),
    { __dirname: app },
  );

  const present = {
    'react-native-reqtask': requester,
    // By the folder's package.json: Metro reads "exports" only from React Native 0.79 on.
    'reqtask-js/taro': require(join(dirname(require.resolve('reqtask-js/package.json')), 'taro')),
  };
  const find = (importer, name) => {
    if (present[name]) return { exports: present[name] };
    const found = config.resolver.resolveRequest({ originModulePath: importer }, name, 'ios');
    if (found.type === 'empty') return null;
    if (/request/.test(found.filePath)) requestModules.push(found.filePath);
    else if (!/taro-rn[\\/]dist[\\/](\w+[\\/])?index\.js$/.test(found.filePath)) return null;
    return found.filePath;
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
  requester.close();
  await server.stop();
});

test("A-12: Taro.request, by either way, is ours; Taro's own module is not even loaded", async () => {
  const { default: api, compiled } = Taro;
  assert.equal(api.request, compiled);
  const ours = join(app, 'src', 'taro-request.js');
  assert.deepEqual(requestModules, [ours, ours]);
  const task = api.request({ url: `${server.http}/hello` });
  assert.deepEqual(methodsOf(task), METHODS);
  assert.equal((await task).data, 'Hello, world!\n');
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
