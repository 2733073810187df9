import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Core } from "@strapi/strapi";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import getPort from "get-port";
import { inject } from "vitest";
import type { Runtime } from "../../server/src/engine/runtime.ts";

const require = createRequire(import.meta.url);
const appDir = join(import.meta.dirname, "..", "app");

/** Named in the application's configuration of the plugin. */
export const OWNER = { email: "owner@tea-shop.example", password: "Tea-and-9-spoons" };

/** A real Strapi in this process, on a database of its own, with the built plugin in it. */
export interface App extends AsyncDisposable {
  readonly url: string;
  readonly strapi: Core.Strapi;
  readonly runtime: Runtime;
  /** Where the engine keeps its data, where it has no PostgreSQL. */
  readonly dataDir: string;
  /** Asks the application's database. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

export async function openApp({ graphUrl }: { readonly graphUrl?: string } = {}): Promise<App> {
  const directory = await mkdtemp(join(tmpdir(), "webxkey-strapi-"));
  const publicDir = join(directory, "public");
  await mkdir(join(publicDir, "uploads"), { recursive: true });
  const dataDir = join(directory, "engine");
  // Known before Strapi is made: Meta is told the webhook's address.
  const port = await getPort({ host: "127.0.0.1" });
  const url = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    STRAPI_TELEMETRY_DISABLED: "true",
    TEST_PUBLIC_URL: url,
    TEST_PUBLIC_DIR: publicDir,
    TEST_DATA_DIR: dataDir,
    ...(process.env["TEST_CLIENT"] === "postgres"
      ? { TEST_POSTGRES_URL: await createDatabase(inject("postgresUrl")) }
      : { TEST_SQLITE_FILE: join(directory, "data.db") }),
    ...(graphUrl && { TEST_GRAPH_URL: graphUrl }),
  });

  const { createStrapi } = require("@strapi/strapi") as typeof import("@strapi/strapi");
  const strapi = await createStrapi({ appDir, distDir: appDir, serveAdminPanel: false }).load();
  // Strapi's own would look for mail servers.
  Object.assign(strapi.plugin("email"), { provider: { send: async () => undefined } });
  strapi.server.mount();
  await new Promise<void>((resolve) => strapi.server.httpServer.listen(port, "127.0.0.1", resolve));
  return {
    url,
    strapi,
    runtime: strapi.plugin("webxkey").service("runtime") as Runtime,
    dataDir,
    async rows<Row>(sql: string, values: readonly unknown[] = []) {
      const answer: unknown = await strapi.db.connection.raw(sql, values as never);
      return (Array.isArray(answer) ? answer : (answer as { rows: Row[] }).rows) as Row[];
    },
    async [Symbol.asyncDispose]() {
      await withListeners(() => strapi.destroy());
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Strapi takes everybody's listeners off the process when it ends; the test runner needs its own to hear how the tests went. */
async function withListeners(end: () => Promise<void>): Promise<void> {
  const { removeAllListeners } = process;
  process.removeAllListeners = () => process;
  try {
    await end();
  } finally {
    process.removeAllListeners = removeAllListeners;
  }
}
