import { sql } from "kysely";
import { anyOf, type Db, insertAll } from "../storage/index.ts";

export type UnsureAnswer = "opt_out" | "carry_on";

export interface UnsureRow {
  readonly case_id: string;
  readonly contact_id: string;
  readonly inbound_id: string;
  readonly opened_at: Date;
}

export async function insertUnsure(tx: Db, workspaceId: string, rows: readonly UnsureRow[]): Promise<void> {
  await insertAll(
    tx,
    "webxkey.unsure_cases",
    {
      workspace_id: "text",
      case_id: "uuid",
      contact_id: "uuid",
      inbound_id: "uuid",
      opened_at: "timestamptz",
    },
    rows.map((row) => ({ workspace_id: workspaceId, ...row })),
  );
}

/** What these people wrote and nobody has answered. */
export async function openUnsureOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<{ contactId: string; inboundId: string }[]> {
  if (contactIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.unsure_cases")
    .select(["contact_id as contactId", "inbound_id as inboundId"])
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .where("answer", "is", null)
    .execute();
}

/** All of one message, or all of these people that they wrote before a moment. */
export type WhichUnsure =
  | { readonly inboundId: string }
  | { readonly contactIds: readonly string[]; readonly writtenBefore: Date };

/** Answers cases that are open, and says which they were. */
export async function answerUnsure(
  tx: Db,
  workspaceId: string,
  which: WhichUnsure,
  { answer, at, by }: { readonly answer: UnsureAnswer; readonly at: Date; readonly by: string | null },
): Promise<{ caseId: string; contactId: string }[]> {
  const chosen =
    "inboundId" in which
      ? sql`c.inbound_id = ${which.inboundId}`
      : sql`c.contact_id = ${anyOf(which.contactIds, "uuid")} and i.provider_at <= ${which.writtenBefore}`;
  const { rows } = await sql<{ caseId: string; contactId: string }>`
    update webxkey.unsure_cases c set answer = ${answer}, answered_at = ${at}, answered_by = ${by}
    from webxkey.inbound_messages i
    where c.workspace_id = ${workspaceId} and c.answer is null and ${chosen}
      and i.workspace_id = c.workspace_id and i.inbound_id = c.inbound_id
    returning c.case_id as "caseId", c.contact_id as "contactId"`.execute(tx);
  return rows;
}
