import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkPackage,
  createPackageFromTarballData,
  type Package,
  type Problem,
} from "@arethetypeswrong/core";
import { filterProblems } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workspacePackages } from "../../../scripts/check/workspace.ts";
import { pack } from "./packed.ts";

const published = workspacePackages().filter(({ manifest }) => !manifest.private);

describe.each(published)("$name, packed", ({ name, dir }) => {
  let destination: string;
  let tarball: Uint8Array<ArrayBuffer>;
  let contents: Package;
  const prefix = `/node_modules/${name}/`;

  beforeAll(async () => {
    destination = await mkdtemp(join(tmpdir(), "webxkey-pack-"));
    tarball = new Uint8Array(await readFile(await pack(dir, destination)));
    contents = createPackageFromTarballData(tarball);
  });

  afterAll(() => rm(destination, { recursive: true, force: true }));

  test("ships its licence and no tests", () => {
    const files = contents.listFiles().map((file) => file.replace(prefix, ""));
    expect(files).toContain("LICENSE");
    expect(files.filter((file) => /\.test\.|vitest\.|\.tsbuildinfo$/.test(file))).toEqual([]);
  });

  test("depends on versions, not on the workspace", () => {
    expect(contents.readFile(`${prefix}package.json`)).not.toMatch(/"(workspace|catalog):/);
  });

  test("pleases publint", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, level: "warning" });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  // Node 10's way of finding a package is nobody's any more: packages need Node 22.19.
  test("has types that match what is loaded", async () => {
    const analysis = await checkPackage(contents);
    if (!analysis.types) throw new Error(`${name} ships no types.`);
    const problems = (["node16-esm", "node16-cjs", "bundler"] as const).flatMap((resolutionKind) =>
      filterProblems(analysis, { resolutionKind }),
    );
    expect(problems.filter((problem) => !isByDecision(problem))).toEqual([]);
  });
});

/**
 * Packages are ESM only, and CommonJS loads them with `require(esm)`. A plugin's pages are bundled without types, and imported
 * only where the host builds its admin. A plugin's server is the default export that Strapi loads with `require`.
 */
function isByDecision(problem: Problem): boolean {
  if (problem.kind === "CJSResolvesToESM") return true;
  if (problem.kind === "CJSOnlyExportsDefault")
    return problem.fileName.endsWith("/strapi-plugin-whatsapp/dist/server/index.js");
  return problem.kind === "UntypedResolution" && ["./admin", "./strapi-admin"].includes(problem.entrypoint);
}
