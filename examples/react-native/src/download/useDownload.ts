/** One download at a time, as state. Leaving the page cancels it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { download, type Download, type Progress, type Sink } from './download';

export function useDownload(url: string, sink: Sink) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const current = useRef<Download | null>(null);

  const start = useCallback(() => {
    if (current.current) return;
    current.current = download(url, sink, (news) => {
      if (news.phase !== 'running' && news.phase !== 'paused') current.current = null;
      setProgress(news);
    });
  }, [url, sink]);

  const pause = useCallback(() => current.current?.pause(), []);
  const resume = useCallback(() => current.current?.resume(), []);
  const cancel = useCallback(() => current.current?.cancel(), []);
  useEffect(() => cancel, [cancel]);

  return { progress, start, pause, resume, cancel };
}
