import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const SENDS = 1_000;
const LATE_SHARE = 0.1;
const LOST_ANSWER_SHARE = 0.3;
/** Of the settle window. */
const LATENESS = 1.5;
/** From the first status to the last, and its way into the database. */
const READ_MS = 10_000;
const QUIET_MS_MAX = 300_000;

/**
 * The condition of the promise, shown from its other side: answers that are lost and statuses that come after the settle
 * window. Such a message may be sent twice; it is counted here, and the engine has to report each.
 */
export const lateStatuses: Scenario = {
  figure: "late",
  name: "statuses later than the settle window",
  doublesAllowed: true,
  async run(rig, scale) {
    const delayMs = Math.round(rig.windows.settleMs * LATENESS);
    await rig.simulator.inject({ kind: "reset_after", probability: LOST_ANSWER_SHARE });
    await rig.simulator.inject({ kind: "delayed_statuses", delayMs, probability: LATE_SHARE });
    await rig.publish(scaled(SENDS, scale));
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    // A double shows itself only when the late status comes: the engine must have heard it before it is judged.
    await pause(delayMs + READ_MS);
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return { counts: { lateMs: delayMs, lateShare: LATE_SHARE, lostAnswers: LOST_ANSWER_SHARE }, broken: [] };
  },
};
