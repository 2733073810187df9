/** One measured figure, as `npm run bench` prints it and the page of performance shows it. Plain JSON. */
export interface Figure {
  readonly figure: string;
  /** What was measured, in a sentence. */
  readonly what: string;
  readonly target: string;
  readonly reached: boolean;
  /** Names and numbers, in the order of the page. */
  readonly values: Readonly<Record<string, number | string>>;
}

export type Scale = {
  /** A share of the full size, for a quick look. */
  readonly of: (full: number) => number;
  readonly repeats: number;
};

export interface FigureEntry {
  readonly name: string;
  readonly run: (scale: Scale) => Promise<readonly Figure[]>;
}
