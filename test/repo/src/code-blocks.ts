import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "../../../scripts/check/workspace.ts";
import { readRepositoryFile } from "./repository-files.ts";

export type CodeBlock = {
  /** The page or source file, relative to the root. */
  file: string;
  /** The line of the fence, 1 for the first. */
  line: number;
  language: "ts" | "tsx";
  code: string;
};

/** In Markdown, and in comments, where each line may begin with ` * `. */
const FENCED = /^([ \t]*(?:\*[ \t])?)```(tsx?)[ \t]*\n([\s\S]*?)^[ \t]*(?:\*[ \t]?)?```/gm;

export function codeBlocks(file: string, text: string): CodeBlock[] {
  return Array.from(text.matchAll(FENCED), ({ index, 1: prefix = "", 2: language = "ts", 3: code = "" }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    language: language as CodeBlock["language"],
    code: code
      .split("\n")
      .map((each) => (each.startsWith(prefix) ? each.slice(prefix.length) : each.replace(/^[ \t]*\*$/, "")))
      .join("\n"),
  }));
}

/**
 * Type-checks each block as a module of its own, against the packages that `dir` can import, with the compiler
 * options of the repository. A block in a doc comment sees what its source file exports, as its reader does.
 * Returns what the compiler says, at the line of the page.
 */
export function compileBlocks(
  blocks: readonly CodeBlock[],
  dir: string,
  options: ts.CompilerOptions,
): string[] {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const written = new Map(
    blocks.map((block, index) => {
      const path = join(dir, `block-${index + 1}.${block.language}`);
      // The import stands on the line of the fence, so that the lines after it count as those of the page.
      writeFileSync(path, `${importOfSource(block, dir)}export {};\n${block.code}`);
      return [path, block] as const;
    }),
  );
  const program = ts.createProgram([...written.keys()], { ...options, noEmit: true });
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
    const block = file && written.get(file.fileName);
    if (!file || !block) return [];
    const lineAfterFence = file.getLineAndCharacterOfPosition(start ?? 0).line;
    return [
      `${block.file}:${block.line + lineAfterFence} ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    ];
  });
}

function importOfSource({ file, code }: CodeBlock, dir: string): string {
  if (file.endsWith(".md")) return "";
  const isImported = (name: string) => new RegExp(`import[^;]*\\b${name}\\b`).test(code);
  const names = exportedNames(readRepositoryFile(file)).filter((name) => !isImported(name));
  return names.length === 0
    ? ""
    : `import { ${names.join(", ")} } from ${JSON.stringify(relative(dir, join(ROOT, file)))}; `;
}

function exportedNames(source: string): string[] {
  const declarations = source.matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm);
  return [...new Set(Array.from(declarations, ([, name]) => String(name)))];
}
