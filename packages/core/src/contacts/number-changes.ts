import { sql } from "kysely";
import { anyOf, type Db, recordset } from "../storage/index.ts";

/** Somebody left a number and took another one. */
export interface NumberChange {
  readonly contactId: string;
  readonly successorId: string;
  readonly changedAt: Date;
}

/** Keeps who took a new number. The same again is the later of both. */
export async function recordNumberChanges(
  tx: Db,
  workspaceId: string,
  changes: readonly NumberChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const latest = new Map<string, NumberChange>();
  for (const change of changes.toSorted((a, b) => a.changedAt.getTime() - b.changedAt.getTime()))
    latest.set(`${change.contactId} ${change.successorId}`, change);
  const rows = Array.from(latest.values(), ({ contactId, successorId, changedAt }) => ({
    contact_id: contactId,
    successor_id: successorId,
    changed_at: changedAt,
  }));
  await sql`insert into webxkey.number_changes as c (workspace_id, contact_id, successor_id, changed_at)
    select ${workspaceId}, r.contact_id, r.successor_id, r.changed_at
    from ${recordset(rows, { contact_id: "uuid", successor_id: "uuid", changed_at: "timestamptz" })}
    order by r.contact_id, r.successor_id
    on conflict (workspace_id, contact_id, successor_id) do update
    set changed_at = greatest(c.changed_at, excluded.changed_at)`.execute(tx);
}

/** Whom these contacts became by a new number, also by one after that, with the moment in which each left its own. */
export async function numberChangesOf(
  tx: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<NumberChange[]> {
  if (contactIds.length === 0) return [];
  const { rows } = await sql<NumberChange>`
    with recursive followed as (
      select contact_id, successor_id, changed_at, changed_at as last_at from webxkey.number_changes
      where workspace_id = ${workspaceId} and contact_id = ${anyOf(contactIds, "uuid")}
      union
      select f.contact_id, c.successor_id, f.changed_at, c.changed_at from followed f
      join webxkey.number_changes c on c.workspace_id = ${workspaceId} and c.contact_id = f.successor_id
        and c.changed_at >= f.last_at and c.successor_id <> f.contact_id)
    select contact_id as "contactId", successor_id as "successorId", max(changed_at) as "changedAt"
    from followed group by contact_id, successor_id`.execute(tx);
  return rows;
}
