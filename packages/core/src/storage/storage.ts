import type { Kysely } from "kysely";
import type { BackendProfile, Db as JobsDb } from "pg-boss";
import type { KeyTables, Tables } from "./tables.ts";

/** A connection or a transaction: functions that write take it as their first argument. */
export type Db = Kysely<Tables>;
export type KeyDb = Kysely<KeyTables>;

/** Runs a script of several statements, or one query with values. */
export interface ScriptRunner {
  run(script: string): Promise<void>;
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * What the engine needs of a database. Two implementations (`postgres`, `pglite`) run the same SQL and pass the same tests;
 * what differs is declared here instead of thrown later.
 */
export interface Storage extends AsyncDisposable {
  readonly db: Db;
  readonly keys: KeyDb;
  readonly capabilities: {
    /** Several processes may work on it at once. */
    readonly sharedByProcesses: boolean;
    /** What was acknowledged survives a power cut. */
    readonly powerLossSafe: boolean;
    /** What was acknowledged is there for the next process. */
    readonly outlivesProcess: boolean;
    /** It gathers statistics and clears dead rows by itself, as autovacuum does. */
    readonly tendsItself: boolean;
  };
  /** One transaction that excludes every other migration of the same database. */
  migration<T>(of: "engine" | "keys", steps: (runner: ScriptRunner) => Promise<T>): Promise<T>;
  /** What pg-boss needs to keep its jobs in the same database. */
  readonly jobs: { readonly db: JobsDb; readonly backend: BackendProfile };
  query(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  /** Calls back when any process notifies the channel. A lost connection is opened again; a slow poll stands behind it. */
  listen(channel: string, onNotice: () => void): Promise<AsyncDisposable>;
}

/** What a caller passes as `storage`: opened only when the engine first needs it. */
export interface StorageOption {
  readonly name: "postgres" | "pglite";
  open(): Promise<Storage>;
}
