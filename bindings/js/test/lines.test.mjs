// Every line of the contract is named by a test, and every file that conformance/LINES.md gives as a proof is there and
// names its line. C programs promise functions rather than lines, so for those the file's being there is enough.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cases } from '../conformance/cases.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const conformance = join(root, 'bindings/js/conformance');
const ID = /\b[A-I]-\d+\b/g;
const COUNTS = { A: 14, B: 10, C: 9, D: 8, E: 17, F: 15, G: 10, H: 13, I: 5 };

const rows = [
  ...readFileSync(join(conformance, 'LINES.md'), 'utf8').matchAll(/^\| ([A-I]-\d+) +\| (.+?) +\| (\S+) +\|$/gm),
].map(([, id, says, proof]) => ({ id, says, proof }));
const known = new Set(rows.map(({ id }) => id));

/** The ids in the titles of tests: `test('A-1 B-2: ...', ...)`, `it("...")`, `` test(`...`) ``. */
function titles(text) {
  return [...text.matchAll(/\b(?:test|it|describe)(?:\.\w+)?\(\s*(['"`])((?:(?!\1).)+)\1/gs)].map((match) => match[2]);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'build' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Which tests name a line: file or case, by id. */
function namedBy() {
  const named = new Map();
  const add = (id, who) => named.set(id, [...(named.get(id) ?? []), who]);
  for (const one of cases) for (const id of one.lines) add(id, `case "${one.name}"`);
  for (const path of filesBelow(join(root, 'bindings'))) {
    if (!/\.test(-d)?\.(mjs|cjs|js|mts|ts)$/.test(path)) continue;
    for (const title of titles(readFileSync(path, 'utf8'))) for (const [id] of title.matchAll(ID)) add(id, path);
  }
  return named;
}

test('LINES.md lists every line of the contract once', () => {
  const expected = Object.entries(COUNTS).flatMap(([letter, n]) =>
    Array.from({ length: n }, (_, i) => `${letter}-${i + 1}`),
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    expected,
  );
});

test('every line is named by a test, and tests name no line that is not there', () => {
  const named = namedBy();
  const unnamed = rows.filter(({ id, proof }) => !named.has(id) && !proof.startsWith('ffi-tests/'));
  assert.deepEqual(unnamed, [], 'lines that no test names');
  const unknown = [...named].filter(([id]) => !known.has(id));
  assert.deepEqual(unknown, [], 'lines that tests name and nobody knows');
});

test('the proof of every line is there and names it', () => {
  const wrong = [];
  for (const { id, proof } of rows) {
    const path = proof.includes('/') ? join(root, proof) : join(conformance, proof);
    if (!existsSync(path)) wrong.push(`${id}: no ${proof}`);
    else if (proof.startsWith('ffi-tests/')) continue;
    else if (!namesLine(path, id)) wrong.push(`${id}: ${proof} does not name it`);
  }
  assert.deepEqual(wrong, []);
});

test('titles are found in each way of writing them', () => {
  const text =
    "test('A-1: x', () => {}); it(\n  \"B-2 isn't\",\n); test(`C-3 ${D-4}: y`, f); test.only('E-5', g); contest('F-6')";
  assert.deepEqual(titles(text), ['A-1: x', "B-2 isn't", 'C-3 ${D-4}: y', 'E-5']);
});

function namesLine(path, id) {
  if (statSync(path).isDirectory()) return [...filesBelow(path)].some((file) => namesLine(file, id));
  return new RegExp(`\\b${id}\\b`).test(readFileSync(path, 'utf8'));
}
