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

/** Those of them who wrote something that nobody has answered. */
export async function unsurePeopleOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.unsure_cases")
    .select("contact_id")
    .distinct()
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .where("answer", "is", null)
    .execute();
  return rows.map((row) => row.contact_id);
}

/** Answers cases that are open, of these people or this one alone, and says which they were. */
export async function answerUnsure(
  tx: Db,
  workspaceId: string,
  which: { readonly contactIds: readonly string[] } | { readonly caseId: string },
  { answer, at, by }: { readonly answer: UnsureAnswer; readonly at: Date; readonly by: string | null },
): Promise<{ caseId: string; contactId: string }[]> {
  const open = tx
    .updateTable("webxkey.unsure_cases")
    .set({ answer, answered_at: at, answered_by: by })
    .where("workspace_id", "=", workspaceId)
    .where("answer", "is", null);
  const chosen =
    "caseId" in which
      ? open.where("case_id", "=", which.caseId)
      : open.where("contact_id", "=", anyOf(which.contactIds, "uuid"));
  const rows = await chosen.returning(["case_id", "contact_id"]).execute();
  return rows.map((row) => ({ caseId: row.case_id, contactId: row.contact_id }));
}
