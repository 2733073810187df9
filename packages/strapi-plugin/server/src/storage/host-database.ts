import type { Core } from "@strapi/strapi";
import { WebxkeyError } from "@webxkey/core";

type Knex = Core.Strapi["db"]["connection"];

/** The application's database, or an open transaction of it. */
export interface HostDatabase {
  readonly connection: Knex;
  readonly dialect: "postgres" | "sqlite";
  /** A query on a table, in the schema that the application's tables are in. */
  table(name: string): ReturnType<Knex>;
  /** Plain SQL, which gives its rows in one form whatever the database is. */
  sql<Row>(text: string, values?: readonly (string | number | null)[]): Promise<Row[]>;
  /** The table's name in plain SQL, quoted. */
  quoted(name: string): string;
  /** SQL for the database's clock in milliseconds since 1970. */
  readonly now: string;
}

const NOW = {
  postgres: "floor(extract(epoch from clock_timestamp()) * 1000)::bigint",
  sqlite: "cast(unixepoch('subsec') * 1000 as integer)",
} as const;

/** @throws WebxkeyError `invalid_configuration` for a database that the plugin was never run on. */
export function hostDatabase(strapi: Core.Strapi, connection: Knex = strapi.db.connection): HostDatabase {
  const dialect = dialectOf(strapi);
  const schema = strapi.db.getSchemaName();
  return {
    connection,
    dialect,
    table: (name) => (schema ? connection(name).withSchema(schema) : connection(name)),
    async sql<Row>(text: string, values: readonly (string | number | null)[] = []) {
      const answer: unknown = await connection.raw(text, values);
      return (Array.isArray(answer) ? answer : (answer as { rows: Row[] }).rows) as Row[];
    },
    quoted: (name) => (schema ? `"${schema}"."${name}"` : `"${name}"`),
    now: NOW[dialect],
  };
}

function dialectOf(strapi: Core.Strapi): HostDatabase["dialect"] {
  const { client } = strapi.db.dialect;
  if (client === "postgres" || client === "sqlite") return client;
  throw new WebxkeyError("invalid_configuration", {
    detail: `The WhatsApp plugin works on PostgreSQL and on SQLite. On ${client} it was never tested, and it does not start there.`,
  });
}

/** The database's clock. */
export async function clockOf({ sql, now }: HostDatabase): Promise<Date> {
  const [row] = await sql<{ ms: number | string }>(`select ${now} as ms`);
  return new Date(Number(row?.ms));
}
