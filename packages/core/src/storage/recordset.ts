import { type RawBuilder, sql } from "kysely";
import { storableText } from "../kernel/storable-text.ts";
import type { Db } from "./storage.ts";
import type { Tables } from "./tables.ts";

/** How a column travels inside the one JSON parameter of a batch. */
export type ColumnKind =
  | "uuid"
  | "text"
  | "int"
  | "bigint"
  | "float8"
  | "timestamptz"
  | "boolean"
  | "bytea"
  | "jsonb"
  | "text[]";

type Kinds = Readonly<Record<string, ColumnKind>>;
type Row = Readonly<Record<string, unknown>>;

/**
 * Many rows as one parameter: `json_to_recordset($1)` plans once and runs on both stores.
 * Bytes travel as base64; select them with `decode(r.column, 'base64')` or use `insertAll`.
 */
export function recordset(rows: readonly Row[], kinds: Kinds, alias = "r"): RawBuilder<unknown> {
  const columns = Object.entries(kinds).map(([name, kind]) => `${name} ${kind === "bytea" ? "text" : kind}`);
  return sql`json_to_recordset(${JSON.stringify(rows.map(plain))}::json) as ${sql.raw(`${alias}(${columns.join(", ")})`)}`;
}

/** `column = any($1)`: a list of any length as one value, so that the statement's text is always the same. */
export function anyOf(values: readonly string[], kind: "uuid" | "text"): RawBuilder<string> {
  return sql<string>`any(${values as string[]}::${sql.raw(kind)}[])`;
}

/** Inserts all rows in one statement. Rows that are already there are left as they are. */
export async function insertAll<Name extends keyof Tables & string>(
  db: Db,
  table: Name,
  kinds: { readonly [Column in keyof Tables[Name] & string]?: ColumnKind },
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(kinds);
  const selected = names.map((name) =>
    (kinds as Kinds)[name] === "bytea" ? `decode(r.${name}, 'base64')` : `r.${name}`,
  );
  await sql`insert into ${sql.raw(table)} (${sql.raw(names.join(", "))})
    select ${sql.raw(selected.join(", "))} from ${recordset(rows, kinds as Kinds)}
    on conflict do nothing`.execute(db);
}

function plain(row: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, storable(value)]));
}

/** One row with a text that cannot be stored must not fail its batch. */
function storable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "string" ? storableText(value) : value;
}
