import type { DatabaseConnection, Driver } from "kysely";
import { WebxkeyError } from "../kernel/errors.ts";

/**
 * SQLSTATE classes and codes that speak of the server and not of the statement: connection (08), resources such as a full
 * disk or too many connections (53), system (58), shutdown, crash and start (57P01 to 57P05), a standby (25006), a
 * transaction that its own process forgot (25P03); and of tables that somebody took out of our reach, by revoking what our role
 * may do (42501) or by renaming or dropping schema or table (3F000, 42P01): they come back as a server does.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const SERVER_STATES = /^(?:08|53|58)...$|^57P0[1-5]$|^25006$|^25P03$|^42501$|^3F000$|^42P01$/;
/** Where in PostgreSQL's source an error comes from that a trigger raises: our own tables refuse with 42501 what would change a proof. */
const RAISED_BY_TRIGGER = "exec_stmt_raise";
const NETWORK_CODES =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES)$/;
/** pg says these without a code: a connection that broke, or one that was not made in time. */
const BROKEN_CONNECTION =
  /^(?:Connection terminated|timeout e[a-z]+ when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** True where the database could not do it now, whatever was asked of it. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("routine" in error && error.routine === RAISED_BY_TRIGGER) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return SERVER_STATES.test(code) || NETWORK_CODES.test(code) || BROKEN_CONNECTION.test(error.message);
}

/** The error as a caller sees it: `storage_unavailable` where waiting helps, anything else as it was. */
function asUnavailable(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  return new WebxkeyError("storage_unavailable", {
    detail: "The database did not take this now. Nothing was acknowledged; the same call may be made again.",
    cause: error,
  });
}

export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** A driver whose every failure to reach the database, to write to it, or to commit is `storage_unavailable`. */
export function failingClosed(driver: Driver): Driver {
  const watched = new WeakSet<DatabaseConnection>();
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    beginTransaction: (connection, settings) => orUnavailable(driver.beginTransaction(connection, settings)),
    commitTransaction: (connection) => orUnavailable(driver.commitTransaction(connection)),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
    async acquireConnection(options) {
      const connection = await orUnavailable(driver.acquireConnection(options));
      // Drivers hand out the same connection again, so it is watched in place and once.
      if (!watched.has(connection)) {
        watched.add(connection);
        const execute = connection.executeQuery.bind(connection);
        connection.executeQuery = (query, queryOptions) => orUnavailable(execute(query, queryOptions));
      }
      return connection;
    },
  };
}
