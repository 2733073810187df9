import type { DatabaseConnection } from "kysely";
import type { Db } from "./storage.ts";

const isLast = new WeakSet<DatabaseConnection>();

/**
 * Sends the last statement of a transaction without waiting for its answer, which nobody may need: where the database can, the
 * commit travels with it, so that its locks end with no trip in between. Where the statement fails, the commit does.
 */
export async function lastly(tx: Db, statement: (tx: Db) => Promise<unknown>): Promise<void> {
  await tx.getExecutor().provideConnection(async (connection) => void isLast.add(connection));
  await statement(tx);
}

/** Whether the statement that is about to be sent is the last of its transaction. Asked once. */
export function takeLast(connection: DatabaseConnection): boolean {
  return isLast.delete(connection);
}
