import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/check/workspace.ts";

// Plain JavaScript, because it runs before anything is installed.
const { createBuildProgress } = (await import(
  pathToFileURL(join(ROOT, "scripts/bootstrap/build-progress.mjs")).href
)) as {
  createBuildProgress(plan: string): {
    readonly total: number;
    ended(line: string, seconds: number): string | undefined;
    underWay(seconds: number): string;
  };
};

const task = (name: string, dependencies: string[], { status = "MISS", command = "tsc" } = {}) => ({
  taskId: `${name}#build`,
  command,
  cache: { status },
  dependencies: dependencies.map((dependency) => `${dependency}#build`),
});

const plan = JSON.stringify({
  tasks: [
    task("core", ["postgres"]),
    task("testing", ["core"]),
    task("gateway", ["core", "testing"]),
    task("postgres", [], { command: "<NONEXISTENT>" }),
    task("kit", ["core"], { status: "HIT" }),
  ],
});

test("a build counts what it has to build, and names what is built, under way and left (D 8.10)", () => {
  const progress = createBuildProgress(plan);
  expect(progress.total).toBe(3);
  expect(progress.underWay(15)).toBe("still building core (15 s)");
  expect(progress.ended("kit:build: cache hit, suppressing logs 338421015682d20e", 16)).toBeUndefined();
  expect(progress.ended("core:build: cache miss, executing 338421015682d20e", 20)).toBe(
    "1 of 3 built: core (after 20 s, 2 left: testing, gateway)",
  );
  expect(progress.underWay(30)).toBe("still building testing (30 s)");
  expect(progress.ended("src/a.ts(1,2): error TS2307: Cannot find module", 31)).toBeUndefined();
  expect(progress.ended("testing:build: cache miss, executing 338421015682d20e", 40)).toBe(
    "2 of 3 built: testing (after 40 s, 1 left: gateway)",
  );
  expect(progress.ended("gateway:build: cache bypass, force executing 338421015682d20e", 50)).toBe(
    "3 of 3 built: gateway (after 50 s)",
  );
});
