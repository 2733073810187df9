import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Dialect,
} from "kysely";
import type { Db } from "./storage.ts";
import type { Tables } from "./tables.ts";

/**
 * Sends statements without waiting for the answer to one before the next is sent: one trip to the database for all of them.
 * The database runs them one after another in the order in which they were begun, each as if it had been sent alone.
 *
 * @param statements begins all of them before it awaits any: `Promise.all` over calls that send at once.
 * @example
 * await together(tx, (tx) => Promise.all([addRows(tx, rows), countRows(tx)]));
 */
export async function together<Answer>(
  on: Db,
  statements: (on: Db) => Promise<Answer>,
): Promise<Answer> {
  const executor = on.getExecutor();
  return await executor.provideConnection((connection) => {
    // Kysely lets the statements of a transaction through one by one; this connection has been waited for already.
    const open = executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) });
    return statements(new Kysely<Tables>({ config: { dialect: DIALECT }, dialect: DIALECT, driver: NO_DRIVER, executor: open }));
  });
}

const NO_DRIVER = new DummyDriver();
/** Only the executor is ever used. */
const DIALECT: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => NO_DRIVER,
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
