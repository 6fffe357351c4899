import React from 'react';
import { ImageScreen } from '../src/image/ImageScreen';
import { toBase64 } from '../src/image/base64';
import { answer, base64, pattern } from './support/server';
import { show } from './support/screen';

test('the image has the bytes that the server sent', async () => {
  const steps = ['status 200 OK', 'field content-type: image/webp', 'length 10001', 'head-end', 'bytes 10001'];
  const page = await show(<ImageScreen url={answer(steps).url} />);
  await page.until(() => page.texts('status')[0] !== 'loading');

  expect(page.texts('status')).toEqual(['10001 bytes']);
  const { source } = page.props('image');
  expect((Array.isArray(source) ? source[0] : source).uri).toBe(`data:image/webp;base64,${base64(pattern(10001))}`);
  await page.leave();
});

test('leaving the page closes the connection', async () => {
  const { url, asked, gone } = answer(['status 200 OK', 'length 10000', 'head-end', 'bytes 5000', 'stall']);
  const page = await show(<ImageScreen url={url} />);
  await asked();
  await page.leave();
  await gone();
});

test('what is no image is told', async () => {
  const page = await show(<ImageScreen url={answer(['status 404 Not Found', 'length 0', 'head-end']).url} />);
  await page.until(() => page.texts('status')[0] !== 'loading');
  expect(page.texts('status')).toEqual(['the server answers 404']);
  await page.leave();
});

test('base64 of every length and every byte', () => {
  for (let length = 0; length < 10; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => 251 - at * 31);
    expect(toBase64(bytes.buffer)).toBe(base64(bytes));
  }
  const all = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
  expect(toBase64(all.buffer)).toBe(base64(all));
});
