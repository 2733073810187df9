import { sql } from "kysely";
import type { Actor, Audit } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { SELF_ENDING_HOLDS } from "../policy/index.ts";
import type { Db } from "../storage/index.ts";
import { notifyQueued } from "./outbox-store.ts";

/**
 * Puts back into the queue what waited for a number to be connected or a template to be allowed. Whether it may be sent is
 * asked again at the claim.
 */
export async function requeueMendedHolds(tx: Db, workspaceId: string): Promise<void> {
  const requeued = await tx
    .updateTable("webxkey.messages")
    .set({ state: "queued", due_at: sql`now()`, updated_at: sql`now()` })
    .where("workspace_id", "=", workspaceId)
    .where("state", "=", "held")
    .where("reason_code", "in", SELF_ENDING_HOLDS as string[])
    .where("expires_at", ">", sql<Date>`now()`)
    .executeTakeFirst();
  if (requeued.numUpdatedRows > 0n) await notifyQueued(tx);
}

/** What a person decides about a held message. @throws WebxkeyError `not_found`, `conflict` when it is not held any more. */
export async function settleHold(
  { db, audit }: { readonly db: Db; readonly audit: Audit },
  by: Actor,
  workspaceId: string,
  messageId: string,
  verdict: "released" | "cancelled",
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const message = await tx
      .selectFrom("webxkey.messages")
      .select(["state", "contact_id"])
      .where("workspace_id", "=", workspaceId)
      .where("message_id", "=", messageId)
      .forUpdate()
      .executeTakeFirst();
    if (!message) throw new WebxkeyError("not_found", { detail: "There is no such message." });
    if (message.state !== "held") {
      throw new WebxkeyError("conflict", {
        detail: `The message is ${message.state}, not held: there is nothing to decide any more.`,
      });
    }
    await tx
      .updateTable("webxkey.messages")
      .set(
        verdict === "released"
          ? {
              state: "queued",
              reason_code: null,
              reason_detail: null,
              due_at: sql`now()`,
              updated_at: sql`now()`,
            }
          : {
              state: "cancelled",
              reason_code: "cancelled_by_person",
              reason_detail: null,
              params_sealed: null,
              updated_at: sql`now()`,
            },
      )
      .where("workspace_id", "=", workspaceId)
      .where("message_id", "=", messageId)
      .execute();
    await audit.append(tx, workspaceId, [
      {
        actor: by,
        action: `message.${verdict}`,
        object: { type: "message", id: messageId },
        outcome: verdict,
        ...(message.contact_id && { subjectId: message.contact_id }),
      },
    ]);
    if (verdict === "released") await notifyQueued(tx);
  });
}

/** Ends what was not sent while the news was useful. */
export async function expireMessages({
  db,
  audit,
}: {
  readonly db: Db;
  readonly audit: Audit;
}): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ workspace_id: string; message_id: string; contact_id: string | null }>`
      update webxkey.messages set state = 'expired', reason_code = 'expired', reason_detail = null, params_sealed = null, updated_at = now()
      where (workspace_id, message_id) in (
        select workspace_id, message_id from webxkey.messages
        where open_state in ('held', 'queued') and expires_at < now() limit 300 for update skip locked)
      returning workspace_id, message_id, contact_id`.execute(tx);
    for (const [workspaceId, of] of Map.groupBy(rows, (row) => row.workspace_id)) {
      await audit.append(
        tx,
        workspaceId,
        of.map((row) => ({
          actor: { type: "engine" },
          action: "message.expired",
          object: { type: "message", id: row.message_id },
          outcome: "expired",
          ...(row.contact_id && { subjectId: row.contact_id }),
        })),
      );
    }
    return rows.length;
  });
}
