/**
 * Two sources of one: what either takes is kept for the other, as ReadableStream's tee does. So the one that is behind costs memory,
 * up to the whole body; to make the faster one wait would be a deadlock for code that reads one and then the other.
 */
import type { Source } from './source.js';

interface Branch {
  queue: Uint8Array[];
  cancelled: boolean;
  waiting: { resolve(bytes: Uint8Array | null): void; reject(error: unknown): void } | null;
}

export function tee(source: Source): [Source, Source] {
  const branches: [Branch, Branch] = [newBranch(), newBranch()];
  let taking = false;
  let over: { error: unknown; failed: boolean } | null = null;

  function take(): void {
    if (taking || over) return;
    taking = true;
    source.next().then(
      (bytes) => {
        taking = false;
        if (bytes === null) finish(false, null);
        else share(bytes);
      },
      (error) => finish(true, error),
    );
  }

  function share(bytes: Uint8Array): void {
    const open = branches.filter((branch) => !branch.cancelled);
    open.forEach((branch, at) => {
      // Each has bytes of its own.
      const own = at === 0 ? bytes : bytes.slice();
      const { waiting } = branch;
      branch.waiting = null;
      if (waiting) waiting.resolve(own);
      else branch.queue.push(own);
    });
    if (open.some((branch) => branch.waiting)) take();
  }

  function finish(failed: boolean, error: unknown): void {
    over = { failed, error };
    for (const branch of branches) {
      const { waiting } = branch;
      branch.waiting = null;
      if (failed) waiting?.reject(error);
      else waiting?.resolve(null);
    }
  }

  function reader(branch: Branch): Source {
    return {
      next: () => {
        const bytes = branch.queue.shift();
        if (bytes) return Promise.resolve(bytes);
        if (over) return over.failed ? Promise.reject(over.error) : Promise.resolve(null);
        return new Promise((resolve, reject) => {
          branch.waiting = { resolve, reject };
          take();
        });
      },
      cancel: (reason) => {
        branch.cancelled = true;
        branch.queue = [];
        branch.waiting?.resolve(null);
        branch.waiting = null;
        if (branches.every(({ cancelled }) => cancelled) && !over) source.cancel(reason);
      },
      onFailure: (controller) => source.onFailure?.(controller),
    };
  }

  return [reader(branches[0]), reader(branches[1])];
}

function newBranch(): Branch {
  return { queue: [], cancelled: false, waiting: null };
}
