import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { type DatabaseConnection, type Dialect, type Driver, Kysely, PGliteDialect } from "kysely";
import { fromPglite } from "pg-boss";
import type { ScriptRunner, Storage, StorageOption } from "./storage.ts";
import type { KeyTables, Tables } from "./tables.ts";

export interface PgliteOptions {
  /** A directory of this process alone. Unset, everything stays in memory and is gone at exit. */
  readonly dataDir?: string;
}

/** PostgreSQL inside this process: nothing to install, one process, survives a crash but not a power cut. */
export function pglite({ dataDir }: PgliteOptions = {}): StorageOption {
  return { name: "pglite", open: () => open(dataDir) };
}

async function open(dataDir: string | undefined): Promise<Storage> {
  if (dataDir) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const engine = await openDatabase(dataDir && join(dataDir, "engine"));
  const keys = await openDatabase(dataDir && join(dataDir, "keys"));
  return {
    db: new Kysely<Tables>({ dialect: oneAtATime(engine) }),
    keys: new Kysely<KeyTables>({ dialect: oneAtATime(keys) }),
    capabilities: { sharedByProcesses: false, powerLossSafe: false },
    migration: (of, steps) => migrationOn(of === "keys" ? keys : engine, steps),
    query: (text, values) => engine.query(text, values as unknown[]),
    jobs: { db: fromPglite(engine), backend: "pglite" },
    listen: async (channel, onNotice) => {
      const unlisten = await engine.listen(channel, onNotice);
      return {
        async [Symbol.asyncDispose]() {
          if (!engine.closed) await unlisten();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await keys.close();
    },
  };
}

async function openDatabase(directory: string | undefined): Promise<PGlite> {
  return await PGlite.create({
    ...(directory ? { dataDir: directory } : {}),
    parsers: { [types.INT8]: Number },
  });
}

function migrationOn<T>(database: PGlite, steps: (runner: ScriptRunner) => Promise<T>): Promise<T> {
  return database.transaction((transaction) =>
    steps({
      run: async (script) => {
        await transaction.exec(script);
      },
      query: async <Row>(text: string, values?: readonly unknown[]) =>
        (await transaction.query<Row>(text, values as unknown[])).rows,
    }),
  );
}

/**
 * Kysely's PGlite driver hands its one connection to everybody at once, so that a query of another caller would run inside an
 * open transaction. Here each waits for the one before it, as it would for a pool of one.
 *
 * Warning: using the database itself inside a transaction of it waits for ever; pass the transaction on.
 */
function oneAtATime(pglite: PGlite): Dialect {
  const dialect = new PGliteDialect({ pglite });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => queued(dialect.createDriver()),
  };
}

function queued(driver: Driver): Driver {
  let last: Promise<void> = Promise.resolve();
  const releases = new WeakMap<DatabaseConnection, () => void>();
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    async acquireConnection(options) {
      const before = last;
      const turn = Promise.withResolvers<void>();
      last = turn.promise;
      await before;
      const connection = await driver.acquireConnection(options);
      releases.set(connection, turn.resolve);
      return connection;
    },
    async releaseConnection(connection, options) {
      await driver.releaseConnection(connection, options);
      releases.get(connection)?.();
    },
  };
}
