/**
 * The package as an app loads it, in Node: CommonJS as Metro takes it, over a stand-in for the module `react-native`. Each
 * load() is a fresh JavaScript runtime, as after a reload: nothing of the package is shared with the one before. The native part
 * is the real core, through the Node-API host of the package `reqtask`.
 */
import { createRequire } from 'node:module';
import Module from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const lib = fileURLToPath(new URL('../lib/', import.meta.url));

export const host = require('reqtask/native');

/** `turboModule`: what TurboModuleRegistry.get gives; `modules`: NativeModules. Returns a function that loads an entry. */
export function load({ turboModule = null, modules = {} } = {}) {
  const reactNative = {
    TurboModuleRegistry: { get: (name) => (name === 'Reqtask' ? turboModule : null) },
    NativeModules: modules,
  };
  for (const path of Object.keys(require.cache)) if (path.startsWith(lib)) delete require.cache[path];
  const resolve = Module._load;
  return (entry) => {
    Module._load = function (name, ...rest) {
      return name === 'react-native' ? reactNative : resolve.call(this, name, ...rest);
    };
    try {
      return require(`${lib}commonjs${sep}${entry}.js`);
    } finally {
      Module._load = resolve;
    }
  };
}

/** The usual app: the new architecture with the native part in it. */
export const withModule = () => load({ turboModule: { host: () => host } });
