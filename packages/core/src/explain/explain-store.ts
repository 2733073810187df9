import { sql } from "kysely";
import type { Assurance, MessageState } from "../kernel/vocabulary.ts";
import { AUTO_RELEASED_HOLDS } from "../policy/index.ts";
import type { Db } from "../storage/index.ts";

/** A message with the event it tells of, as lists and timelines show it. */
export interface ExplainedMessage {
  readonly message_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly entity_type: "order" | "account";
  readonly entity_ref: string;
  readonly entity_label: string | null;
  readonly origin: "push" | "sweep";
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly rule_id: string;
  readonly contact_id: string | null;
  readonly purpose: string;
  readonly channel: string;
  readonly template: string;
  readonly language: string | null;
  readonly state: MessageState;
  readonly reason_code: string | null;
  readonly reason_detail: string | null;
  readonly consent_id: string | null;
  readonly evidence_kind: string | null;
  readonly has_values: boolean;
  readonly expires_at: Date;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface MessageFilter {
  readonly messageId?: string;
  readonly state?: MessageState;
  readonly hold?: "needs_decision" | "waiting";
  readonly reason?: string;
  readonly ruleId?: string;
  readonly entityType?: string;
  readonly entityRef?: string;
  /** Newest first, from the one after this. */
  readonly before?: { readonly createdAt: Date; readonly messageId: string };
  readonly rowsMax: number;
}

export async function findMessages(
  db: Db,
  workspaceId: string,
  filter: MessageFilter,
): Promise<ExplainedMessage[]> {
  let query = db
    .selectFrom("webxkey.messages as m")
    .innerJoin("webxkey.events as e", (join) =>
      join.onRef("e.workspace_id", "=", "m.workspace_id").onRef("e.event_id", "=", "m.event_id"),
    )
    .select([
      "m.message_id",
      "m.event_id",
      "e.type as event_type",
      "e.entity_type",
      "e.entity_ref",
      "e.entity_label",
      "e.origin",
      "e.occurred_at",
      "e.received_at",
      "m.rule_id",
      "m.contact_id",
      "m.purpose",
      "m.channel",
      "m.template",
      "m.language",
      "m.state",
      "m.reason_code",
      "m.reason_detail",
      "m.consent_id",
      "m.evidence_kind",
      sql<boolean>`m.params_sealed is not null`.as("has_values"),
      "m.expires_at",
      "m.created_at",
      "m.updated_at",
    ])
    .where("m.workspace_id", "=", workspaceId);
  if (filter.messageId) query = query.where("m.message_id", "=", filter.messageId);
  if (filter.state) query = query.where("m.state", "=", filter.state);
  if (filter.hold) {
    const held = filter.hold === "waiting" ? ("in" as const) : ("not in" as const);
    query = query
      .where("m.open_state", "=", "held")
      .where("m.reason_code", held, AUTO_RELEASED_HOLDS as string[]);
  }
  if (filter.reason) query = query.where("m.reason_code", "=", filter.reason);
  if (filter.ruleId) query = query.where("m.rule_id", "=", filter.ruleId);
  if (filter.entityType) query = query.where("e.entity_type", "=", filter.entityType);
  if (filter.entityRef) query = query.where("e.entity_ref", "=", filter.entityRef);
  if (filter.before) {
    const { createdAt, messageId } = filter.before;
    query = query.where(sql<boolean>`(m.created_at, m.message_id) < (${createdAt}, ${messageId}::uuid)`);
  }
  const rows = await query
    .orderBy("m.created_at", "desc")
    .orderBy("m.message_id", "desc")
    .limit(filter.rowsMax)
    .execute();
  return rows as ExplainedMessage[];
}

export interface EventSeen {
  readonly event_id: string;
  readonly type: string;
  readonly entity_label: string | null;
  readonly origin: "push" | "sweep";
  readonly occurred_at: Date;
  readonly received_at: Date;
}

export async function eventsOfEntity(
  db: Db,
  workspaceId: string,
  type: string,
  ref: string,
): Promise<EventSeen[]> {
  return await db
    .selectFrom("webxkey.events")
    .select(["event_id", "type", "entity_label", "origin", "occurred_at", "received_at"])
    .where("workspace_id", "=", workspaceId)
    .where("entity_type", "=", type)
    .where("entity_ref", "=", ref)
    .orderBy("received_at")
    .execute();
}

/** The order that people know by this code, with or without the sign that shops write before it; the latest one of several. */
export async function refOfLabel(
  db: Db,
  workspaceId: string,
  type: string,
  label: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("webxkey.events")
    .select("entity_ref")
    .where("workspace_id", "=", workspaceId)
    .where("entity_type", "=", type)
    .where("entity_label", "in", [label, `#${label}`, label.replace(/^#/, "")])
    .orderBy("received_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.entity_ref;
}

export interface AttemptSeen {
  readonly attempt_id: string;
  readonly message_id: string;
  readonly n: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly outcome: "started" | "accepted" | "refused" | "not_sent" | "unknown";
  readonly graph_code: number | null;
  readonly reason_code: string | null;
}

export async function attemptsOf(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<AttemptSeen[]> {
  if (messageIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.attempts")
    .select([
      "attempt_id",
      "message_id",
      "n",
      "started_at",
      "finished_at",
      "outcome",
      "graph_code",
      "reason_code",
    ])
    .where("workspace_id", "=", workspaceId)
    .where("message_id", "in", messageIds as string[])
    .orderBy("started_at")
    .execute();
}

export interface StatusSeen {
  readonly message_id: string;
  readonly status: "sent" | "delivered" | "read" | "played" | "failed";
  readonly provider_at: Date;
  readonly received_at: Date;
  readonly error_code: number | null;
  readonly price_type: string | null;
  readonly price_category: string | null;
}

export async function statusesOf(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<StatusSeen[]> {
  if (messageIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.statuses as s")
    .innerJoin("webxkey.attempts as a", (join) =>
      join.onRef("a.workspace_id", "=", "s.workspace_id").onRef("a.attempt_id", "=", "s.attempt_id"),
    )
    .select([
      "a.message_id",
      "s.status",
      "s.provider_at",
      "s.received_at",
      "s.error_code",
      "s.price_type",
      "s.price_category",
    ])
    .where("s.workspace_id", "=", workspaceId)
    .where("a.message_id", "in", messageIds as string[])
    .orderBy("s.provider_at")
    .execute();
}

export interface ReplySeen {
  readonly message_id: string;
  readonly kind: string;
  readonly reading: string;
  readonly provider_at: Date;
}

/** Answers to these messages: what quotes one of them, or was tapped on one. */
export async function repliesTo(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<ReplySeen[]> {
  if (messageIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.inbound_messages as i")
    .innerJoin("webxkey.attempts as a", (join) =>
      join.onRef("a.workspace_id", "=", "i.workspace_id").onRef("a.attempt_id", "=", "i.reply_to"),
    )
    .select(["a.message_id", "i.kind", "i.reading", "i.provider_at"])
    .where("i.workspace_id", "=", workspaceId)
    .where("a.message_id", "in", messageIds as string[])
    .orderBy("i.provider_at")
    .execute();
}

export interface RefusedClaimSeen {
  readonly at: Date;
  readonly outcome: string;
}

/** Consents that came with these events and were not recorded. */
export async function refusedClaimsOf(
  db: Db,
  workspaceId: string,
  eventIds: readonly string[],
): Promise<RefusedClaimSeen[]> {
  if (eventIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.audit_entries")
    .select(["at", "outcome"])
    .where("workspace_id", "=", workspaceId)
    .where("object_type", "=", "event")
    .where("object_id", "in", eventIds as string[])
    .where("action", "=", "consent.claim_refused")
    .orderBy("seq")
    .execute();
}

export interface ConsentSeen {
  readonly consent_id: string;
  readonly contact_id: string;
  readonly purpose: string;
  readonly channel: string;
  readonly state: "given" | "withdrawn";
  readonly assurance: Assurance;
  readonly entity_type: string | null;
  readonly entity_ref: string | null;
  readonly method: string;
  readonly wording_id: string | null;
  readonly wording_version: string | null;
  readonly wording_language: string | null;
  readonly wording_text: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
}

/** Everything these people agreed to or took back, oldest first, with the exact words. */
export async function consentsOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<ConsentSeen[]> {
  if (contactIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.consents as c")
    .leftJoin("webxkey.wordings as w", (join) =>
      join
        .onRef("w.workspace_id", "=", "c.workspace_id")
        .onRef("w.wording_id", "=", "c.wording_id")
        .onRef("w.version", "=", "c.wording_version")
        .onRef("w.language", "=", "c.wording_language"),
    )
    .select([
      "c.consent_id",
      "c.contact_id",
      "c.purpose",
      "c.channel",
      "c.state",
      "c.assurance",
      "c.entity_type",
      "c.entity_ref",
      "c.method",
      "c.wording_id",
      "c.wording_version",
      "c.wording_language",
      "w.body as wording_text",
      "c.occurred_at",
      "c.recorded_at",
    ])
    .where("c.workspace_id", "=", workspaceId)
    .where("c.contact_id", "in", contactIds as string[])
    .orderBy("c.recorded_seq")
    .execute();
}

export interface VerdictSeen {
  readonly message_id: string;
  readonly action: string;
  readonly actor_id: string | null;
  readonly at: Date;
  readonly outcome: string;
}

/** What happened to messages outside their rows: the first decision, holds at the claim, releases and cancellations. */
export async function verdictsOn(
  db: Db,
  workspaceId: string,
  messageIds: readonly string[],
): Promise<VerdictSeen[]> {
  if (messageIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.audit_entries")
    .select(["object_id as message_id", "action", "actor_id", "at", "outcome"])
    .where("workspace_id", "=", workspaceId)
    .where("object_type", "=", "message")
    .where("object_id", "in", messageIds as string[])
    .where("action", "in", [
      "message.decided",
      "message.held",
      "message.blocked",
      "message.released",
      "message.cancelled",
      "message.expired",
      "message.resent",
      "message.retried",
      "message.requeued",
      "message.resend_requested",
      "message.parked",
      "message.duplicated",
    ])
    .orderBy("seq")
    .execute();
}
