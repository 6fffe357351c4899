import React from 'react';
import { StyleSheet, Text, View } from 'react-native';
import { Button } from '../Button';
import { ProgressBar } from './ProgressBar';
import type { Progress, Sink } from './download';
import { timings } from './timings';
import { useDownload } from './useDownload';

/** This page only counts. An app writes the chunk to a file here, and returns the promise of that. */
const discard: Sink = () => {};

export function DownloadScreen({ url, sink = discard }: { url: string; sink?: Sink }) {
  const { progress, start, pause, resume, cancel } = useDownload(url, sink);
  const phase = progress?.phase;

  return (
    <View style={styles.page}>
      {progress ? <Shown {...progress} /> : <Text>{url}</Text>}
      <View style={styles.row}>
        {phase === 'running' ? <Button title="Pause" onPress={pause} /> : null}
        {phase === 'paused' ? <Button title="Resume" onPress={resume} /> : null}
        {phase === 'running' || phase === 'paused' ? (
          <Button title="Cancel" onPress={cancel} />
        ) : (
          <Button title="Download" onPress={start} />
        )}
      </View>
    </View>
  );
}

function Shown({ phase, received, total, message, profile }: Progress) {
  return (
    <View style={styles.shown}>
      <ProgressBar part={total > 0 ? received / total : 0} />
      <Text testID="progress">{total > 0 ? `${Math.floor((received * 100) / total)} %` : `${received} bytes`}</Text>
      <Text testID="phase">{message ?? phase}</Text>
      {(profile ? timings(profile) : []).map((line) => (
        <Text key={line} testID="timing">
          {line}
        </Text>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, gap: 16, padding: 12 },
  shown: { gap: 6 },
  row: { flexDirection: 'row', gap: 8 },
});
