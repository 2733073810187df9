import { sql } from "kysely";
import { anyOf, type Db } from "../storage/index.ts";
import type { NewPrivacyRequest, PrivacyRequest } from "./request.ts";

/** A request as it is stored: with the person and the answer sealed. */
export interface SealedRequest extends Omit<PrivacyRequest, "overdue"> {
  readonly personSealed: Uint8Array;
  readonly answeredBy: string | null;
  readonly answerSealed: Uint8Array | null;
}

/** False where this wish was opened before. */
export async function insertRequest(
  tx: Db,
  request: NewPrivacyRequest & { readonly dueAt: Date; readonly personSealed: Buffer },
): Promise<boolean> {
  const row = await tx
    .insertInto("webxkey.privacy_requests")
    .values({
      workspace_id: request.workspaceId,
      request_id: request.requestId,
      kind: request.kind,
      state: "open",
      connection_id: request.connectionId,
      connector: request.connector,
      source: request.source,
      wish_key: request.wishKey,
      delivery_id: request.deliveryId,
      person_sealed: request.personSealed,
      received_at: request.receivedAt,
      due_at: request.dueAt,
    })
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "connection_id", "kind", "wish_key"]).doNothing(),
    )
    .returning("request_id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Requests of a workspace, or the one of this id: what is open first, and of that what is due first. */
export async function requestsOf(db: Db, workspaceId: string, requestId?: string): Promise<SealedRequest[]> {
  const { rows } = await sql<{
    request_id: string;
    kind: PrivacyRequest["kind"];
    state: PrivacyRequest["state"];
    connector: string;
    source: string;
    person_sealed: Uint8Array;
    received_at: Date;
    due_at: Date;
    answered_at: Date | null;
    answered_by: string | null;
    answer_sealed: Uint8Array | null;
    restricted: number;
  }>`
    select p.request_id, p.kind, p.state, p.connector, p.source, p.person_sealed, p.received_at, p.due_at,
      p.answered_at, p.answered_by, p.answer_sealed, (
        select count(*) from webxkey.contact_restrictions r
        where r.workspace_id = p.workspace_id and r.request_id = p.request_id)::int as restricted
    from webxkey.privacy_requests p
    where p.workspace_id = ${workspaceId} ${requestId === undefined ? sql`` : sql`and p.request_id = ${requestId}::uuid`}
    order by p.state = 'answered', p.due_at, p.request_id`.execute(db);
  return rows.map((row) => ({
    requestId: row.request_id,
    kind: row.kind,
    state: row.state,
    connector: row.connector,
    source: row.source,
    personSealed: row.person_sealed,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    answeredAt: row.answered_at,
    answeredBy: row.answered_by,
    answerSealed: row.answer_sealed,
    restricted: row.restricted,
  }));
}

/** False where it was answered meanwhile. */
export async function writeAnswer(
  tx: Db,
  workspaceId: string,
  requestId: string,
  answer: { readonly at: Date; readonly by: string; readonly sealed: Buffer },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("webxkey.privacy_requests")
    .set({
      state: "answered",
      answered_at: answer.at,
      answered_by: answer.by,
      answer_sealed: answer.sealed,
    })
    .where("workspace_id", "=", workspaceId)
    .where("request_id", "=", requestId)
    .where("state", "=", "open")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

type At = Pick<NewPrivacyRequest, "workspaceId" | "requestId" | "receivedAt">;

/** Answers who was not restricted by this request before. */
export async function restrictContacts(
  tx: Db,
  { workspaceId, requestId, receivedAt }: At,
  contactIds: readonly string[],
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const { rows } = await sql<{ contact_id: string }>`
    insert into webxkey.contact_restrictions (workspace_id, contact_id, request_id, since)
    select workspace_id, contact_id, ${requestId}::uuid, ${receivedAt}::timestamptz from webxkey.contacts
    where workspace_id = ${workspaceId} and contact_id = ${anyOf(contactIds, "uuid")}
    on conflict do nothing returning contact_id`.execute(tx);
  return rows.map((row) => row.contact_id);
}

/**
 * Everybody known from this source. Where the workspace has heard of no other source, everybody: who is known only by a form or
 * by having written belongs to the same shop.
 */
export async function restrictSource(
  tx: Db,
  { workspaceId, requestId, receivedAt }: At,
  source: string,
): Promise<string[]> {
  const { rows } = await sql<{ contact_id: string }>`
    insert into webxkey.contact_restrictions (workspace_id, contact_id, request_id, since)
    select c.workspace_id, c.contact_id, ${requestId}::uuid, ${receivedAt}::timestamptz from webxkey.contacts c
    where c.workspace_id = ${workspaceId} and (
      exists (
        select 1 from webxkey.events e
        where e.workspace_id = c.workspace_id and e.source = ${source} and e.contact_id = c.contact_id)
      or not exists (select 1 from webxkey.events e where e.workspace_id = ${workspaceId} and e.source <> ${source})
        and not exists (select 1 from webxkey.connections o where o.workspace_id = ${workspaceId} and o.source <> ${source}))
    on conflict do nothing returning contact_id`.execute(tx);
  return rows.map((row) => row.contact_id);
}

/** Who the events about these things of a source were for. */
export async function contactsOfEntities(
  db: Db,
  workspaceId: string,
  source: string,
  of: { readonly orderRefs: readonly string[]; readonly accountRefs: readonly string[] },
): Promise<string[]> {
  if (of.orderRefs.length + of.accountRefs.length === 0) return [];
  const { rows } = await sql<{ contact_id: string }>`
    select distinct contact_id from webxkey.events
    where workspace_id = ${workspaceId} and source = ${source} and contact_id is not null and (
      entity_type = 'order' and entity_ref = ${anyOf(of.orderRefs, "text")}
      or entity_type = 'account' and entity_ref = ${anyOf(of.accountRefs, "text")})`.execute(db);
  return rows.map((row) => row.contact_id);
}
