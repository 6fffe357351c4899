// The alias that makes Taro.request ours, by the real resolver of @tarojs/rn-supporter 4.1.10: the example's own, which is the
// one of the guide, and what the guide warns of.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { codeOf } from '../../../bindings/js/test/taro/modules.mjs';
import { aliased, app, config, require, resolvePathFromAlias } from './load.mjs';

const guide = fileURLToPath(new URL('../../../bindings/js/docs/taro.md', import.meta.url));
const request = '@tarojs/taro-rn/dist/lib/request';

test("A-12: the alias makes Taro.request ours, and touches nothing else of Taro's", () => {
  assert.equal(aliased(request), join('react-native-reqtask', 'taro'));
  for (const name of ['@tarojs/taro-rn/dist/lib/uploadFile', '@tarojs/taro-rn/dist/api', './request', 'react-native']) {
    assert.equal(aliased(name), name);
  }
});

test('A-12: what the alias names is there for Metro 0.80, which finds it by folders', () => {
  const ours = join(app, 'node_modules', 'react-native-reqtask');
  assert.equal(require.resolve(join(ours, 'taro')), join(ours, 'lib', 'commonjs', 'taro.js'));
});

test('A-12: it is the alias of the guide', () => {
  const module = { exports: {} };
  new Function('module', codeOf(guide, 'config/index.ts').replace('export default', 'module.exports ='))(module);
  assert.deepEqual(module.exports.rn.alias, config.rn.alias);
});

test('a key that is a regular expression without a group breaks the build, as the guide says', () => {
  const by = (key) => () => resolvePathFromAlias(request, { rn: { alias: { [key]: 'react-native-reqtask/taro' } } });
  assert.throws(by(`^${request}$`), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.equal(by(`^${request}()$`)(), join('react-native-reqtask', 'taro'));
});
