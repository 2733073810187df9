import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import type { Db } from "../storage/index.ts";

/**
 * Finds messages that Meta took twice: two attempts that it accepted or told a status of, and of neither that it failed. That can
 * happen only when a status came later than the settle window; it is written on the message and into the audit, and never hidden.
 */
export async function markDuplicates(
  tx: Db,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<AuditFact[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql<{ message_id: string; contact_id: string | null }>`
    update webxkey.messages m set duplicated_at = now()
    where m.workspace_id = ${workspaceId} and m.message_id = any(${messageIds as string[]}::uuid[]) and m.duplicated_at is null
      and (select count(*) from webxkey.attempts a
        where a.workspace_id = m.workspace_id and a.message_id = m.message_id
          and (a.outcome = 'accepted' or exists (select 1 from webxkey.statuses s
            where s.workspace_id = a.workspace_id and s.attempt_id = a.attempt_id))
          and not exists (select 1 from webxkey.statuses f
            where f.workspace_id = a.workspace_id and f.attempt_id = a.attempt_id and f.status = 'failed')) > 1
    returning m.message_id, m.contact_id`.execute(tx);
  return rows.map((row) => ({
    actor: { type: "engine" },
    action: "message.duplicated",
    object: { type: "message", id: row.message_id },
    outcome: "confirmed",
    ...(row.contact_id && { subjectId: row.contact_id }),
  }));
}
