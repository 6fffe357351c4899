// The table, cell by cell: every state with every input.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { step } from '../../dist/esm/event-source/lifecycle.js';

const FAIL = { next: 'closed', effects: ['error'] };
const AGAIN = { next: 'waiting', effects: ['error', 'wait'] };
const STOP = { next: 'closed', effects: ['stop'] };

const EXPECTED = {
  connecting: {
    answered: { next: 'open', effects: ['announce'] },
    refused: FAIL,
    lost: AGAIN,
    time: null,
    close: STOP,
  },
  open: { answered: null, refused: FAIL, lost: AGAIN, time: null, close: STOP },
  waiting: {
    answered: null,
    refused: null,
    lost: null,
    time: { next: 'connecting', effects: ['connect'] },
    close: STOP,
  },
  closed: { answered: null, refused: null, lost: null, time: null, close: null },
};

for (const [state, row] of Object.entries(EXPECTED)) {
  for (const [input, want] of Object.entries(row)) {
    test(`EventSource: ${state}, ${input}`, () => assert.deepEqual(step(state, input), want));
  }
}
