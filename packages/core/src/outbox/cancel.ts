import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import type { HostEntity } from "../messaging.ts";
import type { Db } from "../storage/index.ts";
import { cancelAbout, cancelRestricted } from "./outbox-store.ts";

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

/** Ends what waits about something that the host has deleted. Answers how many messages that were. */
export async function cancelAboutDeleted(
  { db, audit }: { readonly db: Db; readonly audit: Audit },
  workspaceId: string,
  entity: HostEntity,
): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const cancelled = await cancelAbout(tx, workspaceId, entity);
    if (cancelled.length === 0) return 0;
    await audit.append(
      tx,
      workspaceId,
      cancelled.map((row) => ({
        actor: { type: "engine" },
        action: "message.cancelled",
        object: { type: "message", id: row.message_id },
        outcome: "entity_deleted",
        ...(row.contact_id && { subjectId: row.contact_id }),
      })),
    );
    return cancelled.length;
  });
}
