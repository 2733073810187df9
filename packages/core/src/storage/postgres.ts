import {
  type AbortableOperationOptions,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
} from "kysely";
import pg from "pg";
import { WebxkeyError } from "../kernel/errors.ts";
import { isLast } from "./lastly.ts";
import type { ScriptRunner, Storage, StorageOption } from "./storage.ts";
import type { KeyTables, Tables } from "./tables.ts";
import { failingClosed, orUnavailable } from "./unavailable.ts";

const POOL_CONNECTIONS_MAX = 10;
/** Keys are read while a transaction is open: from a pool of their own, or ten waiting transactions would starve each other. */
const KEY_POOL_CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 5_000;
/** Texts are few and fixed; should one ever be made of its values, it must not fill the server's memory. */
const PREPARED_MAX = 500;
/** All columns of a table, and lists that are as long as their values are many. */
const NOT_PREPARED = /select \*|\.\*|returning \*| in \(\$/;
/**
 * A statement is parsed once and planned at each call. A kept plan stays as it was made until the tables are analysed: made in
 * the first minute of an installation, for tables of a few rows, it was three times as slow at the end of that minute.
 */
const PLANNED_EACH_TIME = "set plan_cache_mode = force_custom_plan";
const RELISTEN_MS = 1_000;
/**
 * A process that was stopped inside a transaction must not keep the others waiting for its locks: far longer than any step of
 * ours takes, and well below a claim's lease.
 */
const IDLE_IN_TRANSACTION_MS_MAX = 10_000;
/** Any fixed number; every process that migrates takes the same advisory lock. */
const MIGRATION_LOCK = 7_236_501_944;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1"]);

export interface PostgresOptions {
  readonly connectionString: string;
  /** A database of its own for the keys; unset, they live in the schema `webxkey_keys` of the same one. */
  readonly keysConnectionString?: string;
}

/** PostgreSQL: shared by any number of processes, durable as the server is configured. */
export function postgres(options: PostgresOptions): StorageOption {
  requireVerifiedTls(options.connectionString);
  if (options.keysConnectionString !== undefined) requireVerifiedTls(options.keysConnectionString);
  return { name: "postgres", open: () => open(options) };
}

async function open({ connectionString, keysConnectionString }: PostgresOptions): Promise<Storage> {
  const pool = createPool(connectionString, POOL_CONNECTIONS_MAX);
  const keyPool = createPool(keysConnectionString ?? connectionString, KEY_POOL_CONNECTIONS_MAX);
  const listeners = new Set<AsyncDisposable>();
  const storage: Storage = {
    db: new Kysely<Tables>({ dialect: dialectOn(pool) }),
    keys: new Kysely<KeyTables>({ dialect: dialectOn(keyPool) }),
    capabilities: { sharedByProcesses: true, powerLossSafe: true, outlivesProcess: true, tendsItself: true },
    migration: (of, steps) => orUnavailable(migrationOn(of === "keys" ? keyPool : pool, steps)),
    query: (text, values) => orUnavailable(pool.query(text, values as unknown[])),
    jobs: {
      db: { executeSql: (text, values) => orUnavailable(pool.query(text, values as unknown[])) },
      backend: "postgres",
    },
    listen: async (channel, onNotice) => {
      const listener = await orUnavailable(listenOn(connectionString, channel, onNotice));
      listeners.add(listener);
      return listener;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...listeners].map((listener) => listener[Symbol.asyncDispose]()));
      await pool.end();
      await keyPool.end();
    },
  };
  return storage;
}

function dialectOn(pool: pg.Pool): Dialect {
  const dialect = new PostgresDialect({ pool: preparing(pool) });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => failingClosed(savingTrips(dialect.createDriver())),
  };
}

/**
 * `begin` travels with the first statement of its transaction, which fails where it failed, and `commit` with one that was sent
 * `lastly`.
 */
function savingTrips(driver: Driver): Driver {
  const begun = new WeakMap<DatabaseConnection, Promise<void>>();
  /** By the connection of each open transaction: what it was sent lastly. */
  const unanswered = new WeakMap<DatabaseConnection, Promise<unknown>>();
  const watched = new WeakSet<DatabaseConnection>();

  function watch(connection: DatabaseConnection): void {
    watched.add(connection);
    const execute = connection.executeQuery.bind(connection);

    async function answerOf<Row>(query: CompiledQuery, options?: AbortableOperationOptions) {
      const beginning = begun.get(connection);
      begun.delete(connection);
      const earlier = unanswered.get(connection);
      try {
        const [answer] = await Promise.all([execute<Row>(query, options), beginning]);
        return answer;
      } catch (error) {
        // What failed the transaction, where that was not this statement.
        await earlier;
        throw error;
      }
    }

    connection.executeQuery = async <Row>(query: CompiledQuery, options?: AbortableOperationOptions) => {
      const answer = answerOf<Row>(query, options);
      if (!isLast(query) || !unanswered.has(connection)) return await answer;
      laterToldOf(answer);
      unanswered.set(connection, answer);
      return { rows: [] };
    };
  }

  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    async beginTransaction(connection, settings) {
      const beginning = driver.beginTransaction(connection, settings);
      laterToldOf(beginning);
      begun.set(connection, beginning);
      unanswered.set(connection, Promise.resolve());
    },
    async commitTransaction(connection) {
      const sent = unanswered.get(connection);
      unanswered.delete(connection);
      const committing = driver.commitTransaction(connection);
      laterToldOf(committing);
      // Of a transaction that failed PostgreSQL answers a commit with a rollback and no error: what failed it is told here.
      await sent;
      await committing;
    },
    rollbackTransaction(connection) {
      unanswered.delete(connection);
      return driver.rollbackTransaction(connection);
    },
    releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
    async acquireConnection(options) {
      const connection = await driver.acquireConnection(options);
      if (!watched.has(connection)) watch(connection);
      return connection;
    },
  };
}

