export { sayWhatIsNotSurvived } from "./banner.ts";
export { lastly } from "./lastly.ts";
export { isMigrated, migrate } from "./migrate.ts";
export { type PgliteOptions, pglite } from "./pglite.ts";
export { type PostgresOptions, postgres } from "./postgres.ts";
export { anyOf, insertAll, recordset } from "./recordset.ts";
export type { Db, KeyDb, Storage, StorageOption } from "./storage.ts";
export type { MappedConsent, Tables, VerifiedApp } from "./tables.ts";
export { together } from "./together.ts";
