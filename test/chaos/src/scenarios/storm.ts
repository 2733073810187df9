import type { Rig } from "../rig.ts";
import { breakDatabase } from "./database-killed.ts";
import { mixFaults } from "./faulty-meta.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";
import { killWorkers } from "./worker-killed.ts";

const SENDS = 10_000;
const KILLS = 300;
const CRASHES = 20;
const RESTARTS = 20;
/** Each of some twenty faults. */
const PROBABILITY = 0.02;
const QUIET_MS_MAX = 900_000;

/** Everything at once: workers killed, the database killed and restarted, and Meta at its worst, under one stream of orders. */
export const storm: Scenario = {
  figure: "storm",
  name: "workers and database killed while Meta fails",
  async run(rig, scale) {
    const counts = await rage(rig, {
      sends: scaled(SENDS, scale),
      kills: scaled(KILLS, scale),
      crashes: scaled(CRASHES, scale),
      restarts: scaled(RESTARTS, scale),
      probability: PROBABILITY,
    });
    await rig.simulator.clearFaults();
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return { counts, broken: [] };
  },
};

export async function rage(
  rig: Rig,
  of: {
    readonly sends: number;
    readonly kills: number;
    readonly crashes: number;
    readonly restarts: number;
    readonly probability: number;
  },
) {
  await mixFaults(rig, of.probability);
  await rig.slowMeta();
  // One that is not killed on purpose, so that the time to resume is the database's and not that of a worker's start.
  await using _worker = rig.keepWorkers(1);
  const [killed, resumedMs] = await Promise.all([killWorkers(rig, of), breakDatabase(rig, of)]);
  return {
    ...killed,
    crashes: of.crashes,
    restarts: of.restarts,
    resumedMsMax: Math.max(...resumedMs),
    faultProbability: of.probability,
  };
}
