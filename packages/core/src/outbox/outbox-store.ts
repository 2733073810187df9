import { sql } from "kysely";
import type { MessageState } from "../kernel/vocabulary.ts";
import type { HostEntity } from "../messaging.ts";
import { anyOf, type Db, insertAll, recordset } from "../storage/index.ts";

export interface EventRow {
  readonly workspace_id: string;
  readonly event_id: string;
  readonly source: string;
  readonly external_id: string;
  readonly type: string;
  readonly entity_type: string;
  readonly entity_ref: string;
  readonly entity_label: string | null;
  readonly origin: "push" | "sweep";
  readonly contact_id: string | null;
  readonly body_hash: Buffer;
  readonly occurred_at: Date;
  readonly received_at: Date;
}

/** Inserts events that are new and answers the ids of those; a (source, external id) that is there stays as it is. */
export async function insertNewEvents(tx: Db, rows: readonly EventRow[]): Promise<Set<string>> {
  const kinds = {
    workspace_id: "text",
    event_id: "uuid",
    source: "text",
    external_id: "text",
    type: "text",
    entity_type: "text",
    entity_ref: "text",
    entity_label: "text",
    origin: "text",
    contact_id: "uuid",
    occurred_at: "timestamptz",
    received_at: "timestamptz",
    body_hash: "bytea",
  } as const;
  const { rows: inserted } = await sql<{ event_id: string }>`
    insert into webxkey.events (workspace_id, event_id, source, external_id, type, entity_type, entity_ref, entity_label,
      origin, contact_id, occurred_at, received_at, body_hash)
    select workspace_id, event_id, source, external_id, type, entity_type, entity_ref, entity_label,
      origin, contact_id, occurred_at, received_at, decode(body_hash, 'base64')
    from ${recordset(
      rows.map((row) => ({ ...row })),
      kinds,
    )}
    order by source, external_id
    on conflict (workspace_id, source, external_id) do nothing
    returning event_id`.execute(tx);
  return new Set(inserted.map((row) => row.event_id));
}

/** Of these orders, those that were published as placed, confirmed or paid. */
export async function orderedEntities(
  db: Db,
  workspaceId: string,
  orderRefs: readonly string[],
): Promise<{ readonly source: string; readonly ref: string }[]> {
  if (orderRefs.length === 0) return [];
  return await db
    .selectFrom("webxkey.events")
    .select(["source", "entity_ref as ref"])
    .distinct()
    .where("workspace_id", "=", workspaceId)
    .where("entity_type", "=", "order")
    .where("entity_ref", "=", anyOf([...new Set(orderRefs)], "text"))
    .where("type", "=", anyOf(["order.placed", "order.confirmed", "order.paid"], "text"))
    .execute();
}

/** Of these orders and accounts, those that an event told of, other than the events named. */
export async function entitiesSeenBefore(
  db: Db,
  workspaceId: string,
  refs: readonly string[],
  exceptEventIds: readonly string[],
): Promise<Pick<EventRow, "source" | "entity_type" | "entity_ref">[]> {
  if (refs.length === 0) return [];
  return await db
    .selectFrom("webxkey.events")
    .select(["source", "entity_type", "entity_ref"])
    .distinct()
    .where("workspace_id", "=", workspaceId)
    .where("entity_ref", "=", anyOf([...new Set(refs)], "text"))
    .where("event_id", "!=", sql<string>`all(${[...exceptEventIds]}::uuid[])`)
    .execute();
}

/** Whose consent a storefront has claimed for an order. */
export async function claimersOf(
  db: Db,
  workspaceId: string,
  { type, ref }: { readonly type: string; readonly ref: string },
): Promise<string[]> {
  const rows = await db
    .selectFrom("webxkey.consents")
    .select("contact_id")
    .distinct()
    .where("workspace_id", "=", workspaceId)
    .where("entity_type", "=", type)
    .where("entity_ref", "=", ref)
    .where("state", "=", "given")
    .where("assurance", "=", "claimed")
    .execute();
  return rows.map(({ contact_id }) => contact_id);
}

