import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { ClaimedMessage } from "./claim.ts";

/**
 * Finds requests that began after their person's stop was recorded by another process, within the second that is left to them
 * (`freshness.ts`). Each is written on its message and into the audit, and counted by the metrics. The two processes' clocks
 * are compared, so that a difference between them is counted too.
 */
export async function markAfterStop(
  tx: Db,
  workspaceId: string,
  answered: readonly {
    readonly claimed: Pick<ClaimedMessage, "messageId" | "contactId" | "stoppingPurpose" | "withdrawals">;
    readonly writtenAt: Date | undefined;
  }[],
): Promise<AuditFact[]> {
  const written = answered.flatMap(({ claimed, writtenAt }) =>
    writtenAt
      ? [
          {
            message_id: claimed.messageId,
            contact_id: claimed.contactId,
            stopping_purpose: claimed.stoppingPurpose,
            withdrawals: claimed.withdrawals,
            written_at: writtenAt,
          },
        ]
      : [],
  );
  if (written.length === 0) return [];
  const kinds = {
    message_id: "uuid",
    contact_id: "uuid",
    stopping_purpose: "text",
    withdrawals: "int",
    written_at: "timestamptz",
  } as const;
  const { rows } = await sql<{ message_id: string; contact_id: string }>`
    update webxkey.messages m set after_stop_at = r.written_at from ${recordset(written, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and m.after_stop_at is null
      and r.withdrawals < (select count(*) from webxkey.consents c
        where c.workspace_id = ${workspaceId} and c.contact_id = r.contact_id and c.purpose = r.stopping_purpose
          and c.channel = 'whatsapp' and c.state = 'withdrawn' and c.recorded_at <= r.written_at)
    returning m.message_id, r.contact_id`.execute(tx);
  return rows.map((row) => ({
    actor: { type: "engine" },
    action: "message.sent_after_stop",
    object: { type: "message", id: row.message_id },
    outcome: "confirmed",
    subjectId: row.contact_id,
  }));
}
