import { setTimeout as pause } from "node:timers/promises";
import type { SendStep } from "@webxkey/core";
import { untilStopped } from "../processes/start-process.ts";
import type { Rig } from "../rig.ts";
import { until } from "../until.ts";
import type { Scenario } from "./figure.ts";
import { scaled } from "./figure.ts";

const CLAIMS = 100_000;
const SENDS_PER_ZOMBIE = 20;
/** Between the claim and the last word before the socket, and around the record of the answer. */
const STOPS: readonly SendStep[] = ["claim.committed", "post.begun", "post.answered", "record.begun"];
const ROUNDS = 10;
const STOPPED_MS_MAX = 30_000;
/** Longer than the lease by a sweep, so that the messages are somebody else's by then. */
const OVER_MS = 1_000;
const BACK_MS_MAX = 60_000;
/** How soon another worker sends what comes in while one is stopped. */
const OTHERS_MS_MAX = 15_000;
const BLOCKED = "blocked";
const CLAIMED_MS_MAX = 1_800_000;
const QUIET_MS_MAX = 600_000;

/** R6: two workers on one queue claim nothing twice, and one that was stopped past its lease posts nothing when it wakes. */
export const zombie: Scenario = {
  figure: "R6",
  name: "two workers, and one that was stopped past its lease",
  async run(rig, scale) {
    const claims = scaled(CLAIMS, scale);
    const doubleClaims = await claimAll(rig, claims);
    let posts = 0;
    let zombies = 0;
    let blocked = 0;
    for (let round = 0; round < scaled(ROUNDS, scale); round += 1) {
      for (const step of STOPS) {
        const woken = await wakeZombie(rig, step);
        posts += woken.posts;
        blocked += woken.blockedOthers ? 1 : 0;
        zombies += 1;
      }
    }
    await rig.quiet({ withinMs: QUIET_MS_MAX });
    return {
      counts: { claims, doubleClaims, zombies, zombiePosts: posts, zombiesThatBlockedOthers: blocked },
      broken: [
        ...(doubleClaims > 0 ? [`${doubleClaims} messages were claimed twice`] : []),
        ...(blocked > 0 ? [`${blocked} stopped workers kept all others from sending`] : []),
        ...(posts > 0 ? [`${posts} requests came from a worker whose lease was over`] : []),
      ],
    };
  },
};

/** Without faults, each message has exactly one attempt. */
async function claimAll(rig: Rig, claims: number): Promise<number> {
  await rig.publish(claims);
  const workers = [rig.startWorker(), rig.startWorker()];
  await until("messages are not claimed", CLAIMED_MS_MAX, async () => {
    const [row] = await rig.database.query<{ left: number }>(
      "select count(*)::int as left from webxkey.messages where state in ('queued', 'sending')",
    );
    return row?.left === 0;
  });
  await Promise.all(workers.map((worker) => worker.end()));
  const [row] = await rig.database.query<{ twice: number }>(
    "select count(*)::int as twice from (select 1 from webxkey.attempts group by message_id having count(*) > 1) of_one",
  );
  return row?.twice ?? 0;
}

export type Woken = {
  /** Requests that reached Meta from the woken worker for messages whose lease was over. */
  readonly posts: number;
  /** While it was stopped, nobody else could send: it held a lock of the database. */
  readonly blockedOthers: boolean;
};

/** Stops a worker at a step, with claimed messages in its hands, and wakes it after its lease. */
export async function wakeZombie(rig: Rig, step: SendStep): Promise<Woken> {
  await rig.publish(SENDS_PER_ZOMBIE);
  const sleeper = rig.startWorker({ ambush: { step, passing: 1, signal: "SIGSTOP" } });
  await untilStopped(sleeper.pid, STOPPED_MS_MAX);
  const held = await rig.database.query<{ id: string }>(
    `select a.attempt_id as id from webxkey.attempts a join webxkey.messages m using (workspace_id, attempt_id)
     where a.outcome = 'started'`,
  );
  const other = rig.startWorker();
  await until("the lease is not over", rig.windows.leaseMs + STOPPED_MS_MAX, async () => {
    const [row] = await rig.database.query<{ over: boolean }>(
      `select coalesce(bool_and(started_at < now() - make_interval(secs => $1)), true) as over
       from webxkey.attempts where outcome = 'started'`,
      [(rig.windows.leaseMs + OVER_MS) / 1_000],
    );
    return row?.over;
  });
  const between = rig.publish(1).then(([id]) => untilTried(rig, id));
  const blockedOthers = (await Promise.race([between, pause(OTHERS_MS_MAX, BLOCKED)])) === BLOCKED;
  await other.end();
  const wokenAtMs = (await rig.simulator.state()).nowMs;
  sleeper.signal("SIGCONT");
  await between;
  // It takes new work only after it has done with the old.
  const [fresh] = await rig.publish(1);
  await untilTried(rig, fresh);
  await sleeper.end();
  const mine = new Set(held.map(({ id }) => `v1.${id}`));
  const requests = await rig.simulator.requests();
  const late = requests.filter(({ atMs, callbackData }) => atMs >= wokenAtMs && mine.has(callbackData ?? ""));
  return { posts: late.length, blockedOthers };
}

async function untilTried(rig: Rig, messageId: string | undefined): Promise<void> {
  await until("a message was not tried", BACK_MS_MAX, async () => {
    const [row] = await rig.database.query<{ attempts: number }>(
      "select attempts from webxkey.messages where message_id = $1",
      [messageId],
    );
    return (row?.attempts ?? 0) > 0;
  });
}
