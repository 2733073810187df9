import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../../scripts/check/workspace.ts";

const run = promisify(execFile);

/** Packs a built package as it would be published and returns the tarball's path. */
export async function pack(dir: string, destination: string): Promise<string> {
  await run("pnpm", ["pack", "--config.ignore-scripts=true", "--pack-destination", destination], {
    cwd: join(ROOT, dir),
  });
  const [tarball, ...others] = (await readdir(destination)).filter((name) => name.endsWith(".tgz"));
  if (!tarball || others.length > 0) throw new Error(`${dir}: expected one tarball in ${destination}.`);
  return join(destination, tarball);
}
