// Runs the built modules in a JavaScript engine without a host: only what ECMAScript defines is there, and of that not what
// Hermes or ArkVM may lack. The CommonJS build is loaded, so that all of a module's imports are bare too.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import vm from 'node:vm';

const MISSING = ['console', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly'];

/** `globals` are added to the engine's. `load('plan.js')` gives the exports of a module of dist/cjs. */
export function bareEngine(globals = {}) {
  const context = vm.createContext({});
  for (const name of MISSING) vm.runInContext(`delete globalThis.${name}`, context);
  // The real property cannot be deleted.
  vm.runInContext(
    `{ const real = Symbol; const { iterator, toStringTag, toPrimitive, species } = real;
       globalThis.Symbol = Object.assign((name) => real(name), { iterator, toStringTag, toPrimitive, species }); }`,
    context,
  );
  Object.assign(context, globals);
  const modules = new Map();
  const load = (file) => {
    if (modules.has(file)) return modules.get(file).exports;
    const module = { exports: {} };
    modules.set(file, module);
    const source = readFileSync(new URL(`../../dist/cjs/${file}`, import.meta.url), 'utf8');
    const wrapped = vm.runInContext(`(function (exports, require, module) {${source}\n})`, context, { filename: file });
    wrapped(module.exports, (name) => load(posix.join(posix.dirname(file), name)), module);
    return module.exports;
  };
  return { load, run: (code) => vm.runInContext(code, context) };
}
