import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NO_GRAPH_API, type Program, spawnProgram } from "@webxkey/demo-kit/process";

/** The Strapi application. */
export const APP_DIRECTORY = fileURLToPath(new URL("..", import.meta.url));

/** The first administrator's account. The store is for one machine's loopback address only. */
export const OWNER = { email: "owner@lucky-shrub.example", password: "Lucky-shrub-on-loopback-1" };

const random = () => randomBytes(32).toString("base64");

/** One set for all stores of this process, so that a store that is started again reads what it has written. */
const SECRETS = {
  APP_KEYS: `${random()},${random()}`,
  ADMIN_JWT_SECRET: random(),
  API_TOKEN_SALT: random(),
  TRANSFER_TOKEN_SALT: random(),
  ENCRYPTION_KEY: random(),
  JWT_SECRET: random(),
  WEBXKEY_ROOT_KEY: random(),
};

export type StoreEnvironment = {
  /** Where the store keeps its files: uploads and, without PostgreSQL, its database and the engine's. */
  directory: string;
  /** A PostgreSQL for the store and, in schemas of its own, for the engine. SQLite and PGlite unless given. */
  databaseUrl?: string | undefined;
  /** Where Graph calls go: the simulator's URL. Without one they go nowhere. */
  graphUrl?: string | undefined;
  /** Where Meta's webhooks reach the store: its own address. */
  publicUrl?: string | undefined;
  /** More environment for the process; nothing but PATH and HOME is inherited from this one. */
  env?: Record<string, string> | undefined;
};

/** Runs Strapi's command line on the application, as a production process of its own. */
export function spawnStrapi(args: readonly string[], store: StoreEnvironment): Program {
  const publicDirectory = join(store.directory, "public");
  // Strapi does not load without it.
  mkdirSync(join(publicDirectory, "uploads"), { recursive: true });
  return spawnProgram({
    args: [commandLine(), ...args],
    directory: APP_DIRECTORY,
    logName: `strapi-${args[0]?.replaceAll(":", "-")}`,
    env: {
      NODE_ENV: "production",
      STRAPI_TELEMETRY_DISABLED: "true",
      PUBLIC_DIR: publicDirectory,
      DATABASE_URL: store.databaseUrl,
      DATABASE_FILENAME: join(store.directory, "data.db"),
      STORE_ADMIN_EMAIL: OWNER.email,
      WEBXKEY_PUBLIC_URL: store.publicUrl ?? "http://127.0.0.1:1337",
      WEBXKEY_GRAPH_URL: store.graphUrl ?? NO_GRAPH_API,
      WEBXKEY_DATA_DIR: join(store.directory, "webxkey"),
      ...SECRETS,
      ...store.env,
    },
  });
}

function commandLine(): string {
  const fromApp = createRequire(join(APP_DIRECTORY, "package.json"));
  return join(dirname(fromApp.resolve("@strapi/strapi/package.json")), "bin", "strapi.js");
}
