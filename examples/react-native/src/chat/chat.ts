/**
 * One answer of a model that speaks OpenAI's chat API: the words as they are made, and a way to stop. Stopping closes the
 * connection, and a server that sees that stops generating. Knows nothing of React.
 */
import { events, request } from 'react-native-reqtask';

export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

export interface Question {
  url: string;
  messages: readonly Message[];
  model?: string;
  key?: string;
}

export interface Answer {
  stop(): void;
  /** How it ended: '' is the whole answer, 'stopped', or what went wrong. Never rejects. */
  readonly end: Promise<string>;
}

/** `onText` hears each piece of the answer as it comes, and nothing after `stop()`. */
export function ask({ url, messages, model = 'example', key }: Question, onText: (text: string) => void): Answer {
  const task = request({
    url,
    method: 'POST',
    header: key ? { authorization: `Bearer ${key}` } : {},
    data: { model, stream: true, messages },
    enableChunked: true,
  });
  let status = 0;
  task.onHeadersReceived(({ statusCode }) => (status = statusCode));

  async function read(): Promise<string> {
    try {
      for await (const { data } of events(task)) {
        if (data === '[DONE]') continue;
        const text = JSON.parse(data).choices?.[0]?.delta?.content ?? '';
        if (text !== '') onText(text);
      }
      return status === 200 ? '' : `the server answers ${status}`;
    } catch (error) {
      const { reason, errMsg, message } = error as { reason?: string; errMsg?: string; message?: string };
      return reason === 'abort' ? 'stopped' : (errMsg ?? message ?? 'failed');
    }
  }

  return { stop: () => void task.abort(), end: read() };
}
