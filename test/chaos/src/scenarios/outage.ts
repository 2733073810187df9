import { setTimeout as pause } from "node:timers/promises";
import type { Rig } from "../rig.ts";
import { seeded } from "../seeded.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const OUTAGE_MS = 600_000;
const SENDS = 1_000;
const PRIORITIES = 3;
/** Calls until the breaker opens, and after that in a second. */
const CALLS_TO_OPEN_MAX = 10;
const CALLS_PER_SECOND_MAX = 1;
/** The breaker opens when it knows of so many failures. What was begun before belongs to the opening, what comes later is a try. */
const FAILURES_TO_OPEN = 5;
const QUIET_MS_MAX = 300_000;

type Try = {
  readonly atMs: number;
  /** Null while its outcome is not recorded. */
  readonly endedMs: number | null;
  readonly priority: number;
  readonly n: number;
};

/** R5: Meta answers every call with 500, for ten minutes of the clock on the wall. */
export const outage: Scenario = {
  figure: "R5",
  name: "outage of Meta",
  async run(rig, scale) {
    const outageMs = scaled(OUTAGE_MS, scale);
    const ids = await rig.publish(scaled(SENDS, scale));
    await mixPriorities(rig, ids);
    await using _worker = rig.keepWorkers(1);
    const fault = await rig.simulator.inject({ kind: "server_error_before" });
    await pause(outageMs);
    const during = await triesOf(rig);
    await fault.remove();
    await until("messages were not tried after the outage", QUIET_MS_MAX, async () => {
      return (await triesOf(rig)).filter(isFirst).length >= ids.length;
    });
    const after = (await triesOf(rig)).slice(during.length).filter(isFirst);
    const openedMs = openedAt(during);
    const opening = during.filter(({ atMs }) => atMs < openedMs).length;
    const perSecond = (during.length - opening) / (outageMs / 1_000);
    const outOfTurn = countOutOfTurn(after);
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return {
      counts: { outageMs, callsToOpen: opening, calls: during.length, drained: after.length, outOfTurn },
      broken: [
        ...(opening > CALLS_TO_OPEN_MAX ? [`the breaker opened after ${opening} calls`] : []),
        ...(perSecond >= CALLS_PER_SECOND_MAX ? [`it was tried ${perSecond} times a second`] : []),
        ...(outOfTurn > 0 ? [`${outOfTurn} messages went before others of a higher priority`] : []),
      ],
    };
  },
};

/** What is tried again has another time at which it is due. */
const isFirst = ({ n }: Try): boolean => n === 1;

async function mixPriorities(rig: Rig, ids: readonly string[]): Promise<void> {
  const chance = seeded(rig.seed);
  const priorities = ids.map(() => chance.between(1, PRIORITIES));
  await rig.database.query(
    `update webxkey.messages m set priority = r.priority
     from unnest($1::uuid[], $2::int[]) as r(message_id, priority) where m.message_id = r.message_id`,
    [ids, priorities],
  );
}

function openedAt(tries: readonly Try[]): number {
  const ended = tries.flatMap(({ endedMs }) => endedMs ?? []).sort((a, b) => a - b);
  return ended[FAILURES_TO_OPEN - 1] ?? Number.POSITIVE_INFINITY;
}

/** Every try of a message, in the order of the claims. */
async function triesOf(rig: Rig): Promise<Try[]> {
  return await rig.database.query<Try>(
    `select extract(epoch from a.started_at)::float8 * 1000 as "atMs",
       extract(epoch from a.finished_at)::float8 * 1000 as "endedMs", m.priority, a.n
     from webxkey.attempts a join webxkey.messages m using (workspace_id, message_id)
     order by a.started_at, m.priority`,
  );
}

/** Messages that were claimed while one of a higher priority (a lower number) still waited. All were due. */
function countOutOfTurn(tries: readonly Try[]): number {
  let highestToCome = Number.POSITIVE_INFINITY;
  let outOfTurn = 0;
  for (const [index, { atMs, priority }] of [...tries.entries()].reverse()) {
    if (priority > highestToCome && tries[index + 1]?.atMs !== atMs) outOfTurn += 1;
    highestToCome = Math.min(highestToCome, priority);
  }
  return outOfTurn;
}
