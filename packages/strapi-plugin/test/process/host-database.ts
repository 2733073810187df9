import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createDatabase } from "@webxkey/test-postgres";
import pg from "pg";

/** The application's database from beside it, by a connection of the test's own. */
export interface HostDatabase extends AsyncDisposable {
  /** Where the application finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Values are written as `?`. */
  rows<Row>(sql: string, values?: readonly (string | number | null)[]): Promise<Row[]>;
  /** As if this order had last been written an hour ago, which is longer than a sweep looks back. */
  ageOrder(documentId: string): Promise<void>;
  /**
   * Stops whoever inserts into the intake, or changes a row of it, within that very statement: by a trigger that does not come
   * to its end.
   */
  holdIntake(act: "insert" | "update"): Promise<Hold>;
}

export interface Hold {
  /** Whether somebody is stopped there now. */
  holds(): Promise<boolean>;
  /** Takes the trigger away. Who was stopped has to be dead. */
  release(): Promise<void>;
}

export interface PostgresHost extends HostDatabase {
  readonly connectionString: string;
  /** The application's login, which owns the database and is no superuser. */
  readonly role: string;
  /** Does `work` while another connection has locked these tables, by their quoted names, against everybody. */
  whileLocked<T>(tables: readonly string[], work: () => Promise<T>): Promise<T>;
}

export async function openPostgresHost(serverUrl: string): Promise<PostgresHost> {
  const superuserUrl = await createDatabase(serverUrl);
  const url = new URL(superuserUrl);
  const role = `shop_${randomBytes(4).toString("hex")}`;
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`create role ${role} login password 'shop'`);
  await client.query(`alter database ${client.escapeIdentifier(url.pathname.slice(1))} owner to ${role}`);
  url.username = role;
  url.password = "shop";
  const query = async <Row>(
    sql: string,
    values: readonly (string | number | null)[] = [],
  ): Promise<Row[]> => {
    let count = 0;
    return (
      await client.query(
        sql.replaceAll("?", () => `$${++count}`),
        [...values],
      )
    ).rows as Row[];
  };
  return {
    connectionString: url.href,
    role,
    async whileLocked(tables, work) {
      const locker = new pg.Client({ connectionString: superuserUrl });
      await locker.connect();
      try {
        await lockAll(locker, tables);
        return await work();
      } finally {
        await locker.end();
      }
    },
    env: { TEST_POSTGRES_URL: url.href },
    rows: query,
    async ageOrder(documentId) {
      await query("update orders set updated_at = updated_at - interval '1 hour' where document_id = ?", [
        documentId,
      ]);
    },
    async holdIntake(act) {
      await query(`create or replace function hold() returns trigger language plpgsql as
        $$ begin perform pg_sleep(600); return new; end $$`);
      await query(`create trigger hold before ${act} on webxkey_intake_facts
        for each row execute function hold()`);
      const sleepers = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
      return {
        async holds() {
          return (await query(`select pid ${sleepers}`)).length > 0;
        },
        async release() {
          // The server goes on sleeping for a client that is dead.
          await query(`select pg_terminate_backend(pid) ${sleepers}`);
          await query("drop trigger hold on webxkey_intake_facts");
        },
      };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const DEADLOCK_DETECTED = "40P01";

/** Tables are locked one after the other, and whoever works with them may take them in another order: then we stand back. */
async function lockAll(locker: pg.Client, tables: readonly string[]): Promise<void> {
  for (;;) {
    try {
      await locker.query(`begin; lock table ${tables.join(", ")} in access exclusive mode`);
      return;
    } catch (error) {
      if ((error as pg.DatabaseError).code !== DEADLOCK_DETECTED) throw error;
      await locker.query("rollback");
    }
  }
}

/** Long enough to be killed in, and an end: a process that nobody kills must not count for ever. */
const COUNTED = 1_000_000_000;
const BUSY = 5;

export function openSqliteHost(directory: string): HostDatabase {
  const file = join(directory, "data.db");
  const connect = (timeout: number) => new DatabaseSync(file, { timeout });
  const query = (sql: string, values: readonly (string | number | null)[] = []): unknown[] => {
    const database = connect(10_000);
    try {
      return database.prepare(sql).all(...values);
    } finally {
      database.close();
    }
  };
  return {
    env: { TEST_SQLITE_FILE: file },
    rows: async <Row>(sql: string, values?: readonly (string | number | null)[]) =>
      query(sql, values) as Row[],
    async ageOrder(documentId) {
      query("update orders set updated_at = updated_at - 3600000 where document_id = ?", [documentId]);
    },
    async holdIntake(act) {
      // A trigger may not count by itself, but ask a view that does.
      query(`create view if not exists webxkey_hold as with recursive counted(n) as
        (select 1 union all select n + 1 from counted where n < ${COUNTED}) select count(*) as n from counted`);
      query(
        `create trigger hold before ${act} on webxkey_intake_facts begin select n from webxkey_hold; end`,
      );
      return {
        /** Who writes holds the file. */
        async holds() {
          const database = connect(0);
          try {
            database.exec("begin immediate; rollback");
            return false;
          } catch (error) {
            if ((error as { errcode?: number }).errcode === BUSY) return true;
            throw error;
          } finally {
            database.close();
          }
        },
        async release() {
          query("drop trigger hold");
          query("drop view webxkey_hold");
        },
      };
    },
    async [Symbol.asyncDispose]() {},
  };
}
