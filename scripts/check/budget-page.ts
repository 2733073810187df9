import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SuiteResult } from "./run-suite.ts";
import { RUN_MINUTES_MAX, type Suite, suites } from "./suites.ts";
import { ROOT } from "./workspace.ts";

export const BUDGET_PAGE = join(ROOT, "docs", "reference", "test-budget.md");

const INTRODUCTION = `# Test budgets

What \`npm test\` runs, in this order, one suite after the other, and how long each may take on 2 cores with
nothing in turbo's cache. A suite that takes twice its budget is ended and fails. The whole run stays under
${RUN_MINUTES_MAX} minutes in a fresh clone, and under 15 minutes when turbo and the package manager have their caches.

The table is made from \`scripts/check/suites.ts\`; \`npm test -- --record\` fills in what it measured.
`;

/** The page of budgets; `measured` gives seconds by the name of a suite. */
export function budgetPage(measured: ReadonlyMap<string, string>): string {
  const row = (suite: Suite) =>
    `| ${suite.name} | ${suite.proves} | ${suite.budgetSeconds} s | ${measured.get(suite.name) ?? "–"} |`;
  const head = "| suite | proves | budget | measured |\n|---|---|---|---|";
  const total = suites.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);
  const foot = `| all | | ${(total / 60).toFixed(0)} min | |`;
  return `${INTRODUCTION}\n${[head, ...suites.map(row), foot].join("\n")}\n`;
}

/** Writes the times of this run into the page; a suite that turbo had in its cache keeps its earlier time. */
export function writeMeasured(results: readonly SuiteResult[]): void {
  const measured = readMeasured();
  for (const { suite, seconds, cached } of results) {
    if (!cached) measured.set(suite.name, `${Math.ceil(seconds)} s`);
  }
  writeFileSync(BUDGET_PAGE, budgetPage(measured));
}

/** What the page says was measured, by the name of the suite. */
export function readMeasured(): Map<string, string> {
  if (!existsSync(BUDGET_PAGE)) return new Map();
  const rows = readFileSync(BUDGET_PAGE, "utf8").matchAll(/^\| ([\w-]+) \|.*\| (\d+ s) \|$/gm);
  return new Map(Array.from(rows, ([, name, seconds]) => [String(name), String(seconds)]));
}
