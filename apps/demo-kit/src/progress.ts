const MARGIN = " ".repeat(10);

/** What a person watches while the demo works. */
export type Progress = {
  /** Something begins, or has just happened; the line starts with the seconds since the start. */
  step(text: string): void;
  /** More about the step above it. */
  detail(text: string): void;
  /** A line without a time; empty unless given. */
  plain(text?: string): void;
};

export function createProgress(print: (line: string) => void): Progress {
  const startedAt = performance.now();
  return {
    step(text) {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      print(`${seconds.padStart(6)} s  ${text}`);
    },
    detail: (text) => print(`${MARGIN}${text}`),
    plain: (text = "") => print(text),
  };
}
