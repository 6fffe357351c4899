/**
 * One answer of a model that speaks OpenAI's chat API, word by word. Only what Taro's documentation says of RequestTask is
 * used, so the same file runs in a mini program; the parser is plain JavaScript.
 */
import Taro from '@tarojs/taro';
import { EventStreamParser } from 'reqtask-js';

/** `onText` hears each piece; `onEnd` how it ended: '' is the whole answer, 'stopped', or what went wrong. Abort to stop. */
export function ask(url: string, question: string, onText: (text: string) => void, onEnd: (note: string) => void) {
  const parser = new EventStreamParser();
  const task = Taro.request({
    url,
    method: 'POST',
    data: { model: 'example', stream: true, messages: [{ role: 'user', content: question }] },
    enableChunked: true,
    success: ({ statusCode }) => onEnd(statusCode === 200 ? '' : `the server answers ${statusCode}`),
    fail: ({ errMsg }) => onEnd(errMsg === 'request:fail abort' ? 'stopped' : errMsg),
  });
  task.onChunkReceived((chunk) => {
    for (const { data } of parser.push(chunk.data)) {
      if (data === '[DONE]') continue;
      const text = JSON.parse(data).choices?.[0]?.delta?.content ?? '';
      if (text !== '') onText(text);
    }
  });
  return task;
}
