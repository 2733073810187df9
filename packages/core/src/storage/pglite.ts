import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { PGlite, types } from "@electric-sql/pglite";
import { type DatabaseConnection, type Dialect, type Driver, Kysely, PGliteDialect } from "kysely";
import { fromPglite } from "pg-boss";
import { lockDataDir } from "./data-dir-lock.ts";
import { guard, requireDiskSpace } from "./pglite-guard.ts";
import type { ScriptRunner, Storage, StorageOption } from "./storage.ts";
import type { KeyTables, Tables } from "./tables.ts";
import { failingClosed, orUnavailable } from "./unavailable.ts";

/**
 * The checks of foreign keys keep the plan that they first made, until the tables are analysed: on empty tables one that reads the
 * whole of them, which made a new installation slower with every message.
 */
const LOOKED_UP_BY_INDEX = "set enable_seqscan = off";

export interface PgliteOptions {
  /**
   * A directory of this process alone, on a local disk. Unset, everything stays in memory and is gone at exit.
   *
   * Warning: it survives a process that is killed, but not a power cut, because nothing is forced to the disk. Use
   * `postgres` where that matters or where several processes work.
   */
  readonly dataDir?: string;
}

/**
 * PostgreSQL inside this process: nothing to install, one process, survives a crash but not a power cut.
 *
 * Opening raises `data_dir_locked` while another process has the directory open.
 */
export function pglite({ dataDir }: PgliteOptions = {}): StorageOption {
  return { name: "pglite", open: () => open(dataDir) };
}

async function open(dataDir: string | undefined): Promise<Storage> {
  await using opened = new AsyncDisposableStack();
  if (dataDir) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    // Before PGlite opens anything, and released after it closed everything.
    const lock = await lockDataDir(dataDir);
    opened.defer(() => lock.release());
  }
  const engine = await openDatabase(opened, dataDir && join(dataDir, "engine"));
  const keys = await openDatabase(opened, dataDir && join(dataDir, "keys"));
  const jobs = fromPglite(engine.database);
  const held = opened.move();
  return {
    db: new Kysely<Tables>({ dialect: oneAtATime(engine) }),
    keys: new Kysely<KeyTables>({ dialect: oneAtATime(keys) }),
    capabilities: {
      sharedByProcesses: false,
      powerLossSafe: false,
      outlivesProcess: dataDir !== undefined,
      tendsItself: false,
    },
    migration: (of, steps) => orUnavailable(migrationOn((of === "keys" ? keys : engine).database, steps)),
    query: (text, values) => orUnavailable(engine.database.query(text, values as unknown[])),
    jobs: {
      db: { executeSql: (text, values) => orUnavailable(jobs.executeSql(text, values)) },
      backend: "pglite",
    },
    listen: async (channel, onNotice) => {
      const unlisten = await orUnavailable(engine.database.listen(channel, onNotice));
      return {
        async [Symbol.asyncDispose]() {
          if (!engine.database.closed) await unlisten();
        },
      };
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

interface OpenDatabase {
  readonly database: PGlite;
  readonly requireRoom: () => void;
}

async function openDatabase(
  opened: AsyncDisposableStack,
  directory: string | undefined,
): Promise<OpenDatabase> {
  const parsers = { [types.INT8]: Number };
  if (directory === undefined) {
    const memory = opened.adopt(await PGlite.create({ parsers }), (database) => database.close());
    await memory.exec(LOOKED_UP_BY_INDEX);
    return { database: memory, requireRoom: () => undefined };
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  requireDiskSpace(directory);
  const database = await PGlite.create({ dataDir: directory, parsers });
  const { crashed, requireRoom } = guard(database, directory);
  opened.defer(async () => {
    // One that panicked does not even answer that it closes.
    if (!crashed() && !database.closed) await database.close();
  });
  await database.exec(LOOKED_UP_BY_INDEX);
  return { database, requireRoom };
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
function oneAtATime({ database, requireRoom }: OpenDatabase): Dialect {
  const dialect = new PGliteDialect({ pglite: database });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => failingClosed(queued(dialect.createDriver(), requireRoom)),
  };
}

function queued(driver: Driver, requireRoom: () => void): Driver {
  let last: Promise<void> = Promise.resolve();
  const releases = new WeakMap<DatabaseConnection, () => void>();
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    async beginTransaction(connection, settings) {
      // Asked here, because Kysely's driver waits for ever for a transaction whose `begin` failed.
      requireRoom();
      await driver.beginTransaction(connection, settings);
    },
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    async acquireConnection(options) {
      const before = last;
      const turn = Promise.withResolvers<void>();
      last = turn.promise;
      await before;
      // All that PGlite does happens in microtasks: without this turn of the event loop one caller's work would run to its end
      // before the next socket is read, and nothing would ever wait long enough to be done in sets.
      await eventLoopTurn();
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
