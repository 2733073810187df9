import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { writeMeasured } from "./budget-page.ts";
import { checkLogs, filesBelow } from "./log-check.ts";
import { runSuite, type SuiteResult } from "./run-suite.ts";
import { RUN_MINUTES_MAX, type Suite, suites } from "./suites.ts";
import type { Counts } from "./vitest-result.ts";
import { artifactsDir, ROOT, type WorkspacePackage, workspacePackages } from "./workspace.ts";

/**
 * `npm test`: every suite, one after the other, with its time held against its budget. The last line adds up every
 * runner's counts. `npm test -- <suite> ...` runs some of them; `npm test -- --record` also writes the measured
 * times into docs/reference/test-budget.md.
 */

const FAILURE_LINES_SHOWN = 120;
const LOG_DIR = join(ROOT, ".artifacts", "logs");

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<boolean> {
  const packages = workspacePackages();
  const selected = selectSuites(args.filter((arg) => !arg.startsWith("--")));
  const problems = unlistedPackages(packages);
  for (const problem of problems) print(problem);

  rmSync(LOG_DIR, { recursive: true, force: true });
  mkdirSync(LOG_DIR, { recursive: true });
  const results: SuiteResult[] = [];
  for (const suite of selected) {
    print(`${suite.name} ...`);
    const result = await runSuite(suite, {
      logDir: LOG_DIR,
      packages,
      onHeartbeat: (seconds) => print(`${suite.name} ... ${Math.round(seconds)} s`),
    });
    report(result);
    results.push(result);
  }

  const logs = searchLogs(results, packages);
  if (args.includes("--record")) writeMeasured(results);
  return printSummary(results, logs, problems.length);
}

function selectSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `No suite "${unknown.join('", "')}". Suites: ${suites.map(({ name }) => name).join(", ")}.`,
    );
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

/** A package whose tests nobody runs would look tested. */
function unlistedPackages(packages: readonly WorkspacePackage[]): string[] {
  const listed = new Set(suites.map((suite) => (suite.kind === "tests" ? suite.package : "")));
  return packages
    .filter(({ name, manifest }) => manifest.scripts?.["test"] && !listed.has(name))
    .map(({ name }) => `${name} has tests but no time budget: add it to scripts/check/suites.ts.`);
}

/** What the tests printed and what they logged; a check such as biome prints source code, which is no log. */
function searchLogs(results: readonly SuiteResult[], packages: readonly WorkspacePackage[]): Counts {
  const tested = results.filter(({ suite }) => suite.kind === "tests");
  if (tested.length === 0) return { passed: 0, failed: 0 };
  const kept = packages.flatMap(({ dir }) => filesBelow(join(artifactsDir(dir), "logs")));
  const files = [...tested.map(({ logFile }) => logFile), ...kept];
  const names = tested.flatMap((result) => result.names);
  const { findings, ...counts } = checkLogs(ROOT, files, names);
  for (const finding of findings) print(finding);
  print(`log-hygiene: ${counts.failed ? "FAILED" : "passed"}, ${files.length} log files searched`);
  return counts;
}

function report({ suite, passed, failed, problems, seconds, cached, logFile }: SuiteResult): void {
  const counted = suite.kind === "check" ? "" : `  ${passed} passed, ${failed} failed`;
  const budget = `${seconds.toFixed(1)} s of ${suite.budgetSeconds} s${cached ? ", cached" : ""}`;
  print(`${suite.name}: ${failed === 0 ? "passed" : "FAILED"}${counted}  (${budget})`);
  for (const problem of problems) print(`${suite.name}: ${problem}`);
  if (seconds > suite.budgetSeconds) print(`${suite.name}: over its budget of ${suite.budgetSeconds} s`);
  if (failed === 0) return;
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  print(`--- the end of ${relative(ROOT, logFile)}`);
  for (const line of lines.slice(-FAILURE_LINES_SHOWN)) print(line);
  print("---");
}

function printSummary(results: readonly SuiteResult[], logs: Counts, unlisted: number): boolean {
  const minutes = results.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const tooLong = minutes > RUN_MINUTES_MAX ? 1 : 0;
  const counted: readonly Counts[] = [...results, logs];
  const passed = counted.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = counted.reduce((sum, counts) => sum + counts.failed, unlisted + tooLong);
  const failedSuites = results.filter((result) => result.failed > 0).map(({ suite }) => suite.name);
  print("");
  if (failedSuites.length > 0) print(`Failed: ${failedSuites.join(", ")}`);
  print(`${results.length} suites in ${minutes.toFixed(1)} minutes`);
  if (tooLong) print(`The whole run may take ${RUN_MINUTES_MAX} minutes.`);
  print(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
