import { sql } from "kysely";
import type { Actor, Audit, AuditFact } from "../audit/index.ts";
import { WebxkeyError } from "../kernel/errors.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { AUTO_RELEASED_HOLDS, type ReasonCode, sentenceOf } from "../policy/index.ts";
import type { Db } from "../storage/index.ts";
import { notifyQueued } from "./outbox-store.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";

// A held message waits either for something that ends by itself, such as a token or a template, or for a person. Only the second
// kind can be released: the first would be held again at its claim. Both can be cancelled, and so can a message in the queue.

export interface HoldPorts {
  readonly db: Db;
  readonly audit: Audit;
}

export type HoldVerdict = "released" | "cancelled";

/** @throws WebxkeyError `not_found`; `conflict` with the reason when there is nothing to decide. */
export async function settleHold(
  { db, audit }: HoldPorts,
  by: Actor,
  workspaceId: string,
  messageId: string,
  verdict: HoldVerdict,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const message = await tx
      .selectFrom("webxkey.messages")
      .select(["state", "reason_code", "reason_detail"])
      .where("workspace_id", "=", workspaceId)
      .where("message_id", "=", messageId)
      .forUpdate()
      .executeTakeFirst();
    if (!message) throw new WebxkeyError("not_found", { detail: "There is no such message." });
    const obstacle = obstacleTo(verdict, message);
    if (obstacle) throw new WebxkeyError("conflict", { detail: obstacle });
    await settleLocked({ audit }, tx, by, workspaceId, [messageId], verdict);
  });
}

function obstacleTo(
  verdict: HoldVerdict,
  message: {
    readonly state: string;
    readonly reason_code: string | null;
    readonly reason_detail: string | null;
  },
): string | undefined {
  const { state, reason_code, reason_detail } = message;
  if (verdict === "cancelled" && state === "queued") return undefined;
  if (state !== "held") return `The message is ${state}, not held: there is nothing to decide any more.`;
  if (verdict === "cancelled" || waitsForPerson(reason_code)) return undefined;
  const code = reason_code as ReasonCode;
  const why = sentenceOf({ code, ...(reason_detail !== null && { detail: reason_detail }) });
  return `The message is sent by itself once that is mended. ${why}`;
}

/** Whether a held message goes on only when a person decides. */
export function waitsForPerson(reasonCode: string | null): boolean {
  return !(AUTO_RELEASED_HOLDS as readonly (string | null)[]).includes(reasonCode);
}

/** Which held messages: these, or all that wait for one reason, of one rule where it is named. */
export type HeldMessages =
  | { readonly messageIds: readonly string[] }
  | { readonly reason: ReasonCode; readonly ruleId?: string | undefined };

export interface SettledHolds {
  readonly messageIds: readonly string[];
  /** There are more of them: ask again. */
  readonly more: boolean;
}

/** Decides about many held messages at once, oldest first. Those that cannot be decided about any more are left as they are. */
export async function settleHolds(
  { db, audit }: HoldPorts,
  by: Actor,
  workspaceId: string,
  which: HeldMessages,
  verdict: HoldVerdict,
): Promise<SettledHolds> {
  return await db.transaction().execute(async (tx) => {
    let query = tx
      .selectFrom("webxkey.messages")
      .select("message_id")
      .where("workspace_id", "=", workspaceId)
      .where("open_state", "=", "held");
    if (verdict === "released") query = query.where("reason_code", "not in", AUTO_RELEASED_HOLDS as string[]);
    if ("messageIds" in which) {
      if (which.messageIds.length === 0) return { messageIds: [], more: false };
      query = query.where("message_id", "in", which.messageIds as string[]);
    } else {
      query = query.where("reason_code", "=", which.reason);
      if (which.ruleId !== undefined) query = query.where("rule_id", "=", which.ruleId);
    }
    const rows = await query
      .orderBy("created_at")
      .orderBy("message_id")
      .limit(BATCH_ROWS_MAX + 1)
      .forUpdate()
      .execute();
    const messageIds = rows.slice(0, BATCH_ROWS_MAX).map(({ message_id }) => message_id);
    if (messageIds.length > 0) await settleLocked({ audit }, tx, by, workspaceId, messageIds, verdict);
    return { messageIds, more: rows.length > BATCH_ROWS_MAX };
  });
}

async function settleLocked(
  { audit }: Pick<HoldPorts, "audit">,
  tx: Db,
  by: Actor,
  workspaceId: string,
  messageIds: readonly string[],
  verdict: HoldVerdict,
): Promise<void> {
  const changed =
    verdict === "released"
      ? { state: "queued", reason_code: null, due_at: sql<Date>`now()` }
      : { state: "cancelled", reason_code: "cancelled_by_person" };
  const rows = await tx
    .updateTable("webxkey.messages")
    .set({ ...changed, reason_detail: null, updated_at: sql`now()` })
    .where("workspace_id", "=", workspaceId)
    .where("message_id", "in", messageIds as string[])
    .returning(["message_id", "contact_id"])
    .execute();
  const facts = rows.map(
    ({ message_id, contact_id }): AuditFact => ({
      actor: by,
      action: `message.${verdict}`,
      object: { type: "message", id: message_id },
      outcome: verdict,
      ...(contact_id && { subjectId: contact_id }),
    }),
  );
  await audit.append(tx, workspaceId, facts);
  if (verdict === "released") await notifyQueued(tx);
}

/** Ends what was not sent while the news was useful. */
export async function expireMessages({ db, audit }: HoldPorts): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ workspace_id: string; message_id: string; contact_id: string | null }>`
      update webxkey.messages set state = 'expired', reason_code = 'expired', reason_detail = null, updated_at = now(),
        params_sealed = case when purpose <> ${ONE_TIME_PURPOSE} then params_sealed end
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
