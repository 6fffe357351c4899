// A small bundler, for modules of Taro that are published as source: compiles each to CommonJS and runs it. What belongs to a
// platform that is not here (React Native's components, HarmonyOS' kits) is a stand-in that takes every call.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import typescript from 'typescript';

/**
 * Loads `file` and all it imports. `find(importer, name)` gives a file to compile, or `{ exports }` for a module that is there
 * already, or null for a stand-in. `globals`: names that the modules take for granted.
 */
export function loadModule(file, find, globals = {}) {
  const loaded = new Map();
  const names = Object.keys(globals);

  function load(name) {
    const known = loaded.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const { outputText } = typescript.transpileModule(readFileSync(name, 'utf8'), {
      fileName: name,
      compilerOptions: {
        module: typescript.ModuleKind.CommonJS,
        target: typescript.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    const require = (wanted) => {
      const found = find(name, wanted);
      if (typeof found === 'string') return load(found);
      return found ? found.exports : standIn;
    };
    const run = new Function('module', 'exports', 'require', ...names, `${outputText}\n//# sourceURL=${name}`);
    run(module, module.exports, require, ...names.map((global) => globals[global]));
    return module.exports;
  }

  return load(file);
}

/** The file that a relative import means, with the endings and index files that bundlers try. */
export function relativeFile(importer, name) {
  const path = resolve(dirname(importer), name);
  const candidates = [path, ...['.js', '.ts', '.tsx', '/index.js', '/index.ts'].map((ending) => path + ending)];
  const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (!file) throw new Error(`${importer} imports ${name}, which is not there`);
  return file;
}

/** The code of a document that stands under `<!-- file: NAME -->`. */
export function codeOf(document, name) {
  const [, after] = readFileSync(document, 'utf8').split(`<!-- file: ${name} -->`);
  return after.match(/```js\n([^]*?)```/)[1];
}

const standIn = new Proxy(function () {}, {
  get: (_, key) =>
    key === '__esModule' ? true : key === 'prototype' ? {} : typeof key === 'symbol' ? undefined : standIn,
  apply: () => standIn,
  construct: () => ({}),
});
