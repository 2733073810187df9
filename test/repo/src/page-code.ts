import ts from "typescript";

const ADMIN_KIT = "@webxkey/admin-kit";

/** What one file of a plugin's admin draws. */
export interface PageCode {
  /** Lines that are neither empty nor only a comment. */
  readonly lines: number;
  /** Components of the admin-kit that it draws. */
  readonly kitPages: readonly string[];
  /** What only a page of its own would need: texts between tags, and elements of HTML. Each as `line what`. */
  readonly ownMarkup: readonly string[];
}

/** An icon is drawn of these, where the host has none of its own. */
const DRAWING = new Set(["svg", "path", "circle", "rect", "g", "line"]);

/** Reads what a source file draws. The file is parsed: what stands in comments and types does not count. */
export function pageCode(fileName: string, source: string): PageCode {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const imported = new Set<string>();
  const kitPages: string[] = [];
  const ownMarkup: string[] = [];
  const found = (node: ts.Node, what: string) =>
    ownMarkup.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`);

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && isAdminKit(node))
      for (const name of namesOf(node)) imported.add(name);
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node)) {
      const tag = node.tagName.getText();
      if (imported.has(tag)) kitPages.push(tag);
      if (/^[a-z]/.test(tag) && !DRAWING.has(tag)) found(node, `<${tag}>`);
    }
    if (isText(node)) found(node, node.getText().trim());
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { lines: linesOfCode(file), kitPages, ownMarkup };
}

function isAdminKit({ moduleSpecifier }: ts.ImportDeclaration): boolean {
  return ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text === ADMIN_KIT;
}

function namesOf({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

/** A text between tags, as it is or in braces. */
function isText(node: ts.Node): boolean {
  if (ts.isJsxText(node)) return !node.containsOnlyTriviaWhiteSpaces;
  if (!ts.isJsxExpression(node) || ts.isJsxAttribute(node.parent) || !node.expression) return false;
  return ts.isStringLiteralLike(node.expression) || ts.isTemplateExpression(node.expression);
}

/** The lines on which something stands that is no comment. */
function linesOfCode(file: ts.SourceFile): number {
  const lines = new Set<number>();
  const mark = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    if (node.getChildCount(file) > 0) {
      for (const child of node.getChildren(file)) mark(child);
      return;
    }
    const from = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    const to = file.getLineAndCharacterOfPosition(node.getEnd()).line;
    if (node.getText(file).trim() !== "") for (let line = from; line <= to; line++) lines.add(line);
  };
  mark(file);
  return lines.size;
}
