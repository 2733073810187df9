import { sql } from "kysely";
import { anyOf, type Db } from "../storage/index.ts";
import type { NewPrivacyRequest, PrivacyRequest } from "./request.ts";

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

/** Requests of a workspace, the one that is due first on top. */
export async function requestsOf(db: Db, workspaceId: string): Promise<PrivacyRequest[]> {
  const { rows } = await sql<{
    request_id: string;
    kind: PrivacyRequest["kind"];
    state: PrivacyRequest["state"];
    connector: string;
    source: string;
    received_at: Date;
    due_at: Date;
    restricted: number;
  }>`
    select p.request_id, p.kind, p.state, p.connector, p.source, p.received_at, p.due_at, (
      select count(*) from webxkey.contact_restrictions r
      where r.workspace_id = p.workspace_id and r.request_id = p.request_id)::int as restricted
    from webxkey.privacy_requests p where p.workspace_id = ${workspaceId}
    order by p.due_at, p.request_id`.execute(db);
  return rows.map((row) => ({
    requestId: row.request_id,
    kind: row.kind,
    state: row.state,
    connector: row.connector,
    source: row.source,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    restricted: row.restricted,
  }));
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
): Promise<number> {
  const { rows } = await sql`
    insert into webxkey.contact_restrictions (workspace_id, contact_id, request_id, since)
    select c.workspace_id, c.contact_id, ${requestId}::uuid, ${receivedAt}::timestamptz from webxkey.contacts c
    where c.workspace_id = ${workspaceId} and (
      exists (
        select 1 from webxkey.events e
        where e.workspace_id = c.workspace_id and e.source = ${source} and e.contact_id = c.contact_id)
      or not exists (select 1 from webxkey.events e where e.workspace_id = ${workspaceId} and e.source <> ${source})
        and not exists (select 1 from webxkey.connections o where o.workspace_id = ${workspaceId} and o.source <> ${source}))
    on conflict do nothing returning contact_id`.execute(tx);
  return rows.length;
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
