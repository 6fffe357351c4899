// The recipe for HarmonyOS in docs/taro.md, run as it stands there: the plugin of Taro writes over a copy of the API of the
// real @tarojs/plugin-platform-harmony-ets 4.2.0, laid out as that package lays it out in a project of DevEco Studio. The
// modules that put its API together are loaded; those with the other functions need HarmonyOS. Not shown here: that ets-loader
// compiles it.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../../testing/server.mjs';
import { codeOf, loadModule, relativeFile } from './modules.mjs';
import { deferred, interceptors, isAbort, METHODS, methodsOf, newTag, streamed, text } from './support.mjs';

const require = createRequire(import.meta.url);
const guide = fileURLToPath(new URL('../../docs/taro.md', import.meta.url));
const plugin = dirname(require.resolve('@tarojs/plugin-platform-harmony-ets/package.json'));

let server, project, Taro;
before(async () => {
  server = await startServer();
  project = mkdtempSync(join(tmpdir(), 'reqtask-harmony-'));
  const outputRoot = join(project, 'entry/src/main/ets');
  mkdirSync(join(project, 'config'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(dirname(require.resolve('reqtask-js/package.json')), join(project, 'node_modules/reqtask-js'));
  writeFileSync(join(project, 'config/reqtask.js'), codeOf(guide, 'config/reqtask.js'));
  // As moveLibraries() of the platform plugin does.
  cpSync(join(plugin, 'dist/apis'), join(outputRoot, 'npm/@tarojs/taro'), { recursive: true });

  const finishers = [];
  const extend = require(join(project, 'config/reqtask.js'));
  extend({ runOpts: { config: { outputRoot } }, onBuildFinish: (finisher) => finishers.push(finisher) });
  for (const finish of finishers) finish();

  const find = (importer, name) => {
    // The same C source as HarmonyOS' libreqtask.so.
    if (name === 'libreqtask.so') return { exports: require('../../../node/native.cjs') };
    if (!name.startsWith('.')) return null;
    const file = relativeFile(importer, name);
    const needed = /npm[\\/]reqtask-js[\\/]|taro[\\/]((network[\\/])?index|apis|network[\\/]request)\.ts$/.test(file);
    return needed ? file : null;
  };
  const main = join(outputRoot, 'app.js');
  writeFileSync(main, `import Taro, { request } from './npm/@tarojs/taro';\nexport default Taro;\nexport { request };`);
  Taro = loadModule(main, find);
});
after(async () => {
  Taro?.default.reqtask.close();
  rmSync(project, { recursive: true });
  await server.stop();
});

test('A-12: Taro.request on HarmonyOS is ours, with all methods', async () => {
  assert.equal(Taro.default.request, Taro.request);
  const task = Taro.request({ url: `${server.http}/hello` });
  assert.deepEqual(methodsOf(task), METHODS);
  assert.equal((await task).data, 'Hello, world!\n');
  Taro.default.reqtask.configure({ header: { 'x-from': 'configure' } });
  assert.match((await Taro.request(`${server.http}/echo`)).data, /x-from: configure/);
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
