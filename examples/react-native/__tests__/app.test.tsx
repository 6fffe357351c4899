/** The whole app with the server that comes with it, which tells when a client hangs up. */
import React from 'react';
import App from '../App';
import { runServer } from './support/example-server';
import { show } from './support/screen';

let server: Awaited<ReturnType<typeof runServer>>;
let mockUrl = '';
jest.mock('../src/server', () => ({
  get SERVER() {
    return mockUrl;
  },
}));

beforeAll(async () => {
  server = await runServer();
  mockUrl = server.url;
});
afterAll(() => server.stop());

test('each page works, and going to another one ends what it was doing', async () => {
  const app = await show(<App />);

  await app.press('Ask');
  await app.until(() => (app.texts('assistant')[0] ?? '').startsWith('Streaming means '));
  await app.press('Download');
  expect(await server.news('POST /v1/chat/completions')).toMatch(/the client hung up: made \d+ of \d+ tokens/);

  // Two things are called so here: the page above and the button on it, which is the last.
  await app.press('Download', 'last');
  await app.until(() => parseInt(app.texts('progress')[0] ?? '0', 10) > 0);
  await app.press('Image');
  expect(await server.news('GET /file')).toMatch(/the client hung up/);

  await app.until(() => app.texts('status')[0] !== 'loading');
  const { source } = app.props('image');
  const { uri } = Array.isArray(source) ? source[0] : source;
  expect(uri).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
  await app.leave();
});