/** Whoever sends what comes next hears of a failure; until then nobody listens. */
function laterToldOf(answer: Promise<unknown>): void {
  answer.catch(() => undefined);
}

/**
 * Statements are prepared under a name: each connection parses a text once instead of at every call. Not those that answer all
 * columns of a table, which would stop working when a migration adds one, nor those of a varying text.
 */
function preparing(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || names.size === PREPARED_MAX || NOT_PREPARED.test(text)) return known;
    const name = `webxkey_${names.size}`;
    names.set(text, name);
    return name;
  }

  function prepared(client: pg.PoolClient): PostgresPoolClient {
    const query = (text: string, values: readonly unknown[] = []): Promise<unknown> => {
      const name = values.length > 0 ? nameOf(text) : undefined;
      return client.query({ text, values: [...values], ...(name !== undefined && { name }) });
    };
    return {
      query: query as PostgresPoolClient["query"],
      release: (destroy) => client.release(destroy),
    };
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? prepared(client);
      clients.set(client, known);
      return known;
    },
  };
}

function createPool(connectionString: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MAX,
    application_name: "webxkey",
    keepAlive: true,
    // Statements that are begun together are sent together.
    pipeline: true,
    types: { getTypeParser: parserOf },
  });
  // An idle connection that dies is replaced by the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  // So would one that dies between two statements of a transaction: there the pool does not listen.
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    // Sent before anything else; where it cannot be, neither can what follows.
    client.query(PLANNED_EACH_TIME).catch(() => undefined);
  });
  return pool;
}

/**
 * int8 as a number: our counters stay far below 2^53. JSON parsed whatever the process around us says: Strapi, which shares this
 * copy of pg, turns that off for everybody. Everything else as pg does it.
 */
const OWN_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.JSON]: JSON.parse,
  [pg.types.builtins.JSONB]: JSON.parse,
};
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  OWN_PARSERS[oid] ?? pg.types.getTypeParser(oid, format as "text");

async function migrationOn<T>(pool: pg.Pool, steps: (runner: ScriptRunner) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    const result = await steps({
      run: async (script) => {
        await client.query(script);
      },
      query: async <Row>(text: string, values?: readonly unknown[]) =>
        (await client.query(text, values as unknown[])).rows as Row[],
    });
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function listenOn(
  connectionString: string,
  channel: string,
  onNotice: () => void,
): Promise<AsyncDisposable> {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let ended = false;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString,
      application_name: "webxkey listen",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    next.on("notification", onNotice);
    next.on("error", () => undefined);
    next.on("end", () => {
      if (!ended && client === next) reconnectLater();
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
  };
  const reconnectLater = (): void => {
    retry = setTimeout(() => {
      connect().then(onNotice, reconnectLater);
    }, RELISTEN_MS);
  };
  await connect();
  return {
    async [Symbol.asyncDispose]() {
      if (ended) return;
      ended = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}

/**
 * Personal data may cross a network only over verified TLS, whatever NODE_ENV says. Asked is pg itself where it would connect,
 * because a parameter `host` or PGHOST in the environment can name another machine than the URL does.
 */
function requireVerifiedTls(connectionString: string): void {
  if (connectionString.startsWith("/")) return;
  const url = URL.parse(connectionString);
  if (!url) {
    throw new WebxkeyError("invalid_configuration", {
      detail: "DATABASE_URL is not a URL. Write it as postgres://user:password@host:5432/database.",
    });
  }
  if (url.searchParams.getAll("sslmode").at(-1) === "verify-full") return;
  const { host } = new pg.Client({ connectionString });
  if (LOOPBACK.has(host) || host.startsWith("/")) return;
  throw new WebxkeyError("invalid_configuration", {
    detail:
      "The PostgreSQL host is not on this machine and its certificate is not verified. Add ?sslmode=verify-full to DATABASE_URL.",
  });
}
