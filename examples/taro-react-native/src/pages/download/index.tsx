import { Button, Progress, Text, View } from '@tarojs/components';
import Taro, { useUnload } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { SERVER } from '../../server';

/** Counts what comes. An app gives the chunks to its file library. */
export default function Download() {
  const [percent, setPercent] = useState(0);
  const [phase, setPhase] = useState('');
  const task = useRef<Taro.RequestTask<any> | null>(null);

  const start = () => {
    let received = 0;
    let total = 0;
    setPercent(0);
    setPhase('running');
    const mine = Taro.request({
      url: `${SERVER}/file?bytes=200000000`,
      enableChunked: true,
      success: ({ statusCode, profile }) => {
        // The body of a 404 is not the file.
        if (statusCode !== 200) {
          setPercent(0);
          return setPhase(`the server answers ${statusCode}`);
        }
        setPhase(profile ? `done in ${Math.round(profile.responseEnd - profile.fetchStart)} ms` : 'done');
      },
      fail: ({ errMsg }) => setPhase(errMsg === 'request:fail abort' ? 'cancelled' : errMsg),
    });
    mine.onHeadersReceived(({ header }) => (total = Number(header['content-length'] ?? 0)));
    mine.onChunkReceived(({ data }) => {
      received += data.byteLength;
      // React leaves a page alone whose state does not change: it is drawn a hundred times, however many chunks come.
      if (total > 0) setPercent(Math.floor((received * 100) / total));
    });
    task.current = mine;
  };
  const pause = () => {
    task.current?.pause();
    setPhase('paused');
  };
  const resume = () => {
    task.current?.resume();
    setPhase('running');
  };
  const cancel = () => task.current?.abort();
  useUnload(cancel);

  return (
    <View>
      <Progress percent={percent} />
      <Text id="percent">{percent} %</Text>
      <Text id="phase">{phase}</Text>
      {phase === 'running' && <Button onClick={pause}>Pause</Button>}
      {phase === 'paused' && <Button onClick={resume}>Resume</Button>}
      {phase === 'running' || phase === 'paused' ? (
        <Button onClick={cancel}>Cancel</Button>
      ) : (
        <Button onClick={start}>Download</Button>
      )}
    </View>
  );
}
