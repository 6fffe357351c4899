import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OptionKey } from '../../dist/esm/option-keys.js';
import { NativeEventKind } from '../../dist/esm/native.js';

const header = readFileSync(new URL('../../../../include/reqtask.h', import.meta.url), 'utf8');
const numbers = (prefix) =>
  new Map(
    [...header.matchAll(new RegExp(`\\b${prefix}([A-Z0-9_]+) = (-?\\d+),`, 'g'))].map((m) => [m[1], Number(m[2])]),
  );

test('the option numbers are those of reqtask.h', () => {
  const inHeader = numbers('REQTASK_OPT_');
  assert.ok(inHeader.size > 25, 'the header was read');
  for (const [name, key] of Object.entries(OptionKey)) assert.equal(inHeader.get(name), key, name);
});

test('the kinds of events are those of reqtask.h', () => {
  const inHeader = numbers('REQTASK_EVENT_');
  for (const [name, kind] of Object.entries(NativeEventKind))
    assert.equal(inHeader.get(name.toUpperCase()), kind, name);
});
