import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createDatabase } from "@webxkey/test-postgres";
import startPostgres from "@webxkey/test-postgres/vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A database that `medusa db:migrate` brought up, plugin and engine included. Each test file works on a copy. */
    migratedUrl: string;
  }
}

/** Vitest `globalSetup`: one PostgreSQL for the run, and in it one migrated store, made by Medusa's own command. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stopPostgres = await startPostgres(project);
  const serverUrl = process.env["WEBXKEY_TEST_POSTGRES_URL"] ?? "";
  const migratedUrl = await createDatabase(serverUrl);
  await medusa(["db:migrate", "--skip-scripts"], migratedUrl);
  project.provide("migratedUrl", migratedUrl);
  return stopPostgres;
}

/** Runs Medusa's command line in the test store. @throws Error with what it wrote when it does not end with 0. */
export async function medusa(args: readonly string[], databaseUrl: string): Promise<string> {
  const cli = join(dirname(createRequire(import.meta.url).resolve("@medusajs/cli/package.json")), "cli.js");
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
    cwd: import.meta.dirname,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_ENV: "production",
      MEDUSA_DISABLE_TELEMETRY: "true",
      DATABASE_URL: databaseUrl,
    },
  });
  return stdout;
}
