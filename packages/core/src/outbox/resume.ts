import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { anyOf, type Db } from "../storage/index.ts";
import { notifyQueued } from "./outbox-store.ts";
import { endSenderPauses, endTemplateReads } from "./pace-store.ts";

// What is held for a number or a template goes back into the queue by itself, in the transaction that mends what it waited for.
// Whether it may be sent is decided again at the claim.

/** A number can send again: ends the pauses of the workspace's numbers. Answers what to audit. */
export async function resumeSending(tx: Db, workspaceId: string): Promise<AuditFact[]> {
  await endSenderPauses(tx, workspaceId);
  await notifyQueued(tx);
  return await requeueResolvedHolds(tx, workspaceId);
}

/** The templates were read, and these have changed. Answers what to audit. */
export async function resumeTemplates(
  tx: Db,
  workspaceId: string,
  changed: readonly string[],
): Promise<AuditFact[]> {
  await endTemplateReads(tx, workspaceId, changed);
  await notifyQueued(tx);
  return await requeueResolvedHolds(tx, workspaceId, changed);
}

/** How many messages wait for an answer to what these people wrote, by person. */
export async function countHeldForUnsure(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("webxkey.messages")
    .select(({ fn }) => ["contact_id", fn.countAll<string>().as("held")])
    .where("workspace_id", "=", workspaceId)
    .where("open_state", "=", "held")
    .where("reason_code", "=", "opt_out_unsure")
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .groupBy("contact_id")
    .execute();
  return new Map(rows.flatMap(({ contact_id, held }) => (contact_id ? [[contact_id, Number(held)]] : [])));
}

/**
 * Puts messages back into the queue whose cause to wait is gone, and no other, so that none goes back and forth. One that its
 * template no longer suited waits until that template has changed. Answers what to audit.
 */
export async function requeueResolvedHolds(
  tx: Db,
  workspaceId: string,
  changedTemplates: readonly string[] = [],
): Promise<AuditFact[]> {
  const facts: AuditFact[] = [];
  for (;;) {
    const { rows } = await sql<{ message_id: string; contact_id: string | null; held_for: string }>`
      with held as (
        select m.message_id, m.reason_code from webxkey.messages m
        where m.workspace_id = ${workspaceId} and m.open_state = 'held' and m.expires_at > now()
          and case
            when m.reason_code in ('sender_missing', 'sender_token_invalid', 'sender_app_secret_invalid') then exists (
              select 1 from webxkey.senders s where s.workspace_id = m.workspace_id and s.state = 'connected')
            when m.reason_code = 'template_not_approved' then exists (
              select 1 from webxkey.templates t where t.workspace_id = m.workspace_id and t.name = m.template
                and t.status = 'APPROVED')
            when m.reason_code = 'template_category_mismatch' then exists (
              select 1 from webxkey.templates t where t.workspace_id = m.workspace_id and t.name = m.template
                and t.category <> 'MARKETING')
            when m.reason_code = 'opt_out_unsure' then not exists (
              select 1 from webxkey.unsure_cases u where u.workspace_id = m.workspace_id and u.contact_id = m.contact_id
                and u.answer is null)
            when m.reason_code = 'template_unsuitable' then m.template = any(${changedTemplates as string[]}::text[])
            else false end
        order by m.message_id limit ${BATCH_ROWS_MAX} for update)
      update webxkey.messages m set state = 'queued', reason_code = null, reason_detail = null, due_at = now(), updated_at = now()
      from held
      where m.workspace_id = ${workspaceId} and m.message_id = held.message_id
      returning m.message_id, m.contact_id, held.reason_code as held_for`.execute(tx);
    facts.push(
      ...rows.map(
        ({ message_id, contact_id, held_for }): AuditFact => ({
          actor: { type: "engine" },
          action: "message.requeued",
          object: { type: "message", id: message_id },
          outcome: held_for,
          ...(contact_id && { subjectId: contact_id }),
        }),
      ),
    );
    if (rows.length === BATCH_ROWS_MAX) continue;
    if (facts.length > 0) await notifyQueued(tx);
    return facts;
  }
}
