import { expect, test } from "vitest";
import { outcomeOf } from "./whole-tests.ts";

const file = (message: string, ...tests: [status: string, fullName: string][]) => ({
  message,
  assertionResults: tests.map(([status, fullName]) => ({ status, fullName })),
});

test("tests that passed prove the figure, with what they measured", () => {
  const report = { testResults: [file("", ["passed", "one"], ["skipped", "other"], ["passed", "two"])] };
  expect(outcomeOf(report, ["R9: 7 events"])).toEqual({
    counts: { tests: 2, failed: 0 },
    measured: ["R9: 7 events"],
    broken: [],
  });
});

test("a test that failed breaks it by its name", () => {
  const report = { testResults: [file("", ["passed", "one"], ["failed", "two"])] };
  expect(outcomeOf(report, [])).toMatchObject({ counts: { tests: 2, failed: 1 }, broken: ["two"] });
});

test("a file that could not be read, or of which no test ran, proves nothing", () => {
  expect(outcomeOf({ testResults: [file("cannot find it")] }, []).broken).toContain("cannot find it");
  expect(outcomeOf({ testResults: [file("", ["skipped", "other"])] }, []).broken).toEqual(["no test ran"]);
});
