// What the tests of other people's clients share: our fetch on the real addon, and a server that each test answers by hand. The
// clients come from the lock file here; bindings/run-tests installs them.
import { strict as assert } from 'node:assert';
import { after } from 'node:test';
import { createRequest } from '../../dist/esm/index.js';
import { createFetch } from '../../dist/esm/fetch/index.js';
import host from '../../../node/native.cjs';
import { startAnswers } from '../answers.mjs';

export { assert };

const requester = createRequest(host);
requester.configure({ warnings: false });
export const ours = createFetch(requester);
export const answers = await startAnswers();

after(() => {
  requester.close();
  answers.stop();
});

/** The next request, once it was seen that none but this came. */
export async function nextExchange() {
  const exchange = await answers.next();
  assert.equal(answers.exchanges.count, 0);
  return exchange;
}

/** A token of an LLM in the words of OpenAI's API. */
export const token = (content) =>
  `data: ${JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }],
  })}\n\n`;

export const lastToken = `data: ${JSON.stringify({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
})}\n\ndata: [DONE]\n\n`;

export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  assert.fail(`was resolved with ${value}, not rejected`);
}
