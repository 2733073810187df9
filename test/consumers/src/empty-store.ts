import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packAll, packageFolder } from "./pack.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What is published; each is packed as it would be sent to the registry. */
const PUBLISHED = [
  "@webxkey/core",
  "@webxkey/testing",
  "@webxkey/admin-kit",
  "@webxkey/host-kit",
  "@webxkey/medusa-plugin-whatsapp",
];
/** What fills the store: the demo's seed, and nothing else of this repository. */
const SEED_FILES = ["env.ts", "src"];
/** The configuration of a new store with what the plugin's README adds. */
const CONFIG = fileURLToPath(new URL("../store/medusa-config.ts", import.meta.url));
/** The compiler's settings that a new Medusa store has. */
const TSCONFIG = {
  compilerOptions: {
    target: "ES2021",
    esModuleInterop: true,
    module: "Node16",
    moduleResolution: "Node16",
    skipLibCheck: true,
    outDir: "./.medusa/server",
    rootDir: "./",
    jsx: "react-jsx",
    strictNullChecks: true,
    // The seed names its files with their endings.
    rewriteRelativeImportExtensions: true,
  },
  "ts-node": { swc: true },
  include: ["**/*", ".medusa/types/*"],
  exclude: ["node_modules", ".medusa/server", ".medusa/admin", ".cache"],
};
/** What a new Medusa store depends on; everything else must come with the packages. */
const OF_A_NEW_STORE = ["@medusajs/admin-sdk", "@medusajs/cli", "@medusajs/framework", "@medusajs/medusa"];

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
  const tarballs = await packAll(PUBLISHED, join(root, "tarballs"));
  await copyStoreFiles(store);
  await writeManifest(store, tarballs);
  await writeFile(join(store, "tsconfig.json"), JSON.stringify(TSCONFIG, null, 2));
  await inStore(store, "npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--fetch-retries=5",
    "--loglevel=error",
  ]);
  await inStore(store, "npx", ["--no-install", "medusa", "build"]);
  return {
    directory: join(store, ".medusa", "server"),
    installed: async (name) => await readdir(join(store, "node_modules", name), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function copyStoreFiles(store: string): Promise<void> {
  const demo = packageFolder("@webxkey/demo-medusa");
  for (const name of SEED_FILES) await cp(join(demo, name), join(store, name), { recursive: true });
  await cp(CONFIG, join(store, "medusa-config.ts"));
}

/** A new store's dependencies in the versions that are installed here, and the packages as files. */
async function writeManifest(store: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
  const modules = join(packageFolder("@webxkey/demo-medusa"), "node_modules");
  const versions = await Promise.all(
    OF_A_NEW_STORE.map(async (name) => [name, await versionOf(modules, name)] as const),
  );
  const manifest = {
    name: "a-shop",
    private: true,
    dependencies: {
      ...Object.fromEntries(versions),
      ...Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`])),
    },
    devDependencies: {
      "@swc/core": "1.7.28",
      "@types/node": "24.0.0",
      "ts-node": "10.9.2",
      typescript: "5.9.3",
    },
  };
  await writeFile(join(store, "package.json"), JSON.stringify(manifest, null, 2));
}

async function versionOf(modules: string, name: string): Promise<string> {
  const manifest = await readFile(join(modules, name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
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
