import { existsSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { runSuite, type SuiteResult } from "../../../scripts/check/run-suite.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

function runNode(script: string, budgetSeconds = 30): Promise<SuiteResult> {
  const suite = { kind: "check", name: "sample", proves: "", budgetSeconds } as const;
  return runSuite(
    { ...suite, command: [process.execPath, "-e", script] },
    { logDir: temporaryDirectory(), packages: [], onHeartbeat: () => {} },
  );
}

test("a check counts as one, passed or failed by its exit code", async () => {
  expect(await runNode("")).toMatchObject({ passed: 1, failed: 0, problems: [] });
  expect(await runNode("process.exit(3)")).toMatchObject({ passed: 0, failed: 1 });
});

test("keeps everything that a suite prints, errors included, in its log", async () => {
  const { logFile } = await runNode("console.log('to stdout'); console.error('to stderr')");
  const log = readFileSync(logFile, "utf8");
  expect(log).toContain("to stdout");
  expect(log).toContain("to stderr");
});

test("gives a suite no input to wait for", async () => {
  expect(await runNode("process.stdin.resume()")).toMatchObject({ passed: 1 });
});

test("ends a suite that takes twice its budget, with what it started, and fails it", async () => {
  const startAnother = `
    const { spawn } = require("node:child_process");
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    console.log(other.pid);
    setInterval(() => {}, 1000);`;
  const result = await runNode(startAnother, 0.5);
  expect(result).toMatchObject({ passed: 0, failed: 1 });
  expect(result.problems).toEqual(["ended after 1 s, twice its budget of 0.5 s"]);
  const other = Number(readFileSync(result.logFile, "utf8").trim());
  await vi.waitUntil(() => !isRunning(other), { timeout: 10_000 });
});

/** A process that has ended but that nobody waited for, as in a container without an init, is not running. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  const state = readFileSync(file, "utf8").split(") ").at(-1)?.at(0);
  return state !== "Z";
}
