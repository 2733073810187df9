import type { Rig } from "../rig.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const DAY_MS = 86_400_000;
const SENDS = 500;
const STALE = 50;
const STALE_SECONDS = 1;
const STALE_MS_MAX = 10_000;
const DONE_MS_MAX = 120_000;
const QUIET_MS_MAX = 300_000;

/** R7: workers whose clock is a day early or a day late. Only the database's clock decides what is over. */
export const clockSkew: Scenario = {
  figure: "R7",
  name: "worker's clock a day off",
  async run(rig, scale) {
    const wronglySent = await sendStale(rig, scaled(STALE, scale), -DAY_MS);
    const wronglyExpired = await sendFresh(rig, scaled(SENDS, scale), DAY_MS);
    const leasesCutShort = await killUnderSkew(rig, DAY_MS);
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    const broken: [number, string][] = [
      [wronglySent, "messages were sent after their time by a worker whose clock is late"],
      [wronglyExpired, "messages expired before their time by a worker whose clock is early"],
      [leasesCutShort, "leases ended before their time"],
    ];
    return {
      counts: { skewMs: DAY_MS, wronglySent, wronglyExpired, leasesCutShort },
      broken: broken.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    };
  },
};

async function sendStale(rig: Rig, count: number, clockSkewMs: number): Promise<number> {
  const ids = await rig.publish(count);
  await rig.database.query(
    "update webxkey.messages set expires_at = now() + make_interval(secs => $2) where message_id = any($1::uuid[])",
    [ids, STALE_SECONDS],
  );
  await until("the messages are not over", STALE_MS_MAX, async () => {
    const [row] = await rig.database.query<{ over: boolean }>(
      "select bool_and(expires_at < now()) as over from webxkey.messages where message_id = any($1::uuid[])",
      [ids],
    );
    return row?.over;
  });
  return await countAfter(rig, ids, clockSkewMs, "attempts > 0");
}

async function sendFresh(rig: Rig, count: number, clockSkewMs: number): Promise<number> {
  return await countAfter(rig, await rig.publish(count), clockSkewMs, "state = 'expired'");
}

/** Lets a worker with a wrong clock do these messages, and counts those of a kind. */
async function countAfter(rig: Rig, ids: readonly string[], clockSkewMs: number, kind: string) {
  const worker = rig.startWorker({ clockSkewMs });
  await until("messages are not done", DONE_MS_MAX, async () => {
    const [row] = await rig.database.query<{ left: number }>(
      "select count(*)::int as left from webxkey.messages where message_id = any($1::uuid[]) and state in ('queued', 'sending')",
      [ids],
    );
    return row?.left === 0;
  });
  await worker.end();
  const [row] = await rig.database.query<{ count: number }>(
    `select count(*)::int as count from webxkey.messages where message_id = any($1::uuid[]) and ${kind}`,
    [ids],
  );
  return row?.count ?? 0;
}

/** A worker dies with claimed messages; another, a day early, must leave them alone until the database says so. */
async function killUnderSkew(rig: Rig, clockSkewMs: number): Promise<number> {
  const ids = await rig.publish(1);
  const dying = rig.startWorker({
    clockSkewMs: -clockSkewMs,
    ambush: { step: "claim.committed", passing: 1, signal: "SIGKILL" },
  });
  await dying.ended;
  const other = rig.startWorker({ clockSkewMs });
  await until("the dead worker's message is not called unknown", DONE_MS_MAX, async () => {
    const [row] = await rig.database.query<{ left: number }>(
      "select count(*)::int as left from webxkey.attempts where message_id = any($1::uuid[]) and outcome = 'started'",
      [ids],
    );
    return row?.left === 0;
  });
  await other.end();
  const [row] = await rig.database.query<{ count: number }>(
    `select count(*)::int as count from webxkey.attempts where reason_code = 'worker_gone' and message_id = any($1::uuid[])
       and finished_at - started_at < make_interval(secs => $2)`,
    [ids, rig.windows.leaseMs / 1_000],
  );
  return row?.count ?? 0;
}
