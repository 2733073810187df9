import type { Log } from "../kernel/log.ts";
import type { Storage } from "./storage.ts";

/** Says in the log, each time one is opened, what an embedded database does not survive: a banner that nobody has to look up. */
export function sayWhatIsNotSurvived({ capabilities }: Pick<Storage, "capabilities">, log: Log): void {
  if (capabilities.powerLossSafe) return;
  const reason = capabilities.outlivesProcess
    ? "one process only; survives kill -9, is not power-loss safe: set DATABASE_URL for PostgreSQL in production"
    : "in memory: all of it is gone when this process ends";
  log.warn("storage.pglite_opened", { reason });
}
