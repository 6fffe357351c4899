/**
 * A download that can be watched, paused and cancelled. Its bytes go to `sink`, one chunk after the other: the next is asked
 * for when the sink is done with the last, so a slow disk slows the server, and memory stays small whatever the size. Knows
 * nothing of React, nor of files: give a sink that writes with the file library of your app.
 */
import { request, type Profile } from 'react-native-reqtask';

export type Phase = 'running' | 'paused' | 'done' | 'cancelled' | 'failed';

export interface Progress {
  phase: Phase;
  received: number;
  /** 0: the server does not say. */
  total: number;
  /** What went wrong. */
  message?: string;
  /** Of a finished download: when what happened. */
  profile?: Profile;
}

export interface Download {
  pause(): void;
  resume(): void;
  cancel(): void;
}

export type Sink = (chunk: ArrayBuffer) => void | Promise<void>;

/** Without a total, news each MiB. */
const STEP_BYTES = 1024 * 1024;

/** `onProgress` hears the start, each per cent, and each change of phase. */
export function download(url: string, sink: Sink, onProgress: (progress: Progress) => void): Download {
  const task = request({ url, enableChunked: true });
  let progress: Progress = { phase: 'running', received: 0, total: 0 };
  let refusal = '';
  let shown = 0;

  const tell = (news: Partial<Progress>) => onProgress((progress = { ...progress, ...news }));

  task.onHeadersReceived(({ statusCode, header }) => {
    if (statusCode !== 200) {
      // The body of a 404 is not the file.
      refusal = `the server answers ${statusCode}`;
      task.abort();
      return;
    }
    // Of a coded body it is the length before decoding, and no measure for the bytes that arrive here.
    tell({ total: header['content-encoding'] ? 0 : Number(header['content-length'] ?? 0) });
  });

  async function take(): Promise<void> {
    let received = 0;
    for await (const { data } of task) {
      await sink(data);
      received += data.byteLength;
      const { total } = progress;
      const step = Math.floor(total > 0 ? (received * 100) / total : received / STEP_BYTES);
      if (step !== shown) {
        shown = step;
        tell({ received });
      }
    }
    tell({ phase: 'done', received, profile: (await task).profile });
  }

  tell({});
  take().catch((error) => {
    const message: string = refusal || (error.errMsg ?? String(error));
    if (error.reason === 'abort' && refusal === '') tell({ phase: 'cancelled' });
    else tell({ phase: 'failed', message });
  });

  const from = (phase: Phase, act: () => void) => () => {
    if (progress.phase === phase) act();
  };
  return {
    pause: from('running', () => {
      task.pause();
      tell({ phase: 'paused' });
    }),
    resume: from('paused', () => {
      task.resume();
      tell({ phase: 'running' });
    }),
    cancel: () => void task.abort(),
  };
}
