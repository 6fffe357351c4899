/**
 * An app in the style of React Native's template that uses all entries; compiled by test/types.test.mjs, never run. Where it says
 * that an error is expected, the types must refuse the line.
 */
import { useEffect, useRef, useState } from 'react';
import { Button, SafeAreaView, ScrollView, Text } from 'react-native';
import { RequestError, configure, events, ndjson, request, type RequestTask } from 'react-native-reqtask';
import { FormData, Headers, fetch, install, type Response } from 'react-native-reqtask/fetch';
import { addInterceptor, request as taroRequest } from 'react-native-reqtask/taro';

configure({ maxConcurrent: 64, rootsPem: '' });

interface Token {
  text: string;
}

export default function App() {
  const [text, setText] = useState('');
  const running = useRef<RequestTask | null>(null);
  useEffect(() => () => void running.current?.abort(), []);

  async function chat() {
    const task = request({
      url: 'https://example.com/chat',
      method: 'POST',
      data: { prompt: 'Hi' },
      enableChunked: true,
    });
    running.current = task;
    task.onHeadersReceived(({ statusCode, header }) => console.log(statusCode, header['content-type']));
    try {
      for await (const event of events(task)) setText((before) => before + event.data);
    } catch (error) {
      if (!(error instanceof RequestError) || error.reason !== 'abort') throw error;
    }
  }

  async function tokens() {
    for await (const token of ndjson<Token>(request({ url: 'https://example.com/tokens', enableChunked: true }))) {
      setText((before) => before + token.text);
      // @ts-expect-error: a Token has no other members
      console.log(token.other);
    }
  }

  async function upload() {
    const form = new FormData();
    form.append('picture', { uri: 'file:///a.png', name: 'a.png', type: 'image/png' });
    const controller = new AbortController();
    const headers = new Headers({ accept: 'application/json' });
    const response: Response = await fetch('https://example.com/pictures', {
      method: 'POST',
      body: form,
      headers,
      signal: controller.signal,
    });
    const cookies: string[] = response.headers.getSetCookie();
    const bytes: ArrayBuffer = await response.arrayBuffer();
    setText(`${response.status} ${cookies.length} ${bytes.byteLength}`);
  }

  // @ts-expect-error: no such method
  running.current?.stop();

  return (
    <SafeAreaView>
      <ScrollView>
        <Text>{text}</Text>
      </ScrollView>
      <Button title="Chat" onPress={chat} />
      <Button title="Tokens" onPress={tokens} />
      <Button title="Upload" onPress={upload} />
      <Button title="Stop" onPress={() => running.current?.abort()} />
    </SafeAreaView>
  );
}

addInterceptor((chain) => chain.proceed(chain.requestParams));
taroRequest<Token>({ url: 'https://example.com/', success: ({ data }) => console.log(data.text) });
const undo: () => void = install();
undo();
