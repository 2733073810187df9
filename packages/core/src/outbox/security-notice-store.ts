import { sql } from "kysely";
import { DAY_MS, HOUR_MS, type SecurityNotice } from "../policy/index.ts";
import { anyOf, type Db } from "../storage/index.ts";

/** One intake of security notices at a time in a workspace: two at once would each count without the other. */
export async function lockSecurityNotices(tx: Db, workspaceId: string): Promise<void> {
  await tx
    .selectFrom("webxkey.workspaces")
    .select("workspace_id")
    .where("workspace_id", "=", workspaceId)
    .forNoKeyUpdate()
    .execute();
}

/** The notices of these people within a day, and of everybody within an hour; those that were refused are not among them. */
export async function securityNoticesOf(
  tx: Db,
  workspaceId: string,
  contactIds: readonly string[],
  now: Date,
): Promise<SecurityNotice[]> {
  const since = (ms: number) => new Date(now.getTime() - ms);
  const rows = await tx
    .selectFrom("webxkey.messages")
    .select([
      "contact_id as contactId",
      "rule_id as ruleId",
      "created_at as at",
      "expires_at as expiresAt",
      sql<boolean>`state in ('failed', 'expired', 'cancelled', 'blocked')`.as("unsent"),
    ])
    .where("workspace_id", "=", workspaceId)
    .where("evidence_kind", "=", "security_request")
    .where("created_at", ">", since(DAY_MS))
    .where(({ eb, or }) =>
      or([eb("created_at", ">", since(HOUR_MS)), eb("contact_id", "=", anyOf(contactIds, "uuid"))]),
    )
    .execute();
  return rows;
}
