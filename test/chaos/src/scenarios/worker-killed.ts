import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "../rig.ts";
import { seeded } from "../seeded.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const SENDS = 10_000;
const KILLS = 300;
/** After this many kills of a worker the process that takes webhooks and publications is killed too. */
const KILLS_PER_FRONT = 20;
const WORKING_MS_MAX = 400;
const STARTING_MS_MAX = 1_500;
const UNWORKING_MS_MAX = 6_000;
/** One in ten is killed while it starts. */
const STARTING_SHARE = 0.1;
const QUIET_MS_MAX = 600_000;

/** R1: two workers, each killed at a random moment and started again at once, while orders come in. */
export const workerKilled: Scenario = {
  figure: "R1",
  name: "worker killed with kill -9",
  async run(rig, scale) {
    await rig.slowMeta();
    const counts = await killWorkers(rig, { sends: scaled(SENDS, scale), kills: scaled(KILLS, scale) });
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return { counts, broken: [] };
  },
};

export async function killWorkers(
  rig: Rig,
  { sends, kills }: { readonly sends: number; readonly kills: number },
): Promise<{ sends: number; kills: number; killedStarting: number; frontKills: number }> {
  const chance = seeded(rig.seed);
  let begun = 0;
  let published = 0;
  let killedStarting = 0;
  let frontKills = 0;
  const lane = async () => {
    while (begun < kills) {
      begun += 1;
      const mine = begun;
      const share = Math.floor((sends * mine) / kills) - published;
      published += share;
      const worker = rig.startWorker();
      const publication = rig.publish(share);
      if (chance.chance() < STARTING_SHARE) {
        killedStarting += 1;
        await pause(chance.between(0, STARTING_MS_MAX));
      } else {
        // While the database is away, a worker may never come to work.
        await Promise.race([worker.working, pause(UNWORKING_MS_MAX)]);
        await pause(chance.between(0, WORKING_MS_MAX));
      }
      await worker.end("SIGKILL");
      if (mine % KILLS_PER_FRONT === 0) {
        frontKills += 1;
        await rig.crashFront();
      }
      await publication;
    }
  };
  await Promise.all([lane(), lane()]);
  return { sends: published, kills: begun, killedStarting, frontKills };
}
