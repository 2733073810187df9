import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/check/workspace.ts";
import { codeBlocks, compileBlocks } from "./code-blocks.ts";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

const BLOCKS_DIR = join(ROOT, "test", "repo", ".artifacts", "blocks");

function compilerOptions(): ts.CompilerOptions {
  const path = join(ROOT, "tsconfig.base.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return { ...options, jsx: ts.JsxEmit.ReactJSX, verbatimModuleSyntax: false };
}

const pages = repositoryFiles().filter((file) => file.endsWith(".md") && !file.startsWith(".changeset/"));
const sources = repositoryFiles().filter((file) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(file));

test("every block of TypeScript in a page or a doc comment compiles", () => {
  const blocks = [...pages, ...sources].flatMap((file) => codeBlocks(file, readRepositoryFile(file)));
  expect(compileBlocks(blocks, BLOCKS_DIR, compilerOptions())).toEqual([]);
});

test("a block that does not compile is named with the line of its page", () => {
  const page = ["# Page", "", "```ts", "const fine: number = 1;", 'const wrong: number = "one";', "```"].join(
    "\n",
  );
  const said = compileBlocks(codeBlocks("page.md", page), `${BLOCKS_DIR}-wrong`, compilerOptions());
  expect(said).toEqual([
    expect.stringMatching(/^page\.md:5 Type 'string' is not assignable to type 'number'/),
  ]);
});

test("a block in a doc comment is read without its stars", () => {
  const source = [
    "/**",
    " * Example:",
    " * ```ts",
    " * const one = 1;",
    " *",
    " * const two = 2;",
    " * ```",
    " */",
  ];
  expect(codeBlocks("source.ts", source.join("\n"))).toMatchObject([
    { line: 3, code: "const one = 1;\n\nconst two = 2;\n" },
  ]);
});

test("every relative link of a page leads to a file", () => {
  const links = pages.flatMap((page) =>
    Array.from(readRepositoryFile(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g), ([, target]) => ({
      page,
      target: String(target),
    })),
  );
  const broken = links.filter(({ page, target }) => !existsSync(join(ROOT, dirname(page), target)));
  expect(broken.map(({ page, target }) => `${page} -> ${target}`)).toEqual([]);
});

test("every command that a page tells to run is a script of the root", () => {
  const { scripts } = JSON.parse(readRepositoryFile("package.json")) as { scripts: Record<string, string> };
  const commands = pages.flatMap((page) =>
    Array.from(readRepositoryFile(page).matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g), ([, run, test]) => ({
      page,
      script: String(run ?? test),
    })),
  );
  const unknown = commands.filter(({ script }) => !(script in scripts));
  expect(unknown.map(({ page, script }) => `${page}: npm run ${script}`)).toEqual([]);
});
