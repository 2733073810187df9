import type { Actor, AuditFact } from "../audit/index.ts";
import type { Db } from "../storage/index.ts";
import { cancelRestricted } from "./outbox-store.ts";

/**
 * Ends what waits for people who must not be written to any more, and answers the facts to audit. What is at Meta already
 * cannot be called back; whatever is queued later is denied at its claim.
 */
export async function cancelForRestricted(tx: Db, by: Actor, workspaceId: string): Promise<AuditFact[]> {
  return (await cancelRestricted(tx, workspaceId)).map((row) => ({
    actor: by,
    action: "message.cancelled",
    object: { type: "message", id: row.message_id },
    outcome: "person_restricted",
    subjectId: row.contact_id,
  }));
}
