/**
 * The conformance cases as one classic script, for engines without modules: it defines `reqtaskConformance` with `cases`,
 * `runCase` and `runCases`. `node bundle.mjs [--es5] FILE` writes it; --es5 also turns async functions, classes and `const`
 * into what an engine of 2009 with a Promise can run.
 *
 * It knows the few forms of import and export that the files here use, and refuses others.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The script's text. */
export async function bundle({ es5 = false } = {}) {
  const order = [];
  add('cases.js', order);
  const parts = order.map((file) => `modules[${JSON.stringify(file)}] = ${wrapped(file)};\n`);
  const script =
    `var reqtaskConformance = (function () {\n'use strict';\nvar modules = {};\n` +
    `${parts.join('')}return modules['cases.js'];\n})();\n`;
  return es5 ? toEs5(script) : script;
}

/** Depth first, so that each file stands behind what it imports. */
function add(file, order) {
  if (order.includes(file)) return;
  for (const [, from] of read(file).matchAll(/^import .* from '\.\/(.+)';$/gm)) add(from, order);
  order.push(file);
}

function wrapped(file) {
  const names = [];
  const body = read(file)
    .replace(/^import \{(.+)\} from '\.\/(.+)';$/gm, (all, list, from) => {
      return `const {${list.replace(/ as /g, ': ')}} = modules[${JSON.stringify(from)}];`;
    })
    .replace(/^export (const|function|async function) (\w+)/gm, (all, kind, name) => {
      names.push(name);
      return `${kind} ${name}`;
    })
    .replace(/^export \{ (.+) \};$/gm, (all, list) => {
      names.push(...list.split(', '));
      return '';
    });
  const left = /^(import|export)\b.*/m.exec(body);
  if (left) throw new Error(`${file}: bundle.mjs does not know "${left[0]}"`);
  return `(function () {\n${body}\nreturn { ${names.map((name) => `${name}: ${name}`).join(', ')} };\n})()`;
}

async function toEs5(script) {
  const { default: ts } = await import('typescript');
  const options = { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.None, downlevelIteration: false };
  return ts.transpileModule(script, { compilerOptions: options }).outputText;
}

function read(file) {
  return readFileSync(join(here, file), 'utf8');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = argv.slice(2).find((word) => !word.startsWith('--'));
  const text = await bundle({ es5: argv.includes('--es5') });
  if (file) writeFileSync(file, text);
  else process.stdout.write(text);
}
