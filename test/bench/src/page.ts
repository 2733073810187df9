import type { Figure } from "./figure.ts";

/** What a recorded run keeps, as `results.json` holds it. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly repeats: number;
  readonly figures: readonly (Figure & { readonly command: string })[];
}

/** The page of performance. `notes` is written by hand, everything else comes from the recorded run. */
export function pageOf({ date, machine, repeats, figures }: Results, notes: string): string {
  return `# Performance

<!-- Generated from test/bench/results.json by \`npm run bench -- --record\`; what was tried is told in test/bench/attempts.md. -->

Measured on ${date} on ${machine}, everything on that one machine: the engine, PostgreSQL 18 with fsync on, and the Graph
simulator in a process of its own. Rates are the median of ${repeats} runs with the least and the most in brackets; what lasts a minute and
has no brackets is of one run. Ratios are of sides that took turns in one run. A run that sends to its end counts only when every message was accepted, told of three times and applied.

| figure | target | reached |
|---|---|---|
${figures.map(({ figure, target, reached, values }) => `| ${figure} | ${target} | ${target === "printed" ? "" : reached ? "yes: " : "**no**: "}${headline(values)} |`).join("\n")}

${figures.map(sectionOf).join("\n\n")}

${notes.trim()}
`;
}

function headline(values: Figure["values"]): string {
  const [first] = Object.entries(values);
  return first ? `${first[1]}${first[0] === "ratio" ? "" : ` (${first[0]})`}` : "";
}

function sectionOf({ figure, what, values, command }: Results["figures"][number]): string {
  const rows = Object.entries(values).map(([name, value]) => `| ${name} | ${value} |`);
  return `## ${figure}

${what} Command: \`${command}\`.

| | |
|---|---|
${rows.join("\n")}`;
}
