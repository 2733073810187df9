import type { TestProject } from "vitest/node";
import { startPostgres } from "./index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the PostgreSQL server that serves this run. */
    postgresUrl: string;
  }
}

const VARIABLE = "WEBXKEY_TEST_POSTGRES_URL";

/**
 * Vitest `globalSetup`: one PostgreSQL server for the whole run. Tests read its address with
 * `inject("postgresUrl")` or from `WEBXKEY_TEST_POSTGRES_URL`; a server that is named there already is used.
 *
 * @example
 * test: { globalSetup: ["@webxkey/test-postgres/vitest"] }
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env[VARIABLE];
  if (given) {
    project.provide("postgresUrl", given);
    return async () => {};
  }
  const postgres = await startPostgres();
  process.env[VARIABLE] = postgres.url;
  project.provide("postgresUrl", postgres.url);
  return async () => {
    delete process.env[VARIABLE];
    await postgres.stop();
  };
}
