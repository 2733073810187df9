import { sql } from "kysely";
import type { Log } from "../kernel/log.ts";
import type { GraphClient } from "../meta/index.ts";
import { type Loop, type SendWindows, startLoop } from "../outbox/index.ts";
import type { Db } from "../storage/index.ts";
import type { Ingress } from "./ingress.ts";

/**
 * Says in the database that this process can take webhooks, so that the time in which none can is known to everybody who
 * settles. A process counts from its first request on, whatever that asks for: one that only works never receives. It says
 * nothing while it refuses what Meta sends, nor while it cannot reach Meta itself and the outcome of a message is unknown: a network
 * that is down is down both ways. All processes together are one receiver: Meta tries again until one of them answers.
 */
export interface Receiver {
  /** A request has come in. */
  readonly reached: () => void;
  stop(): Promise<void>;
}

export function createReceiver({
  db,
  ingress,
  graph,
  windows: { beatMs, outageMs },
  log,
}: {
  readonly db: Db;
  readonly ingress: Pick<Ingress, "isAble">;
  readonly graph: Pick<GraphClient, "isReachable">;
  readonly windows: SendWindows;
  readonly log: Log;
}): Receiver {
  let beating: Loop | undefined;
  let stopped = false;

  async function round(): Promise<number> {
    const isAble =
      (await ingress.isAble()) && (!(await isSomethingUnknown(db)) || (await graph.isReachable()));
    if (isAble) await beat(db, outageMs);
    return beatMs;
  }

  return {
    reached() {
      if (!stopped) beating ??= startLoop({ name: "receiver", round, log });
    },
    async stop() {
      stopped = true;
      await beating?.stop();
    },
  };
}

/** Only then does it matter whether webhooks could come. */
async function isSomethingUnknown(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from webxkey.messages where open_state = 'unknown' limit 1`.execute(db);
  return rows.length > 0;
}

/** Lengthens the time that runs, or begins another one after an outage. */
async function beat(db: Db, outageMs: number): Promise<void> {
  await sql`with going_on as (
      update webxkey.receiver_uptimes set last_at = greatest(last_at, now())
      where began_at = (select max(began_at) from webxkey.receiver_uptimes)
        and last_at > now() - make_interval(secs => ${outageMs / 1_000}) returning 1)
    insert into webxkey.receiver_uptimes (began_at, last_at)
    select now(), now() where not exists (select from going_on) on conflict do nothing`.execute(db);
}
