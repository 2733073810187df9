import type { Core } from "@strapi/strapi";
import { ACTIONS } from "./access/roles.ts";
import { runtimeOf } from "./engine/runtime-of.ts";

/** What a process that cannot work stored is found by one that does. Six fields: with seconds. */
const DRAIN_RULE = "*/5 * * * * *";
const SWEEP_RULE = "30 * * * * *";

/** The application's tables are there. The engine is opened only when the server listens: not for a build or a script. */
export async function bootstrap({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  await strapi.service("admin::permission")["actionProvider"].registerMany(ACTIONS);
  const runtime = runtimeOf(strapi);
  // Without it nothing is told until it can be read, and then what happened meanwhile is found.
  await runtime.mappings
    .refresh()
    .catch((error: unknown) => runtime.log.error("mapping.unreadable", { error }));
  runtime.listen();
  strapi.cron.add({
    "webxkey-drain-intake": { task: () => runtime.drain(), options: { rule: DRAIN_RULE } },
    "webxkey-sweep": { task: () => runtime.sweep(), options: { rule: SWEEP_RULE } },
  });
  // Not awaited: the application answers at once, and neither the engine's database nor Meta can keep it from starting.
  strapi.server.httpServer.once("listening", () => void start(runtime));
}

/** What was given up for a mapping that is mended by now, with the code that came with this start, is tried again. */
async function start({ mappings, intake, sweep, log }: ReturnType<typeof runtimeOf>): Promise<void> {
  try {
    if (mappings.current().problems.length === 0) await intake.retryParked();
  } catch (error) {
    log.error("intake.retry_failed", { error });
  }
  await sweep();
}
