import type { CompiledQuery, RawBuilder } from "kysely";
import type { Db } from "./storage.ts";

const lastOnes = new WeakSet<CompiledQuery>();

/**
 * Sends the last statement of a transaction, whose answer nobody needs. Where the database can, it is not waited for: the commit
 * travels with it, so that its locks end with no trip in between. Where the statement fails, the commit does, and so does
 * whatever is sent before that after all, with what failed the statement.
 */
export async function lastly(tx: Db, statement: RawBuilder<unknown>): Promise<void> {
  const query = statement.compile(tx);
  lastOnes.add(query);
  await tx.executeQuery(query);
}

export function isLast(query: CompiledQuery): boolean {
  return lastOnes.has(query);
}
