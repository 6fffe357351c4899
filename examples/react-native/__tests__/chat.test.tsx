import React from 'react';
import { ChatScreen } from '../src/chat/ChatScreen';
import { answer, eventStream, newGate, open, token } from './support/server';
import { show } from './support/screen';

test('the words appear as the server makes them', async () => {
  const [second, last] = [newGate(), newGate()];
  const steps = [
    token('One '),
    `gate ${second}`,
    token('two '),
    `gate ${last}`,
    token('三.'),
    'body data: [DONE]\\n\\n',
  ];
  const page = await show(<ChatScreen url={answer([...eventStream, ...steps, 'end']).url} />);

  await page.press('Ask');
  await page.until(() => page.texts('assistant')[0] === 'One ');
  await open(second);
  await page.until(() => page.texts('assistant')[0] === 'One two ');
  await open(last);
  await page.until(() => page.shows('Ask'));

  expect(page.texts('user')).toEqual(['What is streaming?']);
  expect(page.texts('assistant')).toEqual(['One two 三.']);
  expect(page.texts('note')).toEqual([]);
  await page.leave();
});

test('Stop closes the connection and keeps what was said', async () => {
  const { url, gone, isGone } = answer([...eventStream, token('Half a'), 'stall']);
  const page = await show(<ChatScreen url={url} />);

  await page.press('Ask');
  await page.until(() => page.texts('assistant')[0] === 'Half a');
  expect(await isGone()).toBe(false);
  await page.press('Stop');
  await gone();
  await page.until(() => page.shows('Ask'));

  expect(page.texts('assistant')).toEqual(['Half a']);
  expect(page.texts('note')).toEqual(['[stopped]']);
  await page.leave();
});

test('leaving the page closes the connection, also before the server has answered', async () => {
  for (const steps of [[...eventStream, token('Half a'), 'stall'], ['stall']]) {
    const { url, asked, gone, isGone } = answer(steps);
    const page = await show(<ChatScreen url={url} />);
    await page.press('Ask');
    await asked();
    expect(await isGone()).toBe(false);
    await page.leave();
    await gone();
  }
});

test('a refusal and a broken connection are told', async () => {
  const refused = await show(<ChatScreen url={answer(['status 402 Payment Required', 'length 0', 'head-end']).url} />);
  await refused.press('Ask');
  await refused.until(() => refused.shows('Ask'));
  expect(refused.texts('note')).toEqual(['[the server answers 402]']);
  await refused.leave();

  const broken = await show(<ChatScreen url={answer([...eventStream, token('Half a'), 'reset']).url} />);
  await broken.press('Ask');
  await broken.until(() => broken.shows('Ask'));
  expect(broken.texts('note')[0]).toMatch(/^\[request:fail interrupted/);
  await broken.leave();
});
