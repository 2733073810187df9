import { expect, test } from "vitest";
import { ambientReads } from "./ambient-reads.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

/** Where time, ids and the environment come from, so that everything else can be given them. */
const SOURCES: ReadonlyArray<{ path: RegExp; why: string }> = [
  { path: /^packages\/core\/src\/kernel\//, why: "the engine's clock, ids and environment" },
  { path: /^apps\/[^/]+\/(src\/)?env\.ts$/, why: "an app reads its environment in one place" },
  { path: /^packages\/admin-kit\/src\/admin\/system-clock\.ts$/, why: "the browser's clock, for the pages" },
  {
    path: /^packages\/testing\/src\/simulator\/(clock|ids|webhook-receiver)\.ts$/,
    why: "the simulator's own clock and ids, and when a receiver was reached",
  },
  {
    path: /^packages\/(medusa-plugin|strapi-plugin\/server)\/src\/env\.ts$/,
    why: "a plugin reads its environment in one place",
  },
];

const SHIPPED = /^(packages|apps)\/.*\.(ts|tsx|mts|js|mjs|cjs)$/;
const TEST = /\.test\.tsx?$|\/(test|tests)\/|vitest\.config\./;

test("only the kernel and an app's env.ts read the time, chance or the environment", () => {
  const files = repositoryFiles().filter((file) => SHIPPED.test(file) && !TEST.test(file));
  expect(files.length).toBeGreaterThan(50);
  const reads = files
    .filter((file) => !SOURCES.some(({ path }) => path.test(file)))
    .flatMap((file) =>
      ambientReads(file, readRepositoryFile(file)).map(({ line, what }) => `${file}:${line} ${what}`),
    );
  expect(reads).toEqual([]);
});

test.each([
  { source: "const at = Date.now();", what: "Date.now" },
  { source: "const at = globalThis.Date.now();", what: "Date.now" },
  { source: "const at = new Date();", what: "new Date()" },
  { source: "const roll = Math.random();", what: "Math.random" },
  { source: 'import { randomUUID as id } from "node:crypto";', what: "randomUUID" },
  { source: "const id = crypto.randomUUID();", what: "crypto.randomUUID" },
  { source: "const { PORT } = process.env;", what: "process.env" },
])("finds $what in: $source", ({ source, what }) => {
  expect(ambientReads("sample.ts", `\n${source}`)).toEqual([{ line: 2, what }]);
});

test.each([
  "const at = new Date(row.createdAt);",
  "// Date.now() is read in the kernel",
  'const text = "process.env";',
  "const at = clock.now();",
])("is calm about: %s", (source) => {
  expect(ambientReads("sample.ts", source)).toEqual([]);
});
