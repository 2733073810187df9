import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { findLeaks } from "../../test/log-hygiene/src/index.ts";
import type { Counts } from "./vitest-result.ts";

export type LogCheck = Counts & {
  /** One line a finding: file, line, what it is, masked. */
  findings: string[];
};

/**
 * Searches logs for personal data and secrets. No logs at all is a failure: the search would prove nothing.
 * Paths are reported from `root`.
 */
export function checkLogs(root: string, files: readonly string[], testNames: readonly string[]): LogCheck {
  const findings = files.flatMap((file) =>
    findLeaks(readFileSync(file, "utf8"), testNames).map(
      ({ line, kind, masked }) => `${relative(root, file)}:${line}  ${kind}: ${masked}`,
    ),
  );
  if (files.length === 0) findings.push("there are no logs to search");
  return { findings, passed: findings.length ? 0 : 1, failed: findings.length ? 1 : 0 };
}

export function filesBelow(dir: string): string[] {
  return globSync("**/*", { cwd: dir, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
