import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inherited, testLogDirectory } from "../env.ts";

/** The folder that `medusa build` made of this app. */
const OWN_BUILD = fileURLToPath(new URL("../.medusa/server", import.meta.url));
const LIFELINE = new URL("./lifeline.ts", import.meta.url).href;
const LOG_CHARS_KEPT = 200_000;

/** The owner's account that the seed makes. The store is for one machine's loopback address only. */
export const OWNER = { email: "owner@lucky-shrub.example", password: "lucky-shrub-on-loopback" };

const SECRETS = {
  // One pair for all stores of this process, so that a sign-in survives a restart and holds in server and worker.
  JWT_SECRET: randomBytes(32).toString("hex"),
  COOKIE_SECRET: randomBytes(32).toString("hex"),
  // One for all stores of the harness, because a copied database can be read only with the key it was made with.
  WEBXKEY_ROOT_KEY: Buffer.alloc(32, "lucky-shrub-on-loopback").toString("base64"),
};

/** Nobody listens there: a store that was given no simulator reaches no Graph API at all. */
const NO_GRAPH_API = "http://127.0.0.1:9";

export type StoreEnvironment = {
  databaseUrl: string;
  /** Where Graph calls go: the simulator's URL. Without one they go nowhere. */
  graphUrl?: string | undefined;
  /** Where Meta's webhooks reach the store: the URL of the process that answers HTTP. */
  publicUrl?: string | undefined;
  /** A built Medusa store: the folder with `medusa-config.js`. This app's own build unless given. */
  directory?: string | undefined;
  /** More environment for the process; nothing but PATH and HOME is inherited from this one. */
  env?: Record<string, string> | undefined;
};

export type MedusaProcess = {
  pid: number;
  /** The last 200,000 characters that the process wrote. All of it is in `WEBXKEY_TEST_LOG_DIR` where that is set. */
  logs(): string;
  running(): boolean;
  /** Resolves with the exit code, or null after a signal. */
  exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
};

/** Runs the Medusa command line of a built store as a production process of its own. */
export function spawnMedusa(args: readonly string[], store: StoreEnvironment): MedusaProcess {
  const directory = store.directory ?? OWN_BUILD;
  if (!existsSync(join(directory, "medusa-config.js"))) {
    throw new Error(
      `No built store in ${directory}. Build it first: pnpm turbo build --filter @webxkey/demo-medusa`,
    );
  }
  const child = spawn(process.execPath, ["--import", LIFELINE, commandLine(directory), ...args], {
    cwd: directory,
    env: {
      ...inherited,
      NODE_ENV: "production",
      MEDUSA_DISABLE_TELEMETRY: "true",
      DATABASE_URL: store.databaseUrl,
      STORE_ADMIN_EMAIL: OWNER.email,
      STORE_ADMIN_PASSWORD: OWNER.password,
      WEBXKEY_PUBLIC_URL: store.publicUrl ?? "http://127.0.0.1:9000",
      WEBXKEY_GRAPH_URL: store.graphUrl ?? NO_GRAPH_API,
      ...SECRETS,
      ...store.env,
    },
    // A group of its own: Ctrl-C is for the process that started it, which then stops it in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  if (child.pid === undefined) throw new Error(`Node could not be started in ${directory}.`);
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return {
    pid: child.pid,
    logs: keepLogs(child, `store-${args[0]?.replaceAll(":", "-")}-${child.pid}.log`),
    running: () => child.exitCode === null && child.signalCode === null,
    exited,
    signal: (signal) => {
      child.kill(signal);
    },
  };
}

function commandLine(directory: string): string {
  const fromStore = createRequire(join(directory, "medusa-config.js"));
  return join(dirname(fromStore.resolve("@medusajs/cli/package.json")), "cli.js");
}

function keepLogs(child: ChildProcess, fileName: string): () => string {
  if (testLogDirectory) mkdirSync(testLogDirectory, { recursive: true });
  const file = testLogDirectory
    ? createWriteStream(join(testLogDirectory, fileName), { flags: "a" })
    : undefined;
  let kept = "";
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding("utf8").on("data", (text: string) => {
      kept = (kept + text).slice(-LOG_CHARS_KEPT);
      file?.write(text);
    });
  }
  child.once("close", () => file?.end());
  return () => kept;
}
