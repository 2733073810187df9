import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BUDGET_PAGE, budgetPage, readMeasured } from "../../../scripts/check/budget-page.ts";
import { suites } from "../../../scripts/check/suites.ts";

/** The limit for a fresh clone with no caches on 2 cores, less what installing takes. */
const ALL_BUDGETS_MINUTES_MAX = 40;

test("the page of budgets shows the table of suites", () => {
  expect(readFileSync(BUDGET_PAGE, "utf8")).toBe(budgetPage(readMeasured()));
});

test("all budgets together stay within the limit of a fresh clone", () => {
  const seconds = suites.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);
  expect(seconds / 60).toBeLessThanOrEqual(ALL_BUDGETS_MINUTES_MAX);
});

test("every suite has a name of its own", () => {
  const names = suites.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
