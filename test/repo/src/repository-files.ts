import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ignore, { type Ignore } from "ignore";
import { ROOT } from "../../../scripts/check/workspace.ts";

type Scope = { dir: string; rules: Ignore };

/**
 * Every file of the repository that git would track, by the `.gitignore` files alone: the machine may have no git,
 * and a file that is not added yet must keep the rules too.
 */
export function repositoryFiles(root = ROOT): string[] {
  return filesBelow(root, root, []).sort();
}

export function readRepositoryFile(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function filesBelow(root: string, dir: string, outer: readonly Scope[]): string[] {
  const ignoreFile = join(dir, ".gitignore");
  const own = existsSync(ignoreFile) ? [{ dir, rules: ignore().add(readFileSync(ignoreFile, "utf8")) }] : [];
  const scopes = [...outer, ...own];
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.name === ".git" || isIgnored(path, entry.isDirectory(), scopes)) return [];
    if (entry.isDirectory()) return filesBelow(root, path, scopes);
    return entry.isFile() ? [relative(root, path)] : [];
  });
}

function isIgnored(path: string, isDirectory: boolean, scopes: readonly Scope[]): boolean {
  return scopes.some(({ dir, rules }) => rules.ignores(relative(dir, path) + (isDirectory ? "/" : "")));
}
