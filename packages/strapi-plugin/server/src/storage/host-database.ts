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

/** How long we wait for a lock, at most, while somebody else stands behind us. */
const LOCK_WAIT_MS_MAX = 200;

/**
 * Does `work` in a savepoint of an open transaction and waits for no lock longer than somebody notices: who locks our tables must
 * not stop the application, and what was not stored is found by the sweep. The transaction is left as it was found, also where
 * `work` fails. SQLite has one lock, which whoever writes has already.
 *
 * @throws what `work` throws; PostgreSQL's `lock_not_available` (55P03) where a lock was not to be had.
 */
export async function inSavepoint<T>(
  strapi: Core.Strapi,
  transaction: Knex,
  work: (database: HostDatabase) => Promise<T>,
): Promise<T> {
  return await transaction.transaction(async (savepoint) => {
    const database = hostDatabase(strapi, savepoint);
    if (database.dialect !== "postgres") return await work(database);
    const patience = await setPatience(database, `${LOCK_WAIT_MS_MAX}ms`);
    const answer = await work(database);
    // A setting outlives the savepoint that it was made in, unless that is rolled back.
    await setPatience(database, patience);
    return answer;
  });
}

/** Answers how it was before. */
async function setPatience({ sql }: HostDatabase, lockTimeout: string): Promise<string> {
  const [row] = await sql<{ lock_timeout: string }>(
    `with before as materialized (select current_setting('lock_timeout') as lock_timeout)
     select lock_timeout, set_config('lock_timeout', ?, true) from before`,
    [lockTimeout],
  );
  return row?.lock_timeout ?? "0";
}

/** The database's clock. */
export async function clockOf({ sql, now }: HostDatabase): Promise<Date> {
  const [row] = await sql<{ ms: number | string }>(`select ${now} as ms`);
  return new Date(Number(row?.ms));
}
