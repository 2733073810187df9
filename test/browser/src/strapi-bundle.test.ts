import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { APP_DIRECTORY } from "@webxkey/demo-strapi";
import { expect, test } from "vitest";

/** The most that the plugin may add to the admin, all of its pages together. */
const GZIP_BYTES_MAX = 150_000;

/** The plugin as it is published, and the admin that Strapi built of it. */
const PLUGIN = fileURLToPath(new URL("../../../packages/strapi-plugin/dist/admin/", import.meta.url));
const BUILD = join(APP_DIRECTORY, "build");

const IMPORTED = /(?:from|import)\s*\(?\s*["']\.\/([\w.-]+\.js)["']/g;

const built = readBuild();
const all = [...built.values()].join("\n");

function readBuild(): Map<string, string> {
  const names = readdirSync(BUILD).filter((name) => name.endsWith(".js"));
  return new Map(names.map((name) => [name, readFileSync(join(BUILD, name), "utf8")]));
}

const gzipBytes = (source: string | Buffer) => gzipSync(source).byteLength;

/** A file of the plugin keeps its name in the build, with a hash behind it; its entry is part of the admin's own. */
function builtOf(file: string): string | undefined {
  if (file === "index.mjs") return undefined;
  return [...built.keys()].find((name) => name.startsWith(`${basename(file, ".mjs")}-`));
}

/** Everything that the admin loads, sooner or later; without what only the left out ask for. */
function reachable(without: ReadonlySet<string>): Set<string> {
  const entry =
    readFileSync(join(BUILD, "index.html"), "utf8").match(/src="[^"]*\/([\w.-]+\.js)"/)?.[1] ?? "";
  const found = new Set<string>([entry]);
  for (const name of found)
    for (const [, imported = ""] of built.get(name)?.matchAll(IMPORTED) ?? [])
      if (!without.has(imported)) found.add(imported);
  return found;
}

test("what the plugin adds to Strapi's admin stays under 150 kB, compressed", () => {
  const files = readdirSync(PLUGIN).filter((name) => name.endsWith(".mjs"));
  const own = new Set(files.flatMap((file) => builtOf(file) ?? []));
  const withIt = reachable(new Set());
  const withoutIt = reachable(own);
  const added = [...withIt].filter((name) => !withoutIt.has(name));
  // Of each of its pages, or this would measure a build without the plugin.
  for (const page of ["mapping", "messages", "order-messages", "settings"])
    expect(
      added.filter((name) => own.has(name) && name.startsWith(`${page}-`)),
      page,
    ).toHaveLength(1);

  const inFiles = added.map((name) => gzipBytes(built.get(name) ?? ""));
  const inTheAdminsOwn = files
    .filter((file) => builtOf(file) === undefined)
    .map((file) => gzipBytes(readFileSync(join(PLUGIN, file))));
  const bytes = [...inFiles, ...inTheAdminsOwn].reduce((sum, each) => sum + each, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(GZIP_BYTES_MAX);
});

/** What stands once in each copy of a library. */
test.each([
  ["React", '.version="18.3.1"'],
  ["React DOM", 'rendererPackageName:"react-dom"'],
  ["React Router", "__reactRouterVersion"],
  ["styled-components", "data-styled-version"],
  ["Strapi's design system", '"StrapiDesignSystem"'],
])("the admin with the plugin in it has one copy of %s", (_library, mark) => {
  expect(all.split(mark).length - 1).toBe(1);
});
