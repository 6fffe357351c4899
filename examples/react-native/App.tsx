/**
 * Three pages, one at a time. A page that is left is unmounted, and that ends its request: see the hooks.
 */
import React, { useState } from 'react';
import { Pressable, StatusBar, StyleSheet, Text, View, useColorScheme } from 'react-native';
import { SafeAreaProvider, SafeAreaView } from 'react-native-safe-area-context';
import { ChatScreen } from './src/chat/ChatScreen';
import { DownloadScreen } from './src/download/DownloadScreen';
import { ImageScreen } from './src/image/ImageScreen';
import { SERVER } from './src/server';

const pages = {
  Chat: () => <ChatScreen url={`${SERVER}/v1/chat/completions`} />,
  Download: () => <DownloadScreen url={`${SERVER}/file?bytes=200000000`} />,
  Image: () => <ImageScreen url={`${SERVER}/picture.png`} />,
};

type Page = keyof typeof pages;

function App() {
  const isDarkMode = useColorScheme() === 'dark';
  const [page, setPage] = useState<Page>('Chat');
  const Screen = pages[page];

  return (
    <SafeAreaProvider>
      <StatusBar barStyle={isDarkMode ? 'light-content' : 'dark-content'} />
      <SafeAreaView style={styles.app}>
        <View style={styles.tabs}>
          {(Object.keys(pages) as Page[]).map((name) => (
            <Pressable key={name} accessibilityRole="tab" style={styles.tab} onPress={() => setPage(name)}>
              <Text style={name === page ? styles.current : styles.name}>{name}</Text>
            </Pressable>
          ))}
        </View>
        <Screen key={page} />
      </SafeAreaView>
    </SafeAreaProvider>
  );
}

const styles = StyleSheet.create({
  app: { flex: 1, backgroundColor: '#ffffff' },
  tabs: { flexDirection: 'row' },
  tab: { flex: 1, alignItems: 'center', padding: 12 },
  name: { color: '#666666' },
  current: { color: '#000000', fontWeight: 'bold' },
});

export default App;
