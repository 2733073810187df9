import { createProcessLog, openEngine } from "../open-engine.ts";
import { DRAIN_MS_MAX } from "../server/limits.ts";
import type { CompleteSettings } from "../settings.ts";
import type { ServeOptions } from "./serve.ts";
import { within } from "./signals.ts";
import { startWork } from "./work.ts";

const CLOSE_MS_MAX = 3_000;

/** Runs sends, webhooks and chores without a port, beside any number of others on the same PostgreSQL. */
export async function runWorker(
  settings: CompleteSettings,
  { stop, say }: Pick<ServeOptions, "stop" | "say">,
): Promise<void> {
  const log = createProcessLog(settings);
  const messaging = openEngine(settings, { log });
  const work = startWork(messaging, log);
  try {
    say("The worker runs.");
    log.info("worker.started");
    await Promise.race([stop, work.failed]);
    log.info("worker.draining");
    if (!(await within(DRAIN_MS_MAX, work.stop()))) {
      log.warn("worker.drain_cut", { duration_ms: DRAIN_MS_MAX });
    }
  } finally {
    await within(
      CLOSE_MS_MAX,
      work.stop().then(() => messaging.close()),
    );
  }
  log.info("worker.ended");
}
