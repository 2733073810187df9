import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packAll, packageFolder } from "@webxkey/consumers/pack";
import type { Host } from "./host.ts";

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const FOLDERS = new URL("../../hosts/", import.meta.url);

export type Environment = Readonly<Record<string, string>>;

/** A host in a temporary folder, installed with npm as its users do it. Removed when disposed of. */
export interface InstalledHost extends AsyncDisposable {
  readonly directory: string;
  /** What every process of the host gets. */
  readonly env: Environment;
  /** Adds the packed plugin to what is installed. */
  addPlugin(): Promise<void>;
  /** Runs a command of the host's own to its end. @throws with the end of what it said. */
  run(args: readonly string[], env: Environment, cwd?: string): Promise<void>;
}

export async function installHost(host: Host): Promise<InstalledHost> {
  await using opened = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), "webxkey-host-"));
  opened.defer(() => rm(root, { recursive: true, force: true }));
  const directory = join(root, "host");
  await cp(new URL(`${host.folder}/`, FOLDERS), directory, { recursive: true });
  const env: Environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? root,
    NODE_ENV: "production",
    MEDUSA_DISABLE_TELEMETRY: "true",
    STRAPI_TELEMETRY_DISABLED: "true",
    HOST_SECRET: randomBytes(16).toString("hex"),
    WEBXKEY_ROOT_KEY: randomBytes(32).toString("base64"),
    WEBXKEY_PUBLIC_URL: "http://127.0.0.1:9",
  };
  const own = await ownDependencies(host);
  const install = async (more: Environment) => {
    await writeManifest(directory, { ...own, ...more });
    const args = [
      "install",
      "--include=dev",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      "--loglevel=error",
    ];
    // npm's own settings lead it to the registry.
    await run("npm", args, { cwd: directory, env: { ...process.env, NODE_ENV: undefined } });
  };
  await install({});
  const kept = opened.move();
  return {
    directory,
    env,
    async addPlugin() {
      const packed = await packAll([...host.brings, host.plugin], join(root, "packed"));
      await install(Object.fromEntries([...packed].map(([name, file]) => [name, `file:${file}`])));
    },
    run: (args, more, cwd = directory) =>
      run(process.execPath, [commandOf(host, directory), ...args], { cwd, env: { ...env, ...more } }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

export function commandOf({ command: [packageName, file] }: Host, directory: string): string {
  return join(directory, "node_modules", packageName, file);
}

/** A new application's dependencies, in the versions that the plugin is tested with. */
async function ownDependencies({ plugin, dependencies, otherDependencies }: Host): Promise<Environment> {
  const modules = join(packageFolder(plugin), "node_modules");
  const versions = dependencies.map(async (name) => {
    const manifest = await readFile(join(modules, name, "package.json"), "utf8");
    return [name, (JSON.parse(manifest) as { version: string }).version] as const;
  });
  return { ...Object.fromEntries(await Promise.all(versions)), ...otherDependencies };
}

async function writeManifest(directory: string, dependencies: Environment): Promise<void> {
  const manifest = { name: "a-host", version: "0.0.0", private: true, dependencies };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest, null, 2));
}

async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  await promisify(execFile)(command, args, { cwd, env, maxBuffer: OUTPUT_BYTES_MAX }).catch(
    (error: unknown) => {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args.join(" ")} failed:\n${`${stdout}\n${stderr}`.slice(-4_000)}`, {
        cause: error,
      });
    },
  );
}
