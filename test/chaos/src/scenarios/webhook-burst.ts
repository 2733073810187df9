import { setTimeout as pause } from "node:timers/promises";
import { burst } from "@webxkey/engine-tests/webhook-fuzz";
import { demoAccount, signWebhook } from "@webxkey/testing";
import type { Rig } from "../rig.ts";
import { seeded } from "../seeded.ts";
import { writtenBy } from "../written-webhook.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const BURST = 1_000;
const P99_MS_MAX = 250;
const KILLS = 20;
const PER_KILL = 200;
const LIVING_MS_MAX = 150;

/** R14: a burst is answered soon, and what is answered 200 is stored, whenever the process that takes webhooks is killed. */
export const webhookBurst: Scenario = {
  figure: "R14",
  name: "burst of webhooks, answered after their commit",
  async run(rig, scale) {
    const chance = seeded(rig.seed);
    let written = 0;
    const bodies = (count: number) => Array.from({ length: count }, () => writtenBy(written++, "Hello"));
    // The first ones find a process that has not answered anything yet.
    await burst({ post: rig.postWebhook }, bodies(PER_KILL));
    const whole = await burst({ post: rig.postWebhook }, bodies(scaled(BURST, scale)));
    const storedBefore = await countStored(rig);
    const kills = scaled(KILLS, scale);
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const answers = bodies(PER_KILL).map((bytes) => {
        const signature = signWebhook(demoAccount.app.secret, bytes);
        return rig.postWebhook(bytes, signature).catch(() => 0);
      });
      await pause(chance.between(0, LIVING_MS_MAX));
      await rig.crashFront();
      acknowledged += (await Promise.all(answers)).filter((status) => status === 200).length;
    }
    const lostWebhooks = Math.max(0, acknowledged - ((await countStored(rig)) - storedBefore));
    const refused = [...whole.statuses].filter((status) => status !== 200);
    return {
      counts: {
        burst: scaled(BURST, scale),
        p99Ms: Math.round(whole.p99Ms),
        kills,
        acknowledged,
        lostWebhooks,
      },
      broken: [
        ...(refused.length > 0 ? [`webhooks of the burst were answered ${refused.join(", ")}`] : []),
        ...(whole.p99Ms >= P99_MS_MAX ? [`the 99th of a hundred was answered after ${whole.p99Ms} ms`] : []),
        ...(lostWebhooks > 0 ? [`${lostWebhooks} webhooks were answered 200 and are not stored`] : []),
      ],
    };
  },
};

/** A webhook's row stays when it is applied. */
async function countStored(rig: Rig): Promise<number> {
  const [row] = await rig.database.query<{ count: number }>(
    "select count(*)::int as count from webxkey.inbox",
  );
  return row?.count ?? 0;
}
