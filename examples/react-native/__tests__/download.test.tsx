import React from 'react';
import { DownloadScreen } from '../src/download/DownloadScreen';
import { answer, newGate, open, pattern } from './support/server';
import { show } from './support/screen';

const BYTES = 200_000;
const head = ['status 200 OK', `length ${BYTES}`, 'head-end'];

test('the progress follows the bytes to 100 %, and all of them reach the sink', async () => {
  const gate = newGate();
  const { url } = answer([...head, 'bytes 80000', `gate ${gate}`, 'bytes 120000']);
  const chunks: ArrayBuffer[] = [];
  const page = await show(<DownloadScreen url={url} sink={(chunk) => void chunks.push(chunk)} />);

  await page.press('Download');
  await page.until(() => page.texts('progress')[0] === '40 %');
  expect(page.texts('phase')).toEqual(['running']);
  await open(gate);
  await page.until(() => page.texts('phase')[0] === 'done');

  expect(page.texts('progress')).toEqual(['100 %']);
  expect(page.texts('timing')).toContain('from: 127.0.0.1');
  const received = new Uint8Array(BYTES);
  chunks.reduce((at, chunk) => (received.set(new Uint8Array(chunk), at), at + chunk.byteLength), 0);
  expect(received.join() === pattern(BYTES).join()).toBe(true); // Not toEqual: it is slow, and what differs would fill the screen.
  await page.leave();
});

test('Pause holds the bytes back, and Resume brings them', async () => {
  const gate = newGate();
  const { url } = answer([...head, 'bytes 80000', `gate ${gate}`, 'bytes 120000']);
  const page = await show(<DownloadScreen url={url} />);

  await page.press('Download');
  await page.until(() => page.texts('progress')[0] === '40 %');
  await page.press('Pause');
  await open(gate);
  // Another request goes through meanwhile, from its start to its end: what was to come for this one would have come.
  const other = await show(<DownloadScreen url={answer(['ok hello']).url} />);
  await other.press('Download');
  await other.until(() => other.texts('phase')[0] === 'done');
  await other.leave();
  expect([...page.texts('progress'), ...page.texts('phase')]).toEqual(['40 %', 'paused']);

  await page.press('Resume');
  await page.until(() => page.texts('phase')[0] === 'done');
  expect(page.texts('progress')).toEqual(['100 %']);
  await page.leave();
});

test('Cancel closes the connection, running or paused, and one can begin anew', async () => {
  for (const paused of [false, true]) {
    const { url, gone, isGone } = answer([...head, 'bytes 80000', 'stall']);
    const page = await show(<DownloadScreen url={url} />);
    await page.press('Download');
    await page.until(() => page.texts('progress')[0] === '40 %');
    if (paused) await page.press('Pause');
    expect(await isGone()).toBe(false);
    await page.press('Cancel');
    await gone();
    await page.until(() => page.texts('phase')[0] === 'cancelled');
    await page.press('Download');
    await page.until(() => page.texts('phase')[0] === 'running' && page.texts('progress')[0] === '40 %');
    await page.leave();
  }
});

test('leaving the page closes the connection', async () => {
  const { url, gone } = answer([...head, 'bytes 80000', 'stall']);
  const page = await show(<DownloadScreen url={url} />);
  await page.press('Download');
  await page.until(() => page.texts('progress')[0] === '40 %');
  await page.leave();
  await gone();
});

test('what is not the file, and a file that is cut short, are failures', async () => {
  const missing = answer(['status 404 Not Found', 'length 9', 'head-end', 'body not found']);
  const short = answer([...head, 'bytes 80000', 'close']);
  for (const [{ url }, message] of [
    [missing, /^the server answers 404$/],
    [short, /^request:fail interrupted/],
  ] as const) {
    const page = await show(<DownloadScreen url={url} />);
    await page.press('Download');
    await page.until(() => page.shows('Download'));
    expect(page.texts('phase')[0]).toMatch(message);
    await page.leave();
  }
});
