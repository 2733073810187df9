import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/check/workspace.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

type Environment = Record<string, string | undefined>;

/** A copy of the scripts alone, with nothing installed. */
function freshCopy(): string {
  const root = temporaryDirectory();
  const notInstalled = (path: string) => !path.includes("node_modules");
  cpSync(join(ROOT, "scripts"), join(root, "scripts"), { recursive: true, filter: notInstalled });
  cpSync(join(ROOT, ".ci"), join(root, ".ci"), { recursive: true });
  return root;
}

function run(root: string, command: string, args: string[], env: Environment = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
    input: "",
  });
  return { status, stdout, stderr, lastLine: stdout.trimEnd().split("\n").at(-1) };
}

test("an unknown task is refused with the names of the known ones, before anything is installed", () => {
  const { status, stderr } = run(freshCopy(), process.execPath, ["scripts/run.mjs", "tset"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/no task "tset".*demo/s);
  expect(stderr).not.toContain("Installing");
});

test("a flag that the demo does not know is refused with those it knows, before anything is installed", () => {
  const { status, stderr } = run(freshCopy(), process.execPath, ["scripts/run.mjs", "demo", "--strappi"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/does not know "--strappi".*npm run demo -- --strapi/s);
  expect(stderr).not.toContain("Installing");
});

test("the demo tells its flags, and installs nothing for it", () => {
  const { status, stdout, stderr } = run(freshCopy(), process.execPath, [
    "scripts/run.mjs",
    "demo",
    "--help",
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const flag of ["--strapi", "--once", "DATABASE_CLIENT"]) expect(stdout).toContain(flag);
});

test("a first run without the network says so and how to go on", () => {
  const root = freshCopy();
  const { status, stderr } = run(root, process.execPath, ["scripts/run.mjs", "test"], {
    npm_config_registry: "http://127.0.0.1:9",
    npm_config_cache: join(root, "cache"),
    npm_config_fetch_retries: "0",
  });
  expect(status).toBe(1);
  expect(stderr).toContain("the npm registry was not reached");
  expect(stderr).not.toContain("at ensureToolchain");
});

/** A repository whose `npm test` does what it is told. */
function ciCopy(script: string): string {
  const root = temporaryDirectory();
  mkdirSync(join(root, ".ci"));
  cpSync(join(ROOT, ".ci", "run"), join(root, ".ci", "run"));
  chmodSync(join(root, ".ci", "run"), 0o755);
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "sample", scripts: { test: script } }));
  return root;
}

test("the CI entry passes on the closing line and the exit code", () => {
  const good = run(ciCopy("echo some words && echo '7 passed, 0 failed'"), ".ci/run", []);
  expect(good).toMatchObject({ status: 0, lastLine: "7 passed, 0 failed" });
  const bad = run(ciCopy("echo '7 passed, 2 failed'; exit 1"), ".ci/run", []);
  expect(bad).toMatchObject({ status: 1, lastLine: "7 passed, 2 failed" });
});

test("the CI entry counts a run that ended before it could count as one failure", () => {
  const crashed = run(ciCopy("echo '7 passed, 0 failed'; echo then it broke; exit 3"), ".ci/run", []);
  expect(crashed).toMatchObject({ status: 3, lastLine: "0 passed, 1 failed" });
  const silent = run(ciCopy("true"), ".ci/run", []);
  expect(silent).toMatchObject({ status: 1, lastLine: "0 passed, 1 failed" });
});
