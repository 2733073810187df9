import { extname } from "node:path";
import { expect, test } from "vitest";
import { machineTraces } from "./machine-independence.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const BINARY = new Set([".png", ".jpg", ".woff", ".woff2", ".ico", ".ttf", ".gz", ".br", ".bin"]);

test("no file names a path of one machine or a package registry", () => {
  const files = repositoryFiles().filter((file) => !BINARY.has(extname(file)));
  expect(files).toContain("package.json");
  const traces = files.flatMap((file) =>
    machineTraces(readRepositoryFile(file)).map(({ line, found }) => `${file}:${line} ${found}`),
  );
  expect(traces).toEqual([]);
});

// Joined, so that this file keeps the rule it proves.
const path = (...parts: string[]) => ["", ...parts].join("/");
const host = (...parts: string[]) => parts.join(".");

test.each([
  path("root", "project", "package.json"),
  `see ${path("home", "someone", "shop")}`,
  `"${path("work", "main", "scripts")}"`,
  `cd ${path("tmp", "build")} && ls`,
  path("Users", "someone", "shop"),
  `https://${host("registry", "npmjs", "org")}/left-pad`,
  `https://${host("npm-proxy", "example", "com")}/left-pad`,
])("finds the trace in: %s", (text) => {
  expect(machineTraces(`first line\n${text}`)).toMatchObject([{ line: 2 }]);
});

test.each([
  "src/work/queue.ts",
  "https://example.com/home/page",
  "/usr/bin/chromium",
  "/v1/meta/webhook",
  "npm run demo",
  "https://www.npmjs.com/package/kysely",
])("is calm about: %s", (text) => {
  expect(machineTraces(text)).toEqual([]);
});

test("lists what git would track, with or without git", () => {
  const files = repositoryFiles();
  expect(files).toContain("scripts/run.mjs");
  expect(files).toContain(".ci/run");
  expect(files.filter((file) => /(^|\/)(node_modules|dist|\.turbo|\.artifacts)\//.test(file))).toEqual([]);
});
