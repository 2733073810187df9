import {
  forgeWebhooks,
  mutateWebhooks,
  replayWebhooks,
  shuffleStatuses,
} from "@webxkey/engine-tests/webhook-fuzz";
import { residentBytes } from "../resident-bytes.ts";
import type { Rig } from "../rig.ts";
import { writtenBy } from "../written-webhook.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const SHUFFLED = 10_000;
const FORGED = 100_000;
const REPLAYED = 1_000;
const BROKEN = 100_000;
const BROKEN_PER_SECOND = 200;
/** A process that has just started grows into its work, for a minute at any scale; what is measured comes after. */
const WARMING = 12_000;
const P99_MS_MAX = 25;
const MB = 1024 * 1024;
const GROWN_MB_MAX = 50;

/** R11: sent, delivered, read and failed in any order and repetition. */
export const shuffledStatuses: Scenario = {
  figure: "R11",
  name: "statuses in any order and repetition",
  async run(rig, scale) {
    await using _worker = rig.keepWorkers(1);
    const told = await shuffleStatuses(targetOf(rig), { runs: scaled(SHUFFLED, scale), seed: rig.seed });
    return {
      counts: told,
      broken: told.wrong > 0 ? [`${told.wrong} messages ended in another state than their highest`] : [],
    };
  },
};

/** R12: bodies that none of the connected apps signed, and true ones that come again. */
export const forgedWebhooks: Scenario = {
  figure: "R12",
  name: "forged and replayed webhooks",
  async run(rig, scale) {
    const told = await forgeWebhooks(targetOf(rig), { runs: scaled(FORGED, scale), seed: rig.seed });
    await using _worker = rig.keepWorkers(1);
    const bodies = Array.from({ length: scaled(REPLAYED, scale) }, (_, n) => writtenBy(n, "STOP"));
    const { statuses, changed } = await replayWebhooks(targetOf(rig), bodies);
    const refused = [...statuses].filter((status) => status !== 200);
    return {
      counts: { ...told, replayed: bodies.length, tablesChanged: changed.length },
      broken: [
        ...(refused.length > 0 ? [`true webhooks were answered ${refused.join(", ")}`] : []),
        ...(changed.length > 0 ? [`their repetition changed ${changed.join(", ")}`] : []),
        ...(told.accepted > 0 ? [`${told.accepted} were not answered 401`] : []),
        ...(told.stored > 0 ? [`${told.stored} were stored`] : []),
      ],
    };
  },
};

/** R13: broken bodies with a true signature, at a steady pace, against a process that does nothing else. */
export const brokenWebhooks: Scenario = {
  figure: "R13",
  name: "broken webhooks with a true signature",
  async run(rig, scale) {
    await using _worker = rig.keepWorkers(1);
    const post = (runs: number, seed: number) =>
      mutateWebhooks(targetOf(rig), { runs, seed, perSecond: BROKEN_PER_SECOND });
    const warming = await post(WARMING, rig.seed + BROKEN);
    const before = await residentBytes(rig.frontPid());
    const told = await post(scaled(BROKEN, scale), rig.seed);
    const grownMb = Math.round(((await residentBytes(rig.frontPid())) - before) / MB);
    const refused = [...warming.notAnswered200, ...told.notAnswered200];
    return {
      counts: {
        posted: told.posted,
        perSecond: Math.round(told.perSecond),
        applied: told.applied,
        failed: told.failed,
        notAnswered200: refused.length,
        p99Ms: Math.round(told.p99Ms * 10) / 10,
        rssMb: Math.round(before / MB),
        grownMb,
      },
      broken: [
        ...(refused.length > 0 ? [`${refused.length} were not answered 200: ${refused[0]}`] : []),
        ...(told.failed > 0 ? [`${told.failed} could not be applied at once`] : []),
        ...(told.p99Ms >= P99_MS_MAX ? [`the 99th of a hundred was answered after ${told.p99Ms} ms`] : []),
        ...(grownMb >= GROWN_MB_MAX ? [`the process grew by ${grownMb} MB`] : []),
      ],
    };
  },
};

function targetOf(rig: Rig) {
  return { store: { query: rig.database.query }, post: rig.postWebhook };
}
