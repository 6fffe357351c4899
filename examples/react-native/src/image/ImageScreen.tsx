import React from 'react';
import { Image, StyleSheet, Text, View } from 'react-native';
import { useImage } from './useImage';

export function ImageScreen({ url }: { url: string }) {
  const { uri, bytes, message } = useImage(url);

  return (
    <View style={styles.page}>
      {uri ? <Image testID="image" source={{ uri }} style={styles.image} resizeMode="contain" /> : null}
      <Text testID="status">{message ?? (uri ? `${bytes} bytes` : 'loading')}</Text>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { alignItems: 'center', flex: 1, gap: 12, padding: 12 },
  image: { aspectRatio: 1, width: '100%' },
});
