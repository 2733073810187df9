import type { Evidence } from "../auditor/index.ts";
import { judge } from "../auditor/index.ts";
import type { Rig } from "../rig.ts";
import { until } from "../until.ts";
import { FAULTS } from "./fault-list.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const PROBABILITY = 0.3;
/** All at once, each is rarer, or nothing at all would pass. */
const MIXED_PROBABILITY = 0.04;
const WORKERS = 2;
const SENDS_PER_FAULT = 300;
const SENDS_MIXED = 3_000;
/** Under mixed faults the breaker lets few messages at a time try. */
const TRIED_MS_MAX = 1_800_000;
const QUIET_MS_MAX = 900_000;
const SECOND_MS = 1_000;
const NUMBER_WAIT_MS = 5 * SECOND_MS;
/** The clocks of two tables and of the simulator are read at different moments of one step. */
const READING_MS = 50;

/** R4: each fault alone in three of ten calls, then all of them mixed. */
export const faultyMeta: Scenario = {
  figure: "R4",
  name: "faults of Meta, each alone and mixed",
  async run(rig, scale) {
    const workers = rig.keepWorkers(WORKERS);
    const sentUnder = new Map<string, string[]>();
    for (const [name, fault] of Object.entries(FAULTS)) {
      const injected = await rig.simulator.inject({ ...fault, probability: PROBABILITY });
      sentUnder.set(name, await publishTried(rig, scaled(SENDS_PER_FAULT, scale)));
      await injected.remove();
    }
    await mixFaults(rig, MIXED_PROBABILITY);
    sentUnder.set("mixed", await publishTried(rig, scaled(SENDS_MIXED, scale)));
    await rig.simulator.clearFaults();
    await workers[Symbol.asyncDispose]();
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    const { evidence } = await rig.judge();
    const early = await earlyRetries(rig, evidence);
    return {
      counts: { faults: Object.keys(FAULTS).length, unsettledUnder: unsettledUnder(evidence, sentUnder) },
      broken: early,
    };
  },
};

export async function mixFaults(rig: Rig, probability: number): Promise<void> {
  for (const fault of Object.values(FAULTS)) await rig.simulator.inject({ ...fault, probability });
}

/** Publishes, and waits until each message was tried once while the fault is on. */
async function publishTried(rig: Rig, count: number): Promise<string[]> {
  const ids = await rig.publish(count);
  await until("messages wait for their first try", TRIED_MS_MAX, async () => {
    const [row] = await rig.database.query<{ left: number }>(
      "select count(*)::int as left from webxkey.messages where attempts = 0 and message_id = any($1::uuid[])",
      [ids],
    );
    return row?.left === 0;
  });
  return ids;
}

function unsettledUnder(evidence: Evidence, sentUnder: ReadonlyMap<string, readonly string[]>) {
  const counts = [...sentUnder].map(([name, acknowledged]) => {
    return [name, judge({ ...evidence, acknowledged }).unsettled] as const;
  });
  return Object.fromEntries(counts.filter(([, unsettled]) => unsettled > 0));
}

/** Retries that came sooner than Meta asked for, up to the cap of these windows. */
async function earlyRetries(rig: Rig, evidence: Evidence): Promise<string[]> {
  const posts = new Map<string, { atMs: number; code: number | undefined }>();
  for (const { callbackData, atMs, code } of await rig.simulator.requests()) {
    if (callbackData !== undefined) posts.set(callbackData.replace("v1.", ""), { atMs, code });
  }
  const order = await rig.database.query<{ attemptId: string; n: number }>(
    `select attempt_id as "attemptId", n from webxkey.attempts`,
  );
  const nOf = new Map(order.map(({ attemptId, n }) => [attemptId, n]));
  const early: string[] = [];
  for (const attempts of Map.groupBy(evidence.attempts, ({ messageId }) => messageId).values()) {
    const sorted = attempts.toSorted((a, b) => (nOf.get(a.attemptId) ?? 0) - (nOf.get(b.attemptId) ?? 0));
    for (const [index, { attemptId }] of sorted.entries()) {
      const post = posts.get(attemptId);
      const next = posts.get(sorted[index + 1]?.attemptId ?? "");
      if (!post || !next) continue;
      const waitedMs = next.atMs - post.atMs;
      const wantedMs = Math.min(waitOf(post.code, index + 1), rig.windows.metaWaitMsMax) - READING_MS;
      if (waitedMs < wantedMs) early.push(`${post.code} was tried again after ${waitedMs} ms`);
    }
  }
  return early;
}

function waitOf(code: number | undefined, refusals: number): number {
  if (code === 131056) return 4 ** refusals * SECOND_MS;
  return code === 130429 ? NUMBER_WAIT_MS : 0;
}
