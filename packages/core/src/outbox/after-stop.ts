import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";
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
  // Read by themselves first: joined into the update, an unanalysed database reads them for each pair of message and answer.
  const contactIds = [...new Set(written.map(({ contact_id }) => contact_id))];
  const withdrawn = await tx
    .selectFrom("webxkey.consents")
    .select(["contact_id", "purpose", "recorded_at"])
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .where("channel", "=", "whatsapp")
    .where("state", "=", "withdrawn")
    .execute();
  const late = written.filter(
    (one) => one.withdrawals < withdrawn.filter((stop) => isBefore(stop, one)).length,
  );
  if (late.length === 0) return [];
  const ids = late.map(({ message_id }) => message_id);
  const kinds = { message_id: "uuid", contact_id: "uuid", written_at: "timestamptz" } as const;
  const rowsOf = late.map(({ message_id, contact_id, written_at }) => ({
    message_id,
    contact_id,
    written_at,
  }));
  const { rows } = await sql<{ message_id: string; contact_id: string }>`
    update webxkey.messages m set after_stop_at = r.written_at from ${recordset(rowsOf, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and m.after_stop_at is null
      and m.message_id = ${anyOf(ids, "uuid")}
    returning m.message_id, r.contact_id`.execute(tx);
  return rows.map((row) => ({
    actor: { type: "engine" },
    action: "message.sent_after_stop",
    object: { type: "message", id: row.message_id },
    outcome: "confirmed",
    subjectId: row.contact_id,
  }));
}

function isBefore(
  stop: { readonly contact_id: string; readonly purpose: string; readonly recorded_at: Date },
  sent: { readonly contact_id: string; readonly stopping_purpose: string; readonly written_at: Date },
): boolean {
  return (
    stop.contact_id === sent.contact_id &&
    stop.purpose === sent.stopping_purpose &&
    stop.recorded_at <= sent.written_at
  );
}
