import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, workspacePackages } from "../../../scripts/check/workspace.ts";
import { readRepositoryFile } from "./repository-files.ts";

const RUNTIME_DEPENDENCIES_MAX = 25;
const NODE_RANGE = ">=22.19";

const packages = workspacePackages();
const published = packages.filter(({ manifest }) => !manifest.private);

test("the package manager that turbo reads is the one that scripts/toolchain installs", () => {
  const { packageManager } = JSON.parse(readRepositoryFile("package.json")) as { packageManager: string };
  const { optionalDependencies } = JSON.parse(readRepositoryFile("scripts/toolchain/package.json")) as {
    optionalDependencies: Record<string, string>;
  };
  expect(packageManager).toBe(`pnpm@${optionalDependencies["@pnpm/exe.linux-x64"]}`);
});

test("the workspace has packages to check", () => {
  expect(published.map(({ name }) => name)).toContain("@webxkey/core");
});

test.each(packages)("$name names its licence and the Node it needs", ({ manifest }) => {
  expect(manifest.license).toBe("MIT");
  expect(manifest.engines?.["node"]).toBe(NODE_RANGE);
});

test.each(packages)("$name has the scripts that every package has", ({ manifest }) => {
  expect(Object.keys(manifest.scripts ?? {})).toContain("typecheck");
});

test.each(published)("$name says what it ships and what can be imported from it", ({ manifest }) => {
  expect(manifest.files?.length).toBeGreaterThan(0);
  expect(manifest.exports).toBeTypeOf("object");
  expect(manifest.exports).toHaveProperty(["./package.json"]);
});

test("the repository carries the licence that its packages name", () => {
  expect(readRepositoryFile("LICENSE")).toMatch(/^MIT License\n/);
  expect(existsSync(join(ROOT, "SECURITY.md"))).toBe(true);
});

/** The packages that others install to run this, by who asks for them. The demo shops are only for looking. */
function runtimeDependencies(): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { dir, manifest } of packages) {
    if (dir.startsWith("test/") || dir.startsWith("apps/demo-")) continue;
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (name.startsWith("@webxkey/")) continue;
      users.set(name, [...(users.get(name) ?? []), manifest.name.replace("@webxkey/", "")]);
    }
  }
  return users;
}

test(`at most ${RUNTIME_DEPENDENCIES_MAX} packages are needed at run time`, () => {
  const names = [...runtimeDependencies().keys()].sort();
  expect(names.length, names.join(", ")).toBeLessThanOrEqual(RUNTIME_DEPENDENCIES_MAX);
});

test("docs/reference/dependencies.md says of each of them who needs it and why, and of no other", () => {
  const rows = readRepositoryFile("docs/reference/dependencies.md").matchAll(
    /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm,
  );
  const documented = Object.fromEntries(Array.from(rows, ([, name, users]) => [name, users?.trim()]));
  const needed = Object.fromEntries(
    [...runtimeDependencies()].map(([name, users]) => [name, users.sort().join(", ")]),
  );
  expect(documented).toEqual(needed);
});
