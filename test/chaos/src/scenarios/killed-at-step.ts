import { setTimeout as pause } from "node:timers/promises";
import { SEND_STEPS, type SendStep } from "@webxkey/core";
import type { Rig } from "../rig.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const RUNS_PER_STEP = 50;
const SENDS_PER_RUN = 3;
/** While the database is away, a worker may never come to work. */
const UNWORKING_MS_MAX = 10_000;
const AGAIN_MS = 3_000;
const TRIES_MAX = 10;
const HEARD_MS_MAX = 30_000;
const LEASES_MS_MAX = 30_000;
const QUIET_MS_MAX = 600_000;

/** R2: the process ends itself with SIGKILL at each step of the send path. */
export const killedAtStep: Scenario = {
  figure: "R2",
  name: "killed at every step of the send path",
  async run(rig, scale) {
    const runs = scaled(RUNS_PER_STEP, scale);
    const killsPerStep: Record<string, number> = {};
    for (let run = 0; run < runs; run += 1) {
      await killAtAll(rig);
      for (const step of SEND_STEPS) killsPerStep[step] = run + 1;
    }
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return { counts: { kills: runs * SEND_STEPS.length, killsPerStep }, broken: [] };
  },
};

/** Two workers at a time, each to die at the next step of the list. */
export async function killAtAll(rig: Rig): Promise<void> {
  await hearOf(rig);
  const left = [...SEND_STEPS];
  const lane = async () => {
    for (let step = left.shift(); step; step = left.shift()) await killAt(rig, step);
  };
  await Promise.all([lane(), lane()]);
}

/**
 * Waits for a first status of the number. Before it nothing is sent again by anyone, so that an engine which does not wait
 * for the statuses of what a dead worker had in its hands would do no harm yet, and would not be found.
 */
async function hearOf(rig: Rig): Promise<void> {
  await using _worker = rig.keepWorkers(1);
  await rig.publish(1);
  await until("the number was not heard of", HEARD_MS_MAX, async () => {
    const heard = await rig.database.query(
      "select 1 from webxkey.sender_pulses where last_status_at is not null",
    );
    return heard.length > 0;
  });
}

/**
 * Keeps a worker until the leases of the dead are over. Their statuses come later than that: an engine that does not wait for
 * them sends again now.
 */
export async function outliveLeases(rig: Rig): Promise<void> {
  await using _worker = rig.keepWorkers(1);
  await until("leases of dead workers are not over", LEASES_MS_MAX, async () => {
    const held = await rig.database.query("select 1 from webxkey.attempts where outcome = 'started' limit 1");
    return held.length === 0;
  });
}

/** Resolves when a worker has died at this step, with work in its hands. */
async function killAt(rig: Rig, step: SendStep): Promise<void> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const worker = rig.startWorker({ ambush: { step, passing: 1, signal: "SIGKILL" } });
    await rig.publish(SENDS_PER_RUN);
    await Promise.race([worker.working, pause(UNWORKING_MS_MAX)]);
    const ending = await Promise.race([worker.ended, pause(AGAIN_MS)]);
    if (ending?.signal === "SIGKILL") return;
    // Another worker has taken its work, or the database was away when it started.
    await worker.end("SIGKILL");
  }
  throw new Error(`The worker did not come to ${step}.`);
}
