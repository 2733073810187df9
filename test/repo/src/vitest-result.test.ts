import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTestRun } from "../../../scripts/check/vitest-result.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const passedTest = { ancestorTitles: ["consent"], title: "is kept", fullName: "consent is kept" };

function reportFile(report: object): string {
  const file = join(temporaryDirectory(), "report.json");
  const nothing = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  };
  writeFileSync(file, JSON.stringify({ ...nothing, ...report }));
  return file;
}

test("counts what passed and failed, and keeps the names of the tests", () => {
  const testResults = [{ status: "failed", name: "a.test.ts", assertionResults: [passedTest] }];
  expect(readTestRun(reportFile({ numPassedTests: 3, numFailedTests: 2, testResults }), 1)).toEqual({
    passed: 3,
    failed: 2,
    names: ["is kept", "consent is kept", "consent"],
    problems: [],
  });
});

test("counts a file that could not be loaded as a failure", () => {
  const testResults = [{ status: "failed", name: "b.test.ts", assertionResults: [] }];
  const run = readTestRun(reportFile({ numPassedTests: 3, testResults }), 1);
  expect(run).toMatchObject({ passed: 3, failed: 1, problems: ["b.test.ts could not be run"] });
});

test("counts a skipped and a planned test as failures", () => {
  const run = readTestRun(reportFile({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 }), 0);
  expect(run).toMatchObject({ passed: 3, failed: 2, problems: ["2 skipped"] });
});

test("fails a run that ended badly although every test passed", () => {
  expect(readTestRun(reportFile({ numPassedTests: 3 }), 7)).toMatchObject({ passed: 3, failed: 1 });
});

test("fails a run without tests, and one without a report", () => {
  expect(readTestRun(reportFile({}), 0)).toMatchObject({
    passed: 0,
    failed: 1,
    problems: ["no tests were found"],
  });
  const missing = join(temporaryDirectory(), "no-report.json");
  expect(readTestRun(missing, 0)).toMatchObject({
    passed: 0,
    failed: 1,
    problems: ["no test report (exit code 0)"],
  });
});
