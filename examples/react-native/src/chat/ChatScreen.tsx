import React, { useState } from 'react';
import { ScrollView, StyleSheet, Text, TextInput, View } from 'react-native';
import { Button } from '../Button';
import { useChat } from './useChat';

export function ChatScreen({ url }: { url: string }) {
  const { lines, busy, send, stop } = useChat(url);
  const [question, setQuestion] = useState('What is streaming?');

  const ask = () => {
    send(question);
    setQuestion('');
  };

  return (
    <View style={styles.page}>
      <ScrollView style={styles.lines}>
        {lines.map(({ role, content, note }, index) => (
          <View key={index} style={role === 'user' ? styles.question : styles.answer}>
            <Text testID={role}>{content}</Text>
            {note ? <Text testID="note">[{note}]</Text> : null}
          </View>
        ))}
      </ScrollView>
      <View style={styles.row}>
        <TextInput
          style={styles.input}
          placeholder="Ask something"
          value={question}
          onChangeText={setQuestion}
          onSubmitEditing={ask}
        />
        {busy ? (
          <Button title="Stop" onPress={stop} />
        ) : (
          <Button title="Ask" onPress={ask} disabled={question === ''} />
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, padding: 12 },
  lines: { flex: 1 },
  question: { alignSelf: 'flex-end', backgroundColor: '#dbe7fd', borderRadius: 12, margin: 4, padding: 10 },
  answer: { alignSelf: 'flex-start', backgroundColor: '#eeeeee', borderRadius: 12, margin: 4, padding: 10 },
  row: { alignItems: 'center', flexDirection: 'row', gap: 8 },
  input: { borderColor: '#bbbbbb', borderRadius: 8, borderWidth: 1, flex: 1, padding: 10 },
});
