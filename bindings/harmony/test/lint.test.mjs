// The ArkTS linter of OpenHarmony's compiler has nothing to say about the package and the example, nor has its type checker;
// and it would.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lint } from './arkts.mjs';
import { harmony } from './manifests.mjs';
import { layOut } from './package.mjs';

const laidOut = layOut();
after(laidOut.remove);

const filesOf = (folder) =>
  readdirSync(join(harmony, folder), { recursive: true })
    .filter((name) => name.endsWith('.ets'))
    .map((name) => join(harmony, folder, name));

test('the files of the package have no finding', () => {
  assert.ok(laidOut.arkts.length >= 4);
  assert.deepEqual(lint(laidOut.arkts, laidOut.paths), []);
});

test('an app can name every type of the options, events and results', () => {
  const source = readFileSync(join(harmony, '../js/src/types.ts'), 'utf8');
  const all = [...source.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
  // What createRequest makes, which the facade stands in for; options without effect; a function type that is written out.
  const hidden = ['Request', 'Requester', 'RequestTask', 'ForeignOptions', 'Listener'];
  const names = all.filter((name) => !hidden.includes(name));
  assert.ok(names.length >= 13, names.join());
  const file = join(laidOut.folder, 'names.ets');
  writeFileSync(file, `export type { ${names.join(', ')} } from 'reqtask';\n`);
  assert.deepEqual(lint([file], laidOut.paths), []);
});

test('the files of the example have no finding', () => {
  const files = filesOf('example');
  assert.ok(files.length >= 2);
  assert.deepEqual(lint(files, laidOut.paths), []);
});

test("the README's ArkTS has no finding", () => {
  const files = laidOut.snippets('README.md');
  assert.ok(files.length >= 5, `${files.length} pieces`);
  assert.deepEqual(lint(files, laidOut.paths), []);
});

test('a file that breaks rules is found out, rule by rule', () => {
  const findings = lint([join(harmony, 'test/bad/rules.ets')]).join('\n');
  for (const rule of [
    'arkts-no-any-unknown',
    'arkts-no-untyped-obj-literals',
    'arkts-no-destruct-decls',
    'arkts-no-private-identifiers',
    'arkts-no-for-in',
    'arkts-limited-throw',
  ]) {
    assert.match(findings, new RegExp(`\\(${rule}\\)`));
  }
});

test('a page with mistakes is found out, inside build() too', () => {
  const findings = lint([join(harmony, 'test/bad/page.ets')]).join('\n');
  for (const what of [/:9 2345 /, /:10 2339 /, /arkts-no-any-unknown/]) assert.match(findings, what);
});

test('a file that uses the package wrongly is found out', () => {
  const findings = lint([join(harmony, 'test/bad/types.ets')], laidOut.paths);
  const codes = findings.map((finding) => /:(\d+) (\d+) /.exec(finding).slice(1).join(' '));
  assert.deepEqual(
    codes.filter((code) => /^(4 2322|5 2339|6 2322)$/.test(code)),
    ['4 2322', '5 2339', '6 2322'],
    findings.join('\n'),
  );
});
