import React from 'react';
import { StyleSheet, View } from 'react-native';

/** `part`: 0 to 1. */
export function ProgressBar({ part }: { part: number }) {
  return (
    <View accessibilityRole="progressbar" style={styles.bar}>
      <View style={[styles.done, { flex: part }]} />
      <View style={{ flex: 1 - part }} />
    </View>
  );
}

const styles = StyleSheet.create({
  bar: { backgroundColor: '#dddddd', borderRadius: 4, flexDirection: 'row', height: 8, overflow: 'hidden' },
  done: { backgroundColor: '#2f6fde' },
});
