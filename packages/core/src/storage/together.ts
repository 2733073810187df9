import {
  type ConnectionProvider,
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { Db } from "./storage.ts";

/**
 * Sends statements without waiting for the answer to one before the next is sent: one trip to the database for many. The
 * database runs them one after another in the order in which they were begun, each as if it had been sent alone.
 *
 * When one fails the others are waited for, and no more can be begun: what was meant for this transaction reaches no other.
 *
 * @example
 * await together(tx, (tx) => Promise.all([addRows(tx, rows), countRows(tx)]));
 */
export async function together<Answer>(on: Db, statements: (on: Db) => Promise<Answer>): Promise<Answer> {
  const executor = on.getExecutor();
  return await executor.provideConnection(async (connection) => {
    const underWay = new Set<Promise<unknown>>();
    let ended = false;
    // Kysely lets the statements of a transaction through one by one; this connection has been waited for already.
    const sendAtOnce: ConnectionProvider = {
      provideConnection(consumer) {
        if (ended) throw new Error("A statement was begun after the set that it belongs to had ended.");
        const answer = consumer(connection);
        underWay.add(answer);
        return answer;
      },
    };
    const atOnce = executor.withConnectionProvider(sendAtOnce);
    try {
      return await statements(
        new Kysely({ config: { dialect: DIALECT }, dialect: DIALECT, driver: NO_DRIVER, executor: atOnce }),
      );
    } catch (error) {
      ended = true;
      throw causeOf(error, await Promise.allSettled(underWay));
    } finally {
      ended = true;
      await Promise.allSettled(underWay);
    }
  });
}

/** PostgreSQL: the transaction had failed before, so this statement was not even tried. */
const NOT_TRIED = "25P02";

/** What made the first statement fail: of those behind it one may have been heard of sooner. */
function causeOf(error: unknown, answers: readonly PromiseSettledResult<unknown>[]): unknown {
  if (!isNotTried(error)) return error;
  const reasons = answers.flatMap((answer) =>
    answer.status === "rejected" ? [answer.reason as unknown] : [],
  );
  return reasons.find((reason) => !isNotTried(reason)) ?? error;
}

function isNotTried(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === NOT_TRIED;
}

const NO_DRIVER = new DummyDriver();
/** Only the executor is ever used. */
const DIALECT: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => NO_DRIVER,
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};
