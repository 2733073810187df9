import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const fromHere = createRequire(import.meta.url);

/** Packs each as it would be sent to the registry. They must be built: packing would otherwise build again. */
export async function packAll(names: readonly string[], into: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(into);
  const packed = new Map<string, string>();
  for (const name of names) {
    const before = new Set(await readdir(into));
    await run("pnpm", ["pack", "--pack-destination", into, "--config.ignore-scripts=true"], {
      cwd: packageFolder(name),
    });
    const file = (await readdir(into)).find((one) => !before.has(one));
    if (!file) throw new Error(`Packing ${name} made no file.`);
    packed.set(name, join(into, file));
  }
  return packed;
}

/** Where a package of this repository lies. */
export function packageFolder(name: string): string {
  return dirname(fromHere.resolve(`${name}/package.json`));
}
