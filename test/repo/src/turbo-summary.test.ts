import { expect, test } from "vitest";
import { turboProblem } from "../../../scripts/check/turbo-summary.ts";

const summary = (successful: number, total: number) =>
  `\n Tasks:    ${successful} successful, ${total} total\nCached:    1 cached, ${total} total\n  Time:    3s\n`;

test("is content when turbo finished every task", () => {
  expect(turboProblem(summary(20, 20))).toBeUndefined();
});

// Regression: a run that a signal ended after 18 of 20 tasks exited with 0 and counted as passed.
test("finds tasks that were not finished although turbo exited well", () => {
  expect(turboProblem(`Shutting down Turborepo tasks...\n${summary(18, 20)}`)).toBe(
    "turbo finished 18 of 20 tasks",
  );
});

test("finds a turbo that ended without a summary", () => {
  expect(turboProblem("Running build in 3 packages")).toBe("turbo ended before it could sum up");
});
