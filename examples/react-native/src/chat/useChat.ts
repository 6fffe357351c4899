/** A conversation, as state. Leaving the page stops the answer that is being made. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, type Answer, type Message } from './chat';

export interface Line extends Message {
  /** How the answer ended, if not well. */
  note?: string;
}

export function useChat(url: string) {
  const [lines, setLines] = useState<Line[]>([]);
  const [busy, setBusy] = useState(false);
  const answer = useRef<Answer | null>(null);

  const stop = useCallback(() => answer.current?.stop(), []);
  useEffect(() => stop, [stop]);

  const send = useCallback(
    (question: string) => {
      if (answer.current) return;
      const messages: Message[] = [
        ...lines.map(({ role, content }) => ({ role, content })),
        { role: 'user', content: question },
      ];
      const show = (content: string, note?: string) => setLines([...messages, { role: 'assistant', content, note }]);

      let text = '';
      show(text);
      setBusy(true);
      answer.current = ask({ url, messages }, (piece) => show((text += piece)));
      answer.current.end.then((note) => {
        answer.current = null;
        show(text, note);
        setBusy(false);
      });
    },
    [lines, url],
  );

  return { lines, busy, send, stop };
}
