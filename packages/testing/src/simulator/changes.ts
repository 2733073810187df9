/** Counts changes and wakes those who wait for the next one. */
export interface Changes {
  revision(): number;
  happened(): void;
  /** Resolves at the next change after this revision, or when the time is over. */
  after(revision: number, waitMs: number): Promise<void>;
  /** Calls the watcher after changes, at most once in the given time. Returns how to stop. */
  watch(everyMs: number, watcher: () => void): () => void;
}

export function createChanges(): Changes {
  let revision = 0;
  const waiting = new Set<() => void>();

  return {
    revision: () => revision,
    happened() {
      revision += 1;
      if (waiting.size === 0) return;
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    after(seen, waitMs) {
      if (revision > seen) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(wake, waitMs);
        function wake() {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        }
        waiting.add(wake);
      });
    },
    watch(everyMs, watcher) {
      let timer: NodeJS.Timeout | undefined;
      const wake = () => {
        timer = setTimeout(() => {
          waiting.add(wake);
          watcher();
        }, everyMs);
      };
      waiting.add(wake);
      return () => {
        waiting.delete(wake);
        clearTimeout(timer);
      };
    },
  };
}
