import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BUDGET_PAGE, budgetPage, readMeasured } from "../../../scripts/check/budget-page.ts";
import { RUN_MINUTES_MAX, suites } from "../../../scripts/check/suites.ts";

/** What installing takes in a fresh clone without caches, before the first suite. */
const INSTALL_MINUTES = 3;

test("the page of budgets shows the table of suites", () => {
  expect(readFileSync(BUDGET_PAGE, "utf8")).toBe(budgetPage(readMeasured()));
});

test("all budgets together stay within the limit of a fresh clone", () => {
  const seconds = suites.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);
  expect(seconds / 60).toBeLessThanOrEqual(RUN_MINUTES_MAX - INSTALL_MINUTES);
});

test("every suite has a name of its own", () => {
  const names = suites.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
