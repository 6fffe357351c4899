import { Button, Input, ScrollView, Text, View } from '@tarojs/components';
import { useUnload } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { SERVER } from '../../server';
import { ask } from './ask';

export default function Chat() {
  const [question, setQuestion] = useState('What is streaming?');
  const [answer, setAnswer] = useState('');
  const [note, setNote] = useState('');
  const task = useRef<ReturnType<typeof ask> | null>(null);
  const [busy, setBusy] = useState(false);

  const send = () => {
    setAnswer('');
    setNote('');
    setBusy(true);
    task.current = ask(
      `${SERVER}/v1/chat/completions`,
      question,
      (text) => setAnswer((before) => before + text),
      (end) => {
        setNote(end);
        setBusy(false);
      },
    );
  };
  const stop = () => task.current?.abort();
  useUnload(stop);

  return (
    <View>
      <Input value={question} onInput={({ detail }) => setQuestion(detail.value)} />
      {busy ? <Button onClick={stop}>Stop</Button> : <Button onClick={send}>Ask</Button>}
      <ScrollView scrollY>
        <Text id="answer">{answer}</Text>
        <Text id="note">{note}</Text>
      </ScrollView>
    </View>
  );
}
