import { READY_MS_MAX } from "./limits.ts";
import type { ProcessProblem } from "./problem.ts";
import type { Serving } from "./serving.ts";

const DRAINING: ProcessProblem = {
  code: "draining",
  title: "The gateway is ending",
  detail: "It finishes what is under way and takes no more. Ask another one.",
};
const STARTING: ProcessProblem = {
  code: "starting",
  title: "The gateway is starting",
  detail: "Ask again in a moment.",
};
const STORAGE_DOWN: ProcessProblem = {
  code: "storage_unavailable",
  title: "The database is not available",
  detail: "Look whether the database runs and whether this machine may connect to it.",
};
const NOT_MIGRATED: ProcessProblem = {
  code: "schema_missing",
  title: "The database is not migrated",
  detail: 'Run "webxkey migrate", or "webxkey init" where nothing was set up yet.',
};

/** What keeps this gateway from being given work; undefined when nothing does. A hanging database counts as one that is away. */
export async function readinessProblem({
  draining,
  messaging,
}: Serving): Promise<ProcessProblem | undefined> {
  if (draining) return DRAINING;
  if (!messaging) return STARTING;
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, READY_MS_MAX, undefined);
  const health = await Promise.race([messaging.health().catch(() => undefined), late.promise]);
  clearTimeout(timer);
  if (health?.storage !== "ok") return STORAGE_DOWN;
  return health.migrated ? undefined : NOT_MIGRATED;
}
