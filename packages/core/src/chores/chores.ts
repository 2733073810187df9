import { PgBoss } from "pg-boss";
import type { Log } from "../kernel/log.ts";
import type { Storage } from "../storage/index.ts";

/** Work that is not a send, done on a schedule by one process at a time. */
export interface Chore {
  readonly name: string;
  /** Five fields, UTC. */
  readonly cron: string;
  run(): Promise<void>;
}

const SCHEMA = "webxkey_jobs";
const EXPIRE_SECONDS = 120;
const POLL_SECONDS_MIN = 0.5;

/** Runs chores through pg-boss in a schema of its own: a host may have a `pgboss` already. */
export async function startChores(
  storage: Storage,
  log: Log,
  chores: readonly Chore[],
  /** How often a process looks whether a chore is due. */
  pollMs: number,
): Promise<AsyncDisposable> {
  const boss = new PgBoss({ ...storage.jobs, schema: SCHEMA, persistWarnings: false, monitorVacuum: false });
  boss.on("error", (error) => log.error("chores.failed", { error }));
  await boss.start();
  const pollingIntervalSeconds = Math.max(POLL_SECONDS_MIN, pollMs / 1_000);
  for (const chore of chores) {
    await boss.createQueue(chore.name, {
      policy: "singleton",
      retryLimit: 0,
      expireInSeconds: EXPIRE_SECONDS,
      deleteAfterSeconds: EXPIRE_SECONDS,
    });
    await boss.schedule(chore.name, chore.cron);
    await boss.work(chore.name, { pollingIntervalSeconds }, async () => {
      try {
        await chore.run();
      } catch (error) {
        log.error("chore.failed", { job: chore.name, error });
      }
    });
  }
  return { [Symbol.asyncDispose]: () => boss.stop({ graceful: true, timeout: 5_000, close: false }) };
}
