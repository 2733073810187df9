import { existsSync, readFileSync } from "node:fs";

export type Counts = { passed: number; failed: number };

export type TestRun = Counts & {
  /** The names of the tests and of the groups they are in. */
  names: string[];
  /** What is wrong with the run beyond a failed test. */
  problems: string[];
};

/** The part of vitest's JSON report that is read here. */
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: Array<{
    status: "passed" | "failed";
    name: string;
    message?: string;
    assertionResults: Array<{ ancestorTitles: string[]; title: string; fullName: string }>;
  }>;
};

/**
 * Reads what vitest reported. A run fails with at least one count: a file that could not be loaded, a skipped
 * test, a missing report and an exit code that no test explains are each counted.
 */
export function readTestRun(reportFile: string, exitCode: number): TestRun {
  if (!existsSync(reportFile)) {
    return { passed: 0, failed: 1, names: [], problems: [`no test report (exit code ${exitCode})`] };
  }
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as Report;
  const problems: string[] = [];

  const notLoaded = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.length,
  );
  for (const file of notLoaded) problems.push(`${file.name} could not be run`);
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) problems.push(`${skipped} skipped`);
  if (report.numPassedTests + report.numFailedTests + problems.length === 0)
    problems.push("no tests were found");

  let failed = report.numFailedTests + notLoaded.length + skipped;
  if (failed === 0 && problems.length > 0) failed = problems.length;
  if (failed === 0 && exitCode !== 0) {
    problems.push(`every test passed, but the run ended with exit code ${exitCode}`);
    failed = 1;
  }
  const assertions = report.testResults.flatMap((file) => file.assertionResults);
  const names = assertions.flatMap((test) => [test.title, test.fullName, ...test.ancestorTitles]);
  return { passed: report.numPassedTests, failed, names: [...new Set(names)], problems };
}
