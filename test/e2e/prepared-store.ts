import { prepareStore } from "@webxkey/demo-medusa";
import { createDatabase } from "@webxkey/test-postgres";
import type {} from "@webxkey/test-postgres/vitest";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated and filled store that no process uses: the original of every test's own copy. */
    preparedStoreUrl: string;
  }
}

/** Vitest `globalSetup`: migrates and fills one store for the whole run. */
export default async function setup(project: TestProject): Promise<void> {
  const databaseUrl = await createDatabase(project.getProvidedContext().postgresUrl);
  await prepareStore({ databaseUrl });
  project.provide("preparedStoreUrl", databaseUrl);
}
