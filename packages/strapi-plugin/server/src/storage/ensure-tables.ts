import type { Core } from "@strapi/strapi";
import { INTAKE_TABLE, SETTINGS_TABLE } from "./tables.ts";

/**
 * Makes what is missing of the plugin's tables. Strapi makes them when it starts, but does not look again as long as its models
 * stay the same: a table that somebody dropped, or that a backup did not bring along, would stay away.
 */
export async function ensureTables({ db }: Core.Strapi): Promise<void> {
  for (const name of [INTAKE_TABLE, SETTINGS_TABLE]) {
    if (await db.getSchemaConnection().hasTable(name)) continue;
    const tables = db.schema.schema.tables.filter((table) => table.name === name);
    await db.connection.transaction((transaction) => db.schema.builder.createTables(tables, transaction));
  }
}
