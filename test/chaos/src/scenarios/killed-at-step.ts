import { SEND_STEPS, type SendStep } from "@webxkey/core";
import type { Rig } from "../rig.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const RUNS_PER_STEP = 50;
const SENDS_PER_RUN = 3;
/** Another worker may have taken what this one was to die of; then there is more. */
const AGAIN_MS = 8_000;
const TRIES_MAX = 5;
const QUIET_MS_MAX = 600_000;

/** R2: the process ends itself with SIGKILL at each step of the send path. */
export const killedAtStep: Scenario = {
  figure: "R2",
  name: "killed at every step of the send path",
  async run(rig, scale) {
    const runs = scaled(RUNS_PER_STEP, scale);
    const killsPerStep: Record<string, number> = {};
    for (let run = 0; run < runs; run += 1) {
      for (const step of SEND_STEPS) {
        await killAt(rig, step);
        killsPerStep[step] = (killsPerStep[step] ?? 0) + 1;
      }
    }
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return { counts: { kills: runs * SEND_STEPS.length, killsPerStep }, broken: [] };
  },
};

/** Resolves when a worker has died at this step, with work in its hands. */
export async function killAt(rig: Rig, step: SendStep): Promise<void> {
  await rig.publish(SENDS_PER_RUN);
  const worker = rig.startWorker({ ambush: { step, passing: 1, signal: "SIGKILL" } });
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), AGAIN_MS);
    const signal = await Promise.race([worker.ended, late]);
    clearTimeout(timer);
    if (signal === "SIGKILL") return;
    if (signal !== undefined) throw new Error(`The worker ended by ${signal} before it came to ${step}.`);
    await rig.publish(SENDS_PER_RUN);
  }
  await worker.end("SIGKILL");
  throw new Error(`The worker did not come to ${step}.`);
}
