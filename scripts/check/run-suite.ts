import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "./suites.ts";
import { turboProblem } from "./turbo-summary.ts";
import { type Counts, readTestRun } from "./vitest-result.ts";
import { artifactsDir, ROOT, type WorkspacePackage } from "./workspace.ts";

const OVERRUN_FACTOR_MAX = 2;
const HEARTBEAT_MS = 30_000;
/** How long an ended suite gets to clean up before it is killed. */
const GRACE_MS = 10_000;

export type SuiteResult = Counts & {
  suite: Suite;
  seconds: number;
  cached: boolean;
  logFile: string;
  problems: string[];
  /** The names of its tests, which may stand in logs whatever they hold. */
  names: string[];
};

export type RunOptions = {
  logDir: string;
  packages: readonly WorkspacePackage[];
  /** Called now and then while the suite runs. */
  onHeartbeat: (seconds: number) => void;
};

/** Runs one suite with its output in a log file, and ends it when it has taken twice its budget. */
export async function runSuite(
  suite: Suite,
  { logDir, packages, onHeartbeat }: RunOptions,
): Promise<SuiteResult> {
  const logFile = join(logDir, `${suite.name}.log`);
  const artifacts = suite.kind === "tests" ? artifactsDir(packageDir(suite.package, packages)) : undefined;
  // What an earlier run left must not count for this one.
  if (artifacts) rmSync(artifacts, { recursive: true, force: true });

  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const limitSeconds = suite.budgetSeconds * OVERRUN_FACTOR_MAX;
  const child = start(suite, artifacts);
  const written = keepOutput(child, logFile);
  const heartbeat = setInterval(() => onHeartbeat(elapsed()), HEARTBEAT_MS);
  let overran = false;
  const limit = setTimeout(() => {
    overran = true;
    endGroup(child);
  }, limitSeconds * 1000);
  const endOnSignal = () => endGroup(child);
  process.once("SIGINT", endOnSignal);
  process.once("SIGTERM", endOnSignal);

  const [code] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", endOnSignal);
  process.off("SIGTERM", endOnSignal);
  clearTimeout(limit);
  clearInterval(heartbeat);
  const { cached } = await written;

  const run = artifacts
    ? readTestRun(join(artifacts, REPORT_FILE), code ?? 1)
    : { ...countCheck(code ?? 1), names: [], problems: [] };
  const problems = [
    overran && `ended after ${limitSeconds} s, twice its budget of ${suite.budgetSeconds} s`,
    isTurbo(suite) && turboProblem(readFileSync(logFile, "utf8")),
  ].filter((problem) => typeof problem === "string");
  const result: SuiteResult = { ...run, suite, seconds: elapsed(), cached, logFile };
  return problems.length === 0 ? result : failedBy(problems, result);
}

/** A suite that did not run to its end has not passed, whatever it counted. */
function failedBy(problems: readonly string[], result: SuiteResult): SuiteResult {
  const passed = result.suite.kind === "check" ? 0 : result.passed;
  return {
    ...result,
    passed,
    failed: Math.max(result.failed, 1),
    problems: [...result.problems, ...problems],
  };
}

function isTurbo(suite: Suite): boolean {
  return suite.kind === "tests" || suite.command.includes("turbo");
}

const REPORT_FILE = "test-report.json";

function start(suite: Suite, artifacts: string | undefined): ChildProcess {
  const [command, ...args] = suite.kind === "check" ? suite.command : testCommand(suite.package);
  // A group of its own, so that a suite is ended with everything it started.
  return spawn(String(command), args, {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CI: "true",
      FORCE_COLOR: "0",
      NO_COLOR: "1",
      ...(artifacts && { WEBXKEY_TEST_LOG_DIR: join(artifacts, "logs") }),
    },
  });
}

/** The report's path is relative to the package, so that it is the same on every machine and turbo can cache it. */
function testCommand(packageName: string): string[] {
  const turbo = ["pnpm", "exec", "turbo", "run", "test", `--filter=${packageName}`, "--output-logs=full"];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=.artifacts/${REPORT_FILE}`];
  return [...turbo, "--", ...reporters];
}

async function keepOutput(child: ChildProcess, logFile: string): Promise<{ cached: boolean }> {
  const log = createWriteStream(logFile);
  let cached = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      cached ||= chunk.includes("FULL TURBO");
      log.write(chunk);
    });
  }
  await once(child, "close");
  log.end();
  await once(log, "finish");
  return { cached };
}

function countCheck(code: number): Counts {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS).unref();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}

function packageDir(name: string, packages: readonly WorkspacePackage[]): string {
  const found = packages.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`${name} is in scripts/check/suites.ts but not in the workspace.`);
  return found.dir;
}
