// The table of src/lifecycle.ts, cell by cell; which cells matter to which line is said in that file and in races.test.mjs.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isOpen, step } from '../../dist/esm/lifecycle.js';

const INPUTS = ['turn', 'refuse', 'headers', 'chunk', 'complete', 'overdue', 'abort', 'close'];

// [next state, action], or null where nothing changes and nothing is done.
const ABORT = ['aborting', 'none'];
const ABORT_HOST = ['aborting', 'abortHost'];
const CLOSE = ['ended', 'none'];
const TABLE = {
  refused: [['ended', 'fail'], null, null, null, null, null, ABORT, CLOSE],
  planned: [['started', 'start'], null, null, null, null, null, ABORT, CLOSE],
  started: [null, ['ended', 'fail'], ['headers', 'announce'], null, ['ended', 'finish'], null, ABORT_HOST, CLOSE],
  headers: [null, null, null, ['headers', 'hand'], ['ended', 'finish'], ['ended', 'timeOut'], ABORT_HOST, CLOSE],
  aborting: [['ended', 'endAbort'], null, null, null, ['ended', 'endAbort'], null, null, CLOSE],
  ended: INPUTS.map(() => null),
};

for (const [state, row] of Object.entries(TABLE)) {
  for (const [i, input] of INPUTS.entries()) {
    const [next, action] = row[i] ?? [state, 'none'];
    test(`A-6 A-9 B-3: ${state}, ${input}: ${next}, ${action}`, () => {
      assert.deepEqual(step(state, input), { next, action });
    });
  }
}

test('A-9 B-4: events may be told in all states but aborting and ended', () => {
  assert.deepEqual(Object.keys(TABLE).filter(isOpen), ['refused', 'planned', 'started', 'headers']);
});
