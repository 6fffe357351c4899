/**
 * CommonJS files as one classic script, for engines without modules: `bundle([FILE...])` runs the files in their order; what
 * they `require` comes along, packages such as reqtask-js included. It knows require() of a literal name and no more.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const bindings = fileURLToPath(new URL('../../', import.meta.url));

export function bundle(entries) {
  const links = new Map();
  for (const entry of entries) follow(entry, links);
  const names = new Map([...links.keys()].map((file) => [file, relative(bindings, file)]));
  const said = (value) => JSON.stringify(value);
  const parts = [...links].map(([file, targets]) => {
    const map = Object.fromEntries([...targets].map(([word, target]) => [word, names.get(target)]));
    // A bundle is one file to the engine; the comment says where a line of a stack trace belongs.
    return `add(${said(names.get(file))}, ${said(map)}, function (module, exports, require) { // ${names.get(file)}\n${read(file)}\n});\n`;
  });
  return `(function (global) {
var modules = {};
function add(name, links, run) { modules[name] = { links: links, run: run, module: null }; }
function load(name) {
  var one = modules[name];
  if (!one.module) {
    one.module = { exports: {} };
    one.run.call(one.module.exports, one.module, one.module.exports, function (word) { return load(one.links[word]); });
  }
  return one.module.exports;
}
${parts.join('')}${entries.map((entry) => `load(${said(names.get(entry))});\n`).join('')}})(this);
`;
}

function follow(file, links) {
  if (links.has(file)) return;
  const targets = new Map();
  links.set(file, targets);
  // In comments the word is harmless unless it names what is not there.
  for (const [, word] of read(file).matchAll(/\brequire\(['"]([^'"]+)['"]\)/g)) {
    const target = resolve(word, file);
    targets.set(word, target);
    follow(target, links);
  }
}

/** A file outside of bindings/ finds the packages of bindings/ as well. */
function resolve(word, from) {
  const paths = [dirname(from), bindings];
  return createRequire(from).resolve(word, word.startsWith('.') ? undefined : { paths });
}

function read(file) {
  return readFileSync(file, 'utf8');
}
