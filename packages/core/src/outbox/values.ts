import { sql } from "kysely";
import type { Audit } from "../audit/index.ts";
import type { Db } from "../storage/index.ts";

// A message's values stay sealed under the person's key after the message has ended, so that a failure that Meta reports later can be
// tried again and a person can send the message again. They are dropped 90 days after the end. A security notice may carry a code
// that works once, so its values are dropped with the POST; an erasure drops a person's at once (docs/decisions/0005).

const VALUES_KEPT_DAYS = 90;

/** Messages of this purpose may carry one-time codes. */
export const ONE_TIME_PURPOSE = "account-security";

/** Rows of one transaction, and transactions of one run: the next run goes on where this one stops. */
const DROPPED_ROWS_MAX = 1_000;
const DROPPED_SETS_MAX = 20;

/** Drops the values of messages that ended long ago. Resolves with how many there were. */
export async function dropOldValues({
  db,
  audit,
}: {
  readonly db: Db;
  readonly audit: Audit;
}): Promise<number> {
  let dropped = 0;
  for (let set = 0; set < DROPPED_SETS_MAX; set++) {
    const rows = await dropSet(db, audit);
    dropped += rows;
    if (rows < DROPPED_ROWS_MAX) break;
  }
  return dropped;
}

async function dropSet(db: Db, audit: Audit): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    // A message ends after it was made, so that the index on created_at finds the candidates.
    const { rows } = await sql<{ workspace_id: string }>`
      update webxkey.messages set params_sealed = null
      where (workspace_id, message_id) in (
        select workspace_id, message_id from webxkey.messages
        where params_sealed is not null and created_at < now() - make_interval(days => ${VALUES_KEPT_DAYS})
          and open_state is null and updated_at < now() - make_interval(days => ${VALUES_KEPT_DAYS})
        order by created_at limit ${DROPPED_ROWS_MAX} for update skip locked)
      returning workspace_id`.execute(tx);
    const counts = Map.groupBy(rows, (row) => row.workspace_id);
    // One order of workspaces for everybody who appends to their audit.
    for (const [workspaceId, of] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const object = { type: "workspace", id: workspaceId };
      await audit.append(tx, workspaceId, [
        {
          actor: { type: "engine" },
          action: "messages.values_dropped",
          object,
          outcome: String(of.length),
        },
      ]);
    }
    return rows.length;
  });
}
