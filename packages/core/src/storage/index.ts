export { isMigrated, migrate } from "./migrate.ts";
export { type PgliteOptions, pglite } from "./pglite.ts";
export { type PostgresOptions, postgres } from "./postgres.ts";
export { type ColumnKind, insertAll, recordset } from "./recordset.ts";
export type { Db, KeyDb, Storage, StorageOption } from "./storage.ts";
export type { Bytes, KeyTables, Tables, VerifiedApp } from "./tables.ts";
