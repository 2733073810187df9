import ts from "typescript";

/** A read of time, chance or environment that a test could not control. */
export type AmbientRead = { line: number; what: string };

/** Members of global objects, as they are written in source. */
const AMBIENT_MEMBERS = new Set(["Date.now", "Math.random", "process.env", "crypto.randomUUID"]);

/**
 * Finds `Date.now`, `new Date()`, `Math.random`, `randomUUID` and `process.env` in a source file. Comments and
 * strings do not count, which is why the file is parsed.
 */
export function ambientReads(fileName: string, source: string): AmbientRead[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const reads: AmbientRead[] = [];
  const visit = (node: ts.Node): void => {
    const what = ambient(node);
    if (what) reads.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, what });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return reads;
}

function ambient(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const written = node.getText().replace(/^globalThis\./, "");
    return AMBIENT_MEMBERS.has(written) ? written : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length)
    return "new Date()";
  if (ts.isCallExpression(node) && node.expression.getText() === "Date") return "Date()";
  if (ts.isImportSpecifier(node) && (node.propertyName ?? node.name).text === "randomUUID")
    return "randomUUID";
  return undefined;
}
