import type { Core } from "@strapi/strapi";
import { NOTHING_TO_TELL } from "@webxkey/host-kit";
import { STATE_CHARS_MAX } from "../mapping/mapping.ts";
import { clockOf, type HostDatabase } from "../storage/host-database.ts";
import { INTAKE_TABLE } from "../storage/tables.ts";
import type { OrderType } from "./observe.ts";

/**
 * Marks everything that a content type holds by now as seen: it was there, in its state, before it was said to be an order. What
 * happened before is not told, also not when such an entry is touched later. A draft has not happened yet.
 */
export async function takeAsSeen(
  strapi: Core.Strapi,
  database: HostDatabase,
  { mapping: { content_type, fields }, draftAndPublish, localized }: OrderType,
): Promise<void> {
  const { tableName, attributes } = strapi.db.metadata.get(content_type);
  const column = (name: string) =>
    quoted((attributes[name] as { columnName?: string } | undefined)?.columnName ?? name);
  const id = column("documentId");
  const at = (await clockOf(database)).getTime();
  const happened = draftAndPublish ? `${column("publishedAt")} is not null` : "1 = 1";
  const language = localized ? column("locale") : "null";
  const seen = (type: string, key: string, state: string, locale: string, where: string) => `
    insert into ${database.quoted(INTAKE_TABLE)} as kept
      ("key", type, entity_id, state, locale, occurred_at, received_at, due_at, done_at, origin, attempts, outcome)
    select distinct '${type}:' || ${key}, '${type}', ${id}, ${state}, ${locale}, 0, ${at}, ${at}, ${at}, 'sweep', 0, 'before_mapping'
      from ${database.quoted(tableName)}
     where ${where}
    on conflict ("key") do update set outcome = excluded.outcome where kept.outcome = '${NOTHING_TO_TELL}'`;
  // Distinct, because an entry has a row for each language, and comes to be once.
  await database.sql(seen("entry.created", id, "null", "null", happened));
  if (fields.state === undefined) return;
  const state = column(fields.state);
  const short = `length(${state}) between 1 and ${STATE_CHARS_MAX}`;
  const key = `${id} || ':' || ${state} || ':${at}:' || coalesce(${language}, '')`;
  await database.sql(seen("entry.state", key, state, language, `${happened} and ${short}`));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
