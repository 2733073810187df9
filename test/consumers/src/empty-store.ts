import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const fromHere = createRequire(import.meta.url);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What is published; each is packed as it would be sent to the registry. */
const PUBLISHED = [
  "@webxkey/core",
  "@webxkey/testing",
  "@webxkey/admin-kit",
  "@webxkey/medusa-plugin-whatsapp",
];
/** What a shop owner has: the store's own files, and nothing of this repository. */
const STORE_FILES = ["medusa-config.js", "env.ts", "src", "tsconfig.json"];
const OF_THE_HARNESS = /^(@orpc\/|@webxkey\/|pg$)/;

export interface EmptyStore extends AsyncDisposable {
  /** The built store: the folder that production runs from. */
  readonly directory: string;
  /** Every file of the installed packages, for looking at what was shipped. */
  readonly installed: (packageName: string) => Promise<string[]>;
}

/** Makes a Medusa store in an empty folder, installs the packed packages into it with npm, and builds it. */
export async function makeStore(): Promise<EmptyStore> {
  const root = await mkdtemp(join(tmpdir(), "webxkey-consumer-"));
  const store = join(root, "store");
  await mkdir(store);
  const tarballs = await packAll(join(root, "tarballs"));
  await copyStoreFiles(store);
  await writeManifest(store, tarballs);
  await inStore(store, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]);
  await inStore(store, "npx", ["--no-install", "medusa", "build"]);
  return {
    directory: join(store, ".medusa", "server"),
    installed: async (name) => await readdir(join(store, "node_modules", name), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function packAll(into: string): Promise<Map<string, string>> {
  await mkdir(into);
  const packed = new Map<string, string>();
  for (const name of PUBLISHED) {
    const folder = packageFolder(name);
    const before = new Set(await readdir(into));
    // Built by turbo before this suite; packing would otherwise build again.
    await run("pnpm", ["pack", "--pack-destination", into, "--config.ignore-scripts=true"], {
      cwd: folder,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const file = (await readdir(into)).find((one) => !before.has(one));
    if (!file) throw new Error(`Packing ${name} made no file.`);
    packed.set(name, join(into, file));
  }
  return packed;
}

async function copyStoreFiles(store: string): Promise<void> {
  const demo = packageFolder("@webxkey/demo-medusa");
  for (const name of STORE_FILES) await cp(join(demo, name), join(store, name), { recursive: true });
}

/** The store's own dependencies in the versions that are installed here, and the packages as files. */
async function writeManifest(store: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
  const demo = join(packageFolder("@webxkey/demo-medusa"), "package.json");
  const own = JSON.parse(await readFile(demo, "utf8")) as { dependencies: Record<string, string> };
  const names = Object.keys(own.dependencies).filter((name) => !OF_THE_HARNESS.test(name));
  const versions = await Promise.all(
    names.map(async (name) => [name, await versionOf(join(dirname(demo), "node_modules"), name)] as const),
  );
  const manifest = {
    name: "a-shop",
    private: true,
    type: "module",
    dependencies: {
      ...Object.fromEntries(versions),
      ...Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`])),
    },
    devDependencies: { "ts-node": "10.9.2", typescript: "5.9.3" },
  };
  await writeFile(join(store, "package.json"), JSON.stringify(manifest, null, 2));
}

async function versionOf(modules: string, name: string): Promise<string> {
  const manifest = await readFile(join(modules, name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function packageFolder(name: string): string {
  return dirname(fromHere.resolve(`${name}/package.json`));
}

async function inStore(store: string, command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, NODE_ENV: undefined, MEDUSA_DISABLE_TELEMETRY: "true" };
  await run(command, args, { cwd: store, env, maxBuffer: OUTPUT_BYTES_MAX }).catch((error: unknown) => {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${`${stdout}\n${stderr}`.slice(-4_000)}`, {
      cause: error,
    });
  });
}
