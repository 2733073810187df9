import type { HostDatabase } from "./host-database.ts";
import { SETTINGS_TABLE } from "./tables.ts";

/** A value by its name; undefined where there is none. */
export async function readSetting(database: HostDatabase, name: string): Promise<unknown> {
  const [row] = (await database.table(SETTINGS_TABLE).select("value").where({ name })) as { value: string }[];
  return row && JSON.parse(row.value);
}

export async function writeSetting(database: HostDatabase, name: string, value: unknown): Promise<void> {
  await database
    .table(SETTINGS_TABLE)
    .insert({ name, value: JSON.stringify(value) })
    .onConflict("name")
    .merge(["value"]);
}
