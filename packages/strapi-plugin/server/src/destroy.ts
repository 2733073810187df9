import { setTimeout as delay } from "node:timers/promises";
import type { Core } from "@strapi/strapi";
import { runtimeOf } from "./engine/runtime-of.ts";

/** What is under way may end in this time. Past it the application goes: whatever was taken and not told is told at its next start. */
const STOP_MS_MAX = 8_000;

export async function destroy({ strapi }: { strapi: Core.Strapi }): Promise<void> {
  const { stop, close, log } = runtimeOf(strapi);
  const stopped = stop()
    .then(close)
    .catch((error: unknown) => log.error("engine.stop_failed", { error }));
  // An engine whose tables somebody has locked would keep the application from ending as long as that lasts.
  await Promise.race([stopped, delay(STOP_MS_MAX, undefined, { ref: false })]);
}
