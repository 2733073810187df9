import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "../rig.ts";
import { seeded } from "../seeded.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const SENDS = 10_000;
const WORKERS = 2;
const CRASHES = 20;
const RESTARTS = 20;
const WORKING_MS_MIN = 500;
const WORKING_MS_MAX = 2_500;
/** Trust, section 2: sending resumes within this time of the database's return. */
const RESUME_MS_MAX = 5_000;
/** Where it is waited for longer, so that the figure says how long it was. */
const RESUME_WAIT_MS_MAX = 60_000;
const QUIET_MS_MAX = 600_000;

/** R3: the postmaster killed with kill -9, and restarted in order, under two workers and a stream of orders. */
export const databaseKilled: Scenario = {
  figure: "R3",
  name: "database killed and restarted",
  async run(rig, scale) {
    const crashes = scaled(CRASHES, scale);
    const restarts = scaled(RESTARTS, scale);
    await rig.slowMeta();
    const resumedMs = await underLoad(rig, scaled(SENDS, scale), { crashes, restarts });
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    const slowest = Math.max(...resumedMs);
    return {
      counts: { crashes, restarts, resumedMsMax: slowest, resumedMsMedian: medianOf(resumedMs) },
      broken: slowest > RESUME_MS_MAX ? [`sending resumed only after ${slowest} ms`] : [],
    };
  },
};

async function underLoad(rig: Rig, sends: number, breaks: Parameters<typeof breakDatabase>[1]) {
  await using _workers = rig.keepWorkers(WORKERS);
  const [resumedMs] = await Promise.all([breakDatabase(rig, breaks), rig.publish(sends)]);
  return resumedMs;
}

/** Answers for each break how many milliseconds after the database's return Meta took the next message. */
export async function breakDatabase(
  rig: Rig,
  { crashes, restarts }: { readonly crashes: number; readonly restarts: number },
): Promise<number[]> {
  const chance = seeded(rig.seed);
  const resumedMs: number[] = [];
  for (let n = 0; n < crashes + restarts; n += 1) {
    await pause(chance.between(WORKING_MS_MIN, WORKING_MS_MAX));
    // A kill after each restart, until one kind is used up.
    const isCrash = n % 2 === 0 ? n / 2 < crashes : n >= 2 * restarts;
    await (isCrash ? rig.database.crash() : rig.database.restart());
    const backAt = performance.now();
    const before = (await rig.simulator.state()).counts.accepted;
    // However far the stream of orders is, there is one to send.
    await rig.publish(1);
    await until("nothing was sent after the database came back", RESUME_WAIT_MS_MAX, async () => {
      return (await rig.simulator.state()).counts.accepted > before;
    });
    resumedMs.push(Math.round(performance.now() - backAt));
  }
  return resumedMs;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
