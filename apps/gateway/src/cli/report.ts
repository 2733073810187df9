/** What a command found or did: one JSON document for programs, lines for people. */
export interface Report {
  /** Undefined where a command has nothing to tell a program. */
  readonly document: unknown;
  readonly lines: readonly string[];
  /** False where the command worked and what it looked at is not in order; the exit code is 1 then. */
  readonly ok?: boolean;
}

type Cell = string | number | null;

/** Columns as wide as their longest cell. An empty table is a sentence, given as `none`. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  none = "There are none.",
): string[] {
  if (rows.length === 0) return [none];
  const texts = [heads, ...rows].map((row) => row.map((cell) => String(cell ?? "-")));
  const widths = heads.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  return texts.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `1 message`, `2 messages`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** A time to the minute, with its zone. */
export function minuteOf(time: string): string {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}
