import { join } from "node:path";
import type { LoaderOptions } from "@medusajs/framework/types";
import { ContainerRegistrationKeys, Module, ModulesSdkUtils } from "@medusajs/framework/utils";
import { createLog } from "@webxkey/core";
import { createEngine, refuseRoleNamedLikeSchema, WEBXKEY } from "../../engine/index.ts";
import { environment } from "../../env.ts";
import { readSettings } from "../../options.ts";
import { WebxkeyModuleService } from "./service.ts";

const hostTables = { moduleName: WEBXKEY, pathToMigrations: join(__dirname, "migrations") };

/**
 * What `medusa db:migrate` runs for this module: its tables in the store's schema, then the engine's own schemas. A module
 * that brings this function replaces Medusa's; a migration script would run only once, and an upgrade needs it again.
 *
 * @throws WebxkeyError with what to do, such as when the role may not create a schema. `db:migrate` then ends with 1.
 */
async function runMigrations(of: LoaderOptions) {
  const settings = readSettings(of.options, environment);
  await refuseRoleNamedLikeSchema(of.container.resolve(ContainerRegistrationKeys.PG_CONNECTION));
  const applied = await ModulesSdkUtils.buildMigrationScript(hostTables)(of as never);
  const engine = createEngine({ settings, log: createLog({ level: settings.logLevel }) });
  try {
    await engine.migrate();
  } finally {
    await engine.close();
  }
  return applied as { name: string; path: string }[];
}

/** Takes back the store's two tables. The engine's schemas hold consent and audit and are never dropped by a roll-back. */
async function revertMigration(of: LoaderOptions) {
  await ModulesSdkUtils.buildRevertMigrationScript(hostTables)(of as never);
}

export default {
  ...Module(WEBXKEY, { service: WebxkeyModuleService }),
  runMigrations,
  revertMigration,
};
