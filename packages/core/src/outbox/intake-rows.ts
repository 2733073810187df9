import type { Actor, AuditFact } from "../audit/index.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { MessageState } from "../kernel/vocabulary.ts";
import { seal } from "../keys/index.ts";
import type { PublishedIntent } from "../messaging.ts";
import { type Decision, FINAL_REASONS, type Reason, sentenceOf } from "../policy/index.ts";
import type { EventRow, MessageOutcomeRow, NewMessageRow } from "./outbox-store.ts";
import { type FilledIntent, type PlannedIntent, type Publication, priorityOf } from "./publication.ts";
import type { SendContext } from "./send-context.ts";

export function eventRow(
  { ids }: { readonly ids: IdSource },
  workspaceId: string,
  publication: Publication,
  contactId: string | null,
  now: Date,
): EventRow {
  return {
    workspace_id: workspaceId,
    event_id: ids.row(),
    source: publication.source,
    external_id: publication.externalId,
    type: publication.type,
    entity_type: publication.entity.type,
    entity_ref: publication.entity.ref,
    entity_label: publication.entity.label ?? null,
    origin: publication.origin,
    contact_id: contactId,
    body_hash: publication.bodyHash,
    occurred_at: publication.occurredAt,
    received_at: now,
  };
}

const STATE_OF = { send: "queued", hold: "held", deny: "blocked" } as const satisfies Record<
  Decision["kind"],
  MessageState
>;

export function messageRow(
  { ids }: { readonly ids: IdSource },
  of: {
    readonly row: EventRow;
    readonly contactId: string | null;
    readonly intent: PlannedIntent;
    readonly decision: Decision;
    readonly expiresAt: Date;
    readonly filled: FilledIntent;
    readonly language: string | null;
    /** In the order in which they are tried. */
    readonly languages: readonly string[];
    readonly context: SendContext;
    readonly now: Date;
  },
): NewMessageRow {
  const { row, intent, decision, now } = of;
  const messageId = ids.row();
  const key = of.context.keyOf(of.contactId);
  const evidence = decision.kind === "deny" ? null : decision.evidence;
  const reason: Reason | undefined = decision.kind === "send" ? undefined : decision.reason;
  // What can never be sent keeps no values.
  const keepParams =
    key !== undefined && !(decision.kind === "deny" && FINAL_REASONS.includes(decision.reason.code));
  return {
    workspace_id: row.workspace_id,
    message_id: messageId,
    event_id: row.event_id,
    rule_id: intent.ruleId,
    contact_id: of.contactId,
    purpose: intent.purpose,
    channel: intent.channel,
    template: intent.template,
    language: of.language,
    // The language that the values are written in stays the first choice at the claim.
    languages: of.language === null ? of.languages : [...new Set([of.language, ...of.languages])],
    params_sealed: keepParams
      ? seal(key, paramsPlace(row.workspace_id, messageId), JSON.stringify(of.filled.params.reveal()))
      : null,
    state: STATE_OF[decision.kind],
    reason_code: reason?.code ?? null,
    reason_detail: reason?.detail ?? null,
    evidence_kind: evidence?.kind ?? null,
    consent_id: evidence?.kind === "consent" ? evidence.consentId : null,
    priority: priorityOf(intent),
    expires_at: of.expiresAt,
    created_at: now,
    updated_at: now,
  };
}

export function paramsPlace(workspaceId: string, messageId: string): string {
  return `messages.params|${workspaceId}|${messageId}`;
}

export function eventFact(row: EventRow, by: Actor): AuditFact {
  return {
    actor: by,
    action: "event.received",
    object: { type: "event", id: row.event_id },
    outcome: row.type,
    ...(row.contact_id && { subjectId: row.contact_id }),
    detail: {
      source: row.source,
      external_id: row.external_id,
      entity: `${row.entity_type}:${row.entity_ref}`,
      origin: row.origin,
    },
  };
}

export function decidedFact(row: NewMessageRow): AuditFact {
  return {
    actor: { type: "engine" },
    action: "message.decided",
    object: { type: "message", id: row.message_id },
    outcome: row.reason_code ? `${row.state}:${row.reason_code}` : row.state,
    ...(row.contact_id && { subjectId: row.contact_id }),
    detail: {
      event_id: row.event_id,
      rule_id: row.rule_id,
      purpose: row.purpose,
      template: row.template,
      evidence: row.consent_id ? `consent:${row.consent_id}` : row.evidence_kind,
    },
  };
}

export function intentOf(row: NewMessageRow | MessageOutcomeRow): PublishedIntent {
  const reason =
    row.reason_code === null
      ? null
      : { code: row.reason_code as Reason["code"], detail: row.reason_detail ?? "" };
  return {
    messageId: row.message_id,
    ruleId: row.rule_id,
    state: row.state,
    reason: reason && { code: reason.code, sentence: sentenceOf(reason) },
  };
}
