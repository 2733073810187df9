import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type WorkspacePackage = {
  name: string;
  /** Relative to the root of the repository. */
  dir: string;
  manifest: Manifest;
};

type Manifest = {
  name: string;
  version?: string;
  private?: boolean;
  license?: string;
  files?: string[];
  exports?: unknown;
  bin?: unknown;
  engines?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/** The packages of the workspace; the globs are those of pnpm-workspace.yaml. */
export function workspacePackages(): WorkspacePackage[] {
  return globSync(["packages/*/package.json", "apps/*/package.json", "test/*/package.json"], { cwd: ROOT })
    .sort()
    .map((path) => {
      const manifest = JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Manifest;
      return { name: manifest.name, dir: dirname(path), manifest };
    });
}

/** Where a package's tests leave their result and their logs; turbo keeps and restores it. */
export function artifactsDir(dir: string): string {
  return join(ROOT, dir, ".artifacts");
}
