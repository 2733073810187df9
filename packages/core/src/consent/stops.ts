import { sql } from "kysely";
import type { Log } from "../kernel/log.ts";
import type { Db } from "../storage/index.ts";

/**
 * Who said stop in this process, from before the commit until every claim must have seen it. A claim that began before the
 * commit has read the old consents, so its messages ask here once more, in the tick in which they would be written. Other
 * processes read the database again when their last look is a second old (`outbox/freshness.ts`).
 *
 * A transaction that says stop is watched by its number: while it runs, and for claims that began before its end was seen,
 * the person counts as stopped. Should it roll back, a message is only looked at once more.
 */
export interface Stops {
  /** To be called in the transaction that records it, whatever kind of stop it is, before it commits. */
  begin(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<void>;
  /** Whether a claim that began at this moment (of the monotonic clock) may have missed a stop of this person. */
  mayHaveMissed(workspaceId: string, contactId: string, claimedAtMs: number): boolean;
}

interface Stop {
  /** When its transaction was first seen to have ended. */
  endedAtMs: number | undefined;
}

const LOOK_EVERY_MS = 20;
/** No transaction of ours lives so long, and no claim. */
const KEPT_MS = 120_000;

export function createStops({ db, log }: { readonly db: Db; readonly log: Log }): Stops {
  const stops = new Map<string, Set<Stop>>();
  const keyOf = (workspaceId: string, contactId: string) => `${workspaceId} ${contactId}`;

  function watch(xid: string, stop: Stop, begunAtMs: number): void {
    const look = async (): Promise<void> => {
      const askedAtMs = performance.now();
      try {
        if (!(await isRunning(db, xid))) stop.endedAtMs = askedAtMs;
      } catch (error) {
        log.debug("stops.not_read", { error });
      }
      if (stop.endedAtMs === undefined && askedAtMs < begunAtMs + KEPT_MS)
        setTimeout(look, LOOK_EVERY_MS).unref();
    };
    void look();
  }

  return {
    async begin(tx, workspaceId, contactIds) {
      if (contactIds.length === 0) return;
      const begunAtMs = performance.now();
      const stop: Stop = { endedAtMs: undefined };
      const keys = new Set(contactIds.map((contactId) => keyOf(workspaceId, contactId)));
      for (const key of keys) stops.set(key, (stops.get(key) ?? new Set()).add(stop));
      setTimeout(() => {
        for (const key of keys) {
          stops.get(key)?.delete(stop);
          if (stops.get(key)?.size === 0) stops.delete(key);
        }
      }, KEPT_MS).unref();
      try {
        const { rows } = await sql<{ xid: string }>`select pg_current_xact_id()::text as xid`.execute(tx);
        watch(rows[0]?.xid ?? "", stop, begunAtMs);
      } catch (error) {
        // The transaction has failed, and with it the stop.
        stop.endedAtMs = performance.now();
        throw error;
      }
    },
    mayHaveMissed(workspaceId, contactId, claimedAtMs) {
      for (const { endedAtMs } of stops.get(keyOf(workspaceId, contactId)) ?? [])
        if (endedAtMs === undefined || claimedAtMs < endedAtMs) return true;
      return false;
    },
  };
}

async function isRunning(db: Db, xid: string): Promise<boolean> {
  const { rows } = await sql<{
    status: string | null;
  }>`select pg_xact_status(${xid}::xid8) as status`.execute(db);
  return rows[0]?.status === "in progress";
}
