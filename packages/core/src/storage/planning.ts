/**
 * Said once on every connection. All statements of the engine look rows up by an index. A plan that was made while a table was
 * small reads the whole of it and is kept, by a prepared statement or the check of a foreign key, until the table is analysed:
 * the first busy minute of a new installation would take three times as long.
 */
export const LOOK_UPS_BY_INDEX =
  "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off";
