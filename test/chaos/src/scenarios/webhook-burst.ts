import { burst } from "@webxkey/engine-tests/webhook-fuzz";
import { demoAccount, signWebhook } from "@webxkey/testing";
import type { Rig } from "../rig.ts";
import { seeded } from "../seeded.ts";
import { writtenBy } from "../written-webhook.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const BURST = 1_000;
/** Each with a webhook under way all the time. */
const CONNECTIONS = 100;
const P99_MS_MAX = 250;
const KILLS = 20;
const PER_KILL = 200;

/** R14: a burst is answered soon, and what is answered 200 is stored, whenever the process that takes webhooks is killed. */
export const webhookBurst: Scenario = {
  figure: "R14",
  name: "burst of webhooks, answered after their commit",
  async run(rig, scale) {
    const chance = seeded(rig.seed);
    let written = 0;
    const bodies = (count: number) => Array.from({ length: count }, () => writtenBy(written++, "Hello"));
    // The first ones find a process that has not answered anything yet.
    await burst({ post: rig.postWebhook }, bodies(BURST), CONNECTIONS);
    const whole = await burst({ post: rig.postWebhook }, bodies(scaled(BURST, scale)), CONNECTIONS);
    const storedBefore = await countStored(rig);
    const kills = scaled(KILLS, scale);
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      acknowledged += await killAmong(rig, bodies(PER_KILL), chance.between(1, PER_KILL / 2));
    }
    const lostWebhooks = Math.max(0, acknowledged - ((await countStored(rig)) - storedBefore));
    const refused = [...whole.statuses].filter((status) => status !== 200);
    return {
      counts: {
        burst: scaled(BURST, scale),
        p99Ms: Math.round(whole.p99Ms),
        kills,
        answered200: acknowledged,
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

/** Posts them at once and kills the process after so many answers. Answers how many came with 200, whenever. */
async function killAmong(rig: Rig, webhooks: readonly Buffer[], after: number): Promise<number> {
  let acknowledged = 0;
  const enough = Promise.withResolvers<void>();
  const answers = webhooks.map(async (bytes) => {
    const signature = signWebhook(demoAccount.app.secret, bytes);
    if ((await rig.postWebhook(bytes, signature).catch(() => 0)) !== 200) return;
    acknowledged += 1;
    if (acknowledged >= after) enough.resolve();
  });
  const all = Promise.all(answers);
  await Promise.race([enough.promise, all]);
  await rig.crashFront();
  await all;
  return acknowledged;
}

/** A webhook's row stays when it is applied. */
async function countStored(rig: Rig): Promise<number> {
  const [row] = await rig.database.query<{ count: number }>(
    "select count(*)::int as count from webxkey.inbox",
  );
  return row?.count ?? 0;
}
