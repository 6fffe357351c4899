// Loads the example's modules as a build of Taro for React Native would: the plugin of Taro's Babel preset that makes imports
// of single modules out of `Taro.x(...)`, then the resolver of @tarojs/rn-supporter with the example's alias. Both are the
// real ones. In the end stand: Taro's own modules as published, our package on the real core, and for what needs a device
// (components, the router, React Native itself) something small.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { appOf } from '../../react-native/check/places.mjs';

export const app = appOf('taro-react-native');
export const require = createRequire(join(app, 'package.json'));
const babel = require('@babel/core');

/** Loads the module at `path` of the example. `given(name)`: what stands for a module, or undefined. */
export function load(path, given = () => undefined) {
  const loaded = new Map();

  function run(file) {
    if (loaded.has(file)) return loaded.get(file).exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const importFrom = (name) => given(name) ?? run(fileOf(aliased(name), dirname(file)));
    const code = `${compiled(file)}\n//# sourceURL=${file}`;
    new Function('module', 'exports', 'require', '__DEV__', code)(module, module.exports, importFrom, true);
    return module.exports;
  }

  return run(join(app, path));
}

/** As Metro 0.80, of React Native 0.73, finds it: by files and folders, and not by "exports". */
function fileOf(name, folder) {
  const path = name.startsWith('.') ? resolve(folder, name) : join(app, 'node_modules', name);
  for (const ending of ['.ts', '.tsx']) {
    try {
      return require.resolve(path + ending);
    } catch {
      // The next one.
    }
  }
  return require.resolve(path);
}

const apis = require('@tarojs/taro-rn/apiList.js');
const libs = require('@tarojs/taro-rn/libList.js');

/** With the options that it has in babel-preset-taro/rn/index.js of 4.2.1. */
const importsOfSingleModules = [
  require('babel-plugin-transform-imports-api').default,
  {
    packagesApis: new Map(['@tarojs/taro', '@tarojs/taro-rn'].map((name) => [name, new Set([...apis, ...libs])])),
    usePackgesImport: true,
    packagesImport: {
      '^@tarojs/components(-rn)?$': { transform: '@tarojs/components-rn/dist/components/${member}' },
      '^@tarojs/taro(-rn)?$': {
        transform: (name) => (libs.includes(name) ? `@tarojs/taro-rn/dist/lib/${name}` : '@tarojs/taro-rn/dist/api'),
        skipDefaultConversion: true,
      },
    },
  },
];

const known = new Map();

function compiled(file) {
  if (known.has(file)) return known.get(file);
  const ours = !file.includes('node_modules');
  const languages = [
    [require('@babel/preset-react'), { runtime: 'automatic' }],
    [require('@babel/preset-typescript'), { isTSX: extname(file) === '.tsx', allExtensions: true }],
  ];
  const { code } = babel.transformSync(readFileSync(file, 'utf8'), {
    filename: file,
    babelrc: false,
    configFile: false,
    presets: ours ? languages : [],
    plugins: [...(ours ? [importsOfSingleModules] : []), require('@babel/plugin-transform-modules-commonjs')],
  });
  known.set(file, code);
  return code;
}

/** The real function of @tarojs/rn-supporter, whose other needs (a bundler, an installed React Native) nothing here uses. */
export const { resolvePathFromAlias } = (() => {
  const file = join(app, 'node_modules/@tarojs/rn-supporter/dist/utils.js');
  const module = { exports: {} };
  const importFrom = (name) => (name.startsWith('@tarojs/') ? {} : require(name));
  new Function('module', 'exports', 'require', readFileSync(file, 'utf8'))(module, module.exports, importFrom);
  return module.exports;
})();

export const { default: config } = load('config/index.ts');

/** The module that an import of `name` means, by the example's config/index.ts. */
export function aliased(name) {
  return resolvePathFromAlias(name, config);
}
