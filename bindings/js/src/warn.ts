/**
 * Console warnings for developers: each once in a process (or once for each set that is given), and none where they are
 * off. A console need not exist. Knows nothing of what is warned about, but for D-4's sentence, which three places need.
 */

/** Says `text` unless something with this `key` was said before. */
export type Warn = (key: string, text: string) => void;

interface ConsoleLike {
  warn?(text: string): void;
}
declare const console: ConsoleLike | undefined;
declare const process: { env: { NODE_ENV?: string } };

const saidInThisProcess = new Set<string>();

/** A warner. `said` holds what was said already; requesters that share it say nothing twice. */
export function createWarn(enabled: boolean, said: Set<string> = saidInThisProcess): Warn {
  if (!enabled) return () => {};
  return (key, text) => {
    if (said.has(key)) return;
    said.add(key);
    try {
      if (typeof console !== 'undefined') console.warn?.(`reqtask: ${text}`);
    } catch {
      // A console that throws must not change how a request goes.
    }
  };
}

/** The default of `warnings`: true unless NODE_ENV is 'production'. */
export function warnsByDefault(): boolean {
  try {
    // In these very words, because bundlers replace them; without a bundler `process` may not exist.
    return process.env.NODE_ENV !== 'production';
  } catch {
    return true;
  }
}

/** D-4: a listener that is no function was given to `method` (such as "onChunkReceived"). */
export function warnOfListener(warn: Warn, method: string, given: unknown): void {
  warn(`listener ${method}`, `${method} was given ${given === null ? 'null' : typeof given}, not a function; ignored`);
}
