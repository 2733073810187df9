import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NO_GRAPH_API, type Program, spawnProgram } from "@webxkey/demo-kit/process";

/** The folder that `medusa build` made of this app. */
const OWN_BUILD = fileURLToPath(new URL("../.medusa/server", import.meta.url));

/** The owner's account that the seed makes. The store is for one machine's loopback address only. */
export const OWNER = { email: "owner@lucky-shrub.example", password: "lucky-shrub-on-loopback" };

const SECRETS = {
  // One pair for all stores of this process, so that a sign-in survives a restart and holds in server and worker.
  JWT_SECRET: randomBytes(32).toString("hex"),
  COOKIE_SECRET: randomBytes(32).toString("hex"),
  // One for all stores of the harness, because a copied database can be read only with the key it was made with.
  WEBXKEY_ROOT_KEY: Buffer.alloc(32, "lucky-shrub-on-loopback").toString("base64"),
};

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

/** Runs the Medusa command line of a built store as a production process of its own. */
export function spawnMedusa(args: readonly string[], store: StoreEnvironment): Program {
  const directory = store.directory ?? OWN_BUILD;
  if (!existsSync(join(directory, "medusa-config.js"))) {
    throw new Error(
      `No built store in ${directory}. Build it first: pnpm turbo build --filter @webxkey/demo-medusa`,
    );
  }
  return spawnProgram({
    args: [commandLine(directory), ...args],
    directory,
    logName: `store-${args[0]?.replaceAll(":", "-")}`,
    env: {
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
  });
}

function commandLine(directory: string): string {
  const fromStore = createRequire(join(directory, "medusa-config.js"));
  return join(dirname(fromStore.resolve("@medusajs/cli/package.json")), "cli.js");
}
