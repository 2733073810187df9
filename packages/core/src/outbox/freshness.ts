import { sql } from "kysely";
import type { Stops } from "../consent/index.ts";
import type { Log } from "../kernel/log.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { ClaimedMessage } from "./claim.ts";
import { consentPurpose } from "./send-context.ts";

/**
 * No request begins for a person whose stop was committed more than a second ago, in whatever process, also when a notice is
 * lost: what a claim read may be used for a second. A message that waits longer for its connection is read again with all that
 * wait, and one whose person said stop meanwhile is not sent; its next claim says why. In the process that committed the
 * stop, `consent/stops.ts` makes that second nothing.
 */
export interface Freshness {
  /** Takes messages in hand, and reads them again at once where their claim took long. */
  take(claimed: readonly ClaimedMessage[]): Promise<void>;
  /** Asked in the tick of the write. */
  mayBegin(claimed: ClaimedMessage): boolean;
  /** It is written, or will not be. */
  release(claimed: ClaimedMessage): void;
}

const FRESH_MS = 1_000;
/** Half is for the read itself, and for a busy event loop. */
const READ_AGAIN_MS = 400;

interface InHand {
  readAtMs: number;
  stopped: boolean;
}

export function createFreshness({
  db,
  stops,
  log,
}: {
  readonly db: Db;
  readonly stops: Stops;
  readonly log: Log;
}): Freshness {
  const inHand = new Map<ClaimedMessage, InHand>();
  let timer: NodeJS.Timeout | undefined;

  async function readAgain(): Promise<void> {
    const readAtMs = performance.now();
    const all = [...inHand];
    const stopped = await stoppedOf(
      db,
      all.map(([claimed]) => claimed),
    );
    for (const [claimed, held] of all) {
      held.readAtMs = readAtMs;
      held.stopped ||= stopped.has(claimed.attemptId);
    }
  }

  function keepFresh(): void {
    if (timer || inHand.size === 0) return;
    timer = setTimeout(() => {
      const due = [...inHand.values()].some(({ readAtMs }) => readAtMs < performance.now() - READ_AGAIN_MS);
      const reading = due ? readAgain() : Promise.resolve();
      reading
        .catch((error: unknown) => log.warn("dispatch.stops_not_read", { error }))
        .finally(() => {
          timer = undefined;
          keepFresh();
        });
    }, READ_AGAIN_MS / 4);
  }

  return {
    async take(claimed) {
      for (const one of claimed) inHand.set(one, { readAtMs: one.claimedAt, stopped: false });
      keepFresh();
      if (claimed.some(({ claimedAt }) => claimedAt < performance.now() - READ_AGAIN_MS)) await readAgain();
    },
    mayBegin(claimed) {
      const held = inHand.get(claimed);
      return (
        held !== undefined &&
        !held.stopped &&
        performance.now() < held.readAtMs + FRESH_MS &&
        !stops.mayHaveMissed(claimed.workspaceId, claimed.contactId, claimed.claimedAt)
      );
    },
    release(claimed) {
      inHand.delete(claimed);
    },
  };
}

/** The attempts whose person has withdrawn, was restricted, or wrote what may mean stop, since the claim read their consents. */
async function stoppedOf(db: Db, claimed: readonly ClaimedMessage[]): Promise<Set<string>> {
  if (claimed.length === 0) return new Set();
  const rows = claimed.map((one) => ({
    workspace_id: one.workspaceId,
    attempt_id: one.attemptId,
    contact_id: one.contactId,
    purpose: one.purpose,
    consent_purpose: consentPurpose(one.purpose),
    withdrawals: one.withdrawals,
  }));
  const kinds = {
    workspace_id: "text",
    attempt_id: "uuid",
    contact_id: "uuid",
    purpose: "text",
    consent_purpose: "text",
    withdrawals: "int",
  } as const;
  const { rows: stopped } = await sql<{ attempt_id: string }>`
    select r.attempt_id from ${recordset(rows, kinds)}
    where exists (select 1 from webxkey.contact_restrictions x
        where x.workspace_id = r.workspace_id and x.contact_id = r.contact_id)
      or (r.purpose <> 'account-security' and exists (select 1 from webxkey.unsure_cases u
        where u.workspace_id = r.workspace_id and u.contact_id = r.contact_id and u.answer is null))
      or r.withdrawals < (select count(*) from webxkey.consents c
        where c.workspace_id = r.workspace_id and c.contact_id = r.contact_id and c.purpose = r.consent_purpose
          and c.channel = 'whatsapp' and c.state = 'withdrawn')`.execute(db);
  return new Set(stopped.map((row) => row.attempt_id));
}
