import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The repository as a newcomer has it: its files and nothing that was installed or built. */
export function neverBuiltClone(): AsyncDisposable & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), "webxkey-newcomer-"));
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: ROOT });
  const present = execFileSync("tar", ["-c", "--null", "--ignore-failed-read", "-T", "-"], {
    cwd: ROOT,
    input: listed,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["pipe", "pipe", "ignore"],
  });
  execFileSync("tar", ["-x", "-C", directory], { input: present });
  // Turbo asks git what changed; the repository starts here, whatever lies above it.
  execFileSync("git", ["init", "-q", directory]);
  return {
    directory,
    // What the commands started may still write a moment while it ends.
    [Symbol.asyncDispose]: () =>
      rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

export interface ShellRun extends AsyncDisposable {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs bash commands there, on the machine's own Node, and answers what they printed once the last one has ended.
 * What they started in the background goes on until the run is disposed of.
 */
export async function inBash(
  directory: string,
  commands: readonly string[],
  settings: Record<string, string> = {},
): Promise<ShellRun> {
  const script = [
    "set -euo pipefail",
    // What goes on in the other terminals ends with the test, however the test ends: its end of the pipe is closed then.
    "exec 3<&0 </dev/null",
    "{ cat <&3; kill -TERM -- -$$; } > /dev/null 2>&1 &",
    "exec 3<&-",
    ...commands,
    // Says that it is done, and stays: Node closes the pipe to a shell that has ended.
    "exec > /dev/null 2>&1",
    "wait",
  ].join("\n");
  const shell = spawn("bash", ["-c", script], {
    cwd: directory,
    detached: true,
    env: { ...newcomersEnvironment(), ...settings },
    stdio: "pipe",
  });
  const ended = once(shell, "exit");
  const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  return {
    stdout,
    stderr,
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      await ended;
    },
  };
}

/** Without this repository's own toolchain in the path, and without what would set up another installation. */
function newcomersEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_|WEBXKEY_|VITEST|NODE_ENV$|TURBO_|npm_(?!config_))/.test(name),
  );
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(delimiter),
    // What is built here need not be built again by the suites behind this one.
    TURBO_CACHE_DIR: join(ROOT, ".turbo", "cache"),
  };
}