export interface SeenEvent {
  readonly eventId: string;
  readonly source: string;
  readonly externalId: string;
  readonly bodyHash: Buffer;
  readonly type: string;
  readonly occurredAt: Date;
}

export async function eventsByKey(
  db: Db,
  workspaceId: string,
  keys: readonly { readonly source: string; readonly external_id: string }[],
): Promise<SeenEvent[]> {
  const { rows } = await sql<{
    event_id: string;
    source: string;
    external_id: string;
    body_hash: Uint8Array;
    type: string;
    occurred_at: Date;
  }>`
    select e.event_id, e.source, e.external_id, e.body_hash, e.type, e.occurred_at
    from ${recordset(
      keys.map(({ source, external_id }) => ({ source, external_id })),
      { source: "text", external_id: "text" },
    )}
    join webxkey.events e on e.workspace_id = ${workspaceId} and e.source = r.source and e.external_id = r.external_id`.execute(
    db,
  );
  return rows.map((row) => ({
    eventId: row.event_id,
    source: row.source,
    externalId: row.external_id,
    bodyHash: Buffer.from(row.body_hash),
    type: row.type,
    occurredAt: row.occurred_at,
  }));
}

export interface NewMessageRow {
  readonly workspace_id: string;
  readonly message_id: string;
  readonly event_id: string;
  readonly rule_id: string;
  readonly contact_id: string | null;
  readonly purpose: string;
  readonly channel: string;
  readonly template: string;
  readonly language: string | null;
  readonly languages: readonly string[];
  readonly params_sealed: Buffer | null;
  readonly state: MessageState;
  readonly reason_code: string | null;
  readonly reason_detail: string | null;
  readonly evidence_kind: string | null;
  readonly consent_id: string | null;
  readonly priority: number;
  readonly expires_at: Date;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export async function insertMessages(tx: Db, rows: readonly NewMessageRow[]): Promise<void> {
  // An array of texts travels as a PostgreSQL literal: json_to_recordset reads JSON arrays into text[] on both stores.
  await insertAll(
    tx,
    "webxkey.messages",
    {
      workspace_id: "text",
      message_id: "uuid",
      event_id: "uuid",
      rule_id: "text",
      contact_id: "uuid",
      purpose: "text",
      channel: "text",
      template: "text",
      language: "text",
      languages: "text[]",
      params_sealed: "bytea",
      state: "text",
      reason_code: "text",
      reason_detail: "text",
      evidence_kind: "text",
      consent_id: "uuid",
      priority: "int",
      expires_at: "timestamptz",
      created_at: "timestamptz",
      updated_at: "timestamptz",
    },
    rows.map((row) => ({ ...row })),
  );
}

export interface MessageOutcomeRow {
  readonly event_id: string;
  readonly message_id: string;
  readonly rule_id: string;
  readonly state: MessageState;
  readonly reason_code: string | null;
  readonly reason_detail: string | null;
}

export async function messagesOfEvents(
  db: Db,
  workspaceId: string,
  eventIds: readonly string[],
): Promise<MessageOutcomeRow[]> {
  if (eventIds.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.messages")
    .select(["event_id", "message_id", "rule_id", "state", "reason_code", "reason_detail"])
    .where("workspace_id", "=", workspaceId)
    .where("event_id", "=", anyOf(eventIds, "uuid"))
    .orderBy("created_at")
    .execute();
  return rows as MessageOutcomeRow[];
}

/**
 * A later body may only add the wish not to notify: it stops what has not left yet, also what Meta refused and would be tried
 * again.
 */
export async function denyUnsent(
  tx: Db,
  workspaceId: string,
  eventIds: readonly string[],
): Promise<string[]> {
  if (eventIds.length === 0) return [];
  const rows = await tx
    .updateTable("webxkey.messages")
    .set({
      state: "blocked",
      reason_code: "do_not_notify",
      reason_detail: null,
      params_sealed: null,
      updated_at: sql`now()`,
    })
    .where("workspace_id", "=", workspaceId)
    .where("event_id", "=", anyOf(eventIds, "uuid"))
    .where("state", "=", anyOf(["held", "queued"], "text"))
    .returning("message_id")
    .execute();
  return rows.map((row) => row.message_id);
}

/**
 * Cancels what has not left yet and is for somebody who must not be written to, and drops the values of all that these people were
 * sent.
 */
export async function cancelRestricted(
  tx: Db,
  workspaceId: string,
): Promise<{ message_id: string; contact_id: string }[]> {
  const { rows } = await sql<{ message_id: string; contact_id: string }>`
    update webxkey.messages m set state = 'cancelled', reason_code = 'person_restricted', reason_detail = null,
      params_sealed = null, updated_at = now()
    where m.workspace_id = ${workspaceId} and m.open_state in ('held', 'queued')
      and exists (
        select 1 from webxkey.contact_restrictions r
        where r.workspace_id = m.workspace_id and r.contact_id = m.contact_id)
    returning m.message_id, m.contact_id`.execute(tx);
  await sql`update webxkey.messages m set params_sealed = null
    where m.workspace_id = ${workspaceId} and m.params_sealed is not null and exists (
      select 1 from webxkey.contact_restrictions r
      where r.workspace_id = m.workspace_id and r.contact_id = m.contact_id)`.execute(tx);
  return rows;
}

/** What has not left yet and is about this entity. */
export async function cancelAbout(
  tx: Db,
  workspaceId: string,
  { source, type, ref }: HostEntity,
): Promise<{ message_id: string; contact_id: string | null }[]> {
  const { rows } = await sql<{ message_id: string; contact_id: string | null }>`
    update webxkey.messages m set state = 'cancelled', reason_code = 'entity_deleted', reason_detail = null,
      params_sealed = null, updated_at = now()
    where m.workspace_id = ${workspaceId} and m.open_state in ('held', 'queued')
      and exists (
        select 1 from webxkey.events e
        where e.workspace_id = m.workspace_id and e.event_id = m.event_id
          and e.source = ${source} and e.entity_type = ${type} and e.entity_ref = ${ref})
    returning m.message_id, m.contact_id`.execute(tx);
  return rows;
}

/**
 * Locks each rule's counter of this hour and answers it with the busiest hour of the four weeks before.
 * Rules are locked in one order, so that two intakes cannot wait for each other.
 */
export async function lockRuleHours(
  tx: Db,
  workspaceId: string,
  ruleIds: readonly string[],
): Promise<Map<string, { sends: number; busiest: number }>> {
  if (ruleIds.length === 0) return new Map();
  const { rows } = await sql<{ rule_id: string; sends: number; busiest: number }>`
    with locked as (
      insert into webxkey.rule_hours (workspace_id, rule_id, hour, sends)
      select ${workspaceId}, r.rule_id, date_trunc('hour', now()), 0
      from unnest(${[...ruleIds].sort()}::text[]) as r(rule_id) order by r.rule_id
      on conflict (workspace_id, rule_id, hour) do update set sends = webxkey.rule_hours.sends
      returning rule_id, sends
    )
    select l.rule_id, l.sends, coalesce((
      select max(h.sends) from webxkey.rule_hours h
      where h.workspace_id = ${workspaceId} and h.rule_id = l.rule_id
        and h.hour >= now() - interval '28 days' and h.hour < date_trunc('hour', now())
    ), 0) as busiest
    from locked l`.execute(tx);
  return new Map(rows.map((row) => [row.rule_id, { sends: row.sends, busiest: row.busiest }]));
}

export async function addRuleSends(
  tx: Db,
  workspaceId: string,
  sends: ReadonlyMap<string, number>,
): Promise<void> {
  if (sends.size === 0) return;
  const rows = [...sends].map(([rule_id, added]) => ({ rule_id, added }));
  await sql`update webxkey.rule_hours h set sends = h.sends + r.added
    from ${recordset(rows, { rule_id: "text", added: "int" })}
    where h.workspace_id = ${workspaceId} and h.rule_id = r.rule_id and h.hour = date_trunc('hour', now())`.execute(
    tx,
  );
}

/** Tells every process that a message is queued. Delivered at commit. */
export async function notifyQueued(tx: Db): Promise<void> {
  await sql`select pg_notify(${QUEUED_CHANNEL}, '')`.execute(tx);
}

export const QUEUED_CHANNEL = "webxkey_queued";
