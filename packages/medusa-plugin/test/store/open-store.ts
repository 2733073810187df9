import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { MedusaContainer } from "@medusajs/framework/types";
import express from "express";
import pg from "pg";
import { inject } from "vitest";
import type { Runtime } from "../../src/engine/index.ts";
import { type Seeded, seedStore } from "./seed-store.ts";

const require = createRequire(import.meta.url);

/** A real Medusa application in this process, on a database of its own, with the built plugin in it. */
export interface Store extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly container: MedusaContainer;
  readonly seeded: Seeded;
  readonly runtime: Runtime;
  /** Asks the store's database. */
  rows<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface StoreOptions {
  readonly graphUrl?: string;
}

export async function openStore({ graphUrl }: StoreOptions = {}): Promise<Store> {
  // Medusa looks around from the working directory and reads its configuration from the environment.
  process.chdir(import.meta.dirname);
  const databaseUrl = await copyDatabase(inject("migratedUrl"));
  const app = express();
  // Listens first: Meta is told the webhook's address when the plugin is made.
  const server: Server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: "error",
    MEDUSA_DISABLE_TELEMETRY: "true",
    TEST_PUBLIC_URL: url,
    ...(graphUrl && { TEST_GRAPH_URL: graphUrl }),
  });

  const { default: startMedusa } =
    require("@medusajs/medusa/loaders/index") as typeof import("@medusajs/medusa/loaders/index");
  const { container, shutdown } = await startMedusa({ directory: process.cwd(), expressApp: app });
  const seeded = await seedStore(container);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  return {
    url,
    databaseUrl,
    container,
    seeded,
    runtime: container.resolve<{ runtime: Runtime }>("webxkey").runtime,
    rows: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query(sql, values as unknown[])).rows as Row[],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await shutdown();
      await pool.end();
    },
  };
}

/** Copies a database that nobody is using. */
async function copyDatabase(url: string): Promise<string> {
  const copy = new URL(url);
  copy.pathname = `/store_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  const name = ({ pathname }: URL) => client.escapeIdentifier(decodeURIComponent(pathname.slice(1)));
  await client.query(`create database ${name(copy)} template ${name(new URL(url))}`);
  await client.end();
  return copy.href;
}
