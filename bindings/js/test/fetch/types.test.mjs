// The declarations of reqtask-js/fetch, compiled with lib.dom, with Node's types, and with neither.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('types/', import.meta.url));

/** Compiles one of the files with the options of types/tsconfig.json and these. */
function compile(file, lib, types) {
  const options = {
    extends: './tsconfig.json',
    // Our own declarations are checked where there are no others.
    compilerOptions: { lib, types, skipLibCheck: file !== 'alone.ts' },
    files: [file],
    include: [],
  };
  const program = `
    const ts = require(${JSON.stringify(createRequire(import.meta.url).resolve('typescript'))});
    const parsed = ts.parseJsonConfigFileContent(${JSON.stringify(options)}, ts.sys, ${JSON.stringify(here)});
    const program = ts.createProgram(parsed.fileNames, parsed.options);
    const found = [...parsed.errors, ...ts.getPreEmitDiagnostics(program)];
    const host = { getCurrentDirectory: () => ${JSON.stringify(here)}, getCanonicalFileName: (name) => name, getNewLine: () => '\\n' };
    process.stdout.write(ts.formatDiagnostics(found, host));
    process.exitCode = found.length > 0 ? 1 : 0;`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: here, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
}

test('with lib.dom: ours is assignable to theirs', () => {
  compile('web.ts', ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable', 'ESNext.Iterator'], []);
});

test("with Node's types: the same", () => {
  compile('web.ts', ['ES2022'], ['node']);
});

test('with neither', () => {
  compile('alone.ts', ['ES2017', 'ES2018.AsyncIterable'], []);
});
