import { sql } from "kysely";
import { anyOf, type Db, insertAll, recordset } from "../storage/index.ts";
import type { IdentityKind } from "./identity.ts";

export interface IdentityRow {
  readonly kind: IdentityKind;
  readonly lookup: Buffer;
  readonly contact_id: string;
  readonly sealed: Buffer;
}

export interface Lookup {
  readonly kind: IdentityKind;
  readonly lookup: Buffer;
}

export interface FoundIdentity {
  readonly kind: IdentityKind;
  readonly lookup: Uint8Array;
  readonly contact_id: string;
  /** The identity belongs to another contact, and counts for this one too. */
  readonly shared: boolean;
}

export async function findByLookup(
  db: Db,
  workspaceId: string,
  wanted: readonly Lookup[],
): Promise<FoundIdentity[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<FoundIdentity>`
    with r as materialized (select kind, decode(lookup, 'base64') as lookup from ${lookups(wanted)})
    select i.kind, i.lookup, i.contact_id, false as shared from r
    join webxkey.contact_identities i on i.workspace_id = ${workspaceId} and i.kind = r.kind and i.lookup = r.lookup
    union all
    select s.kind, s.lookup, s.contact_id, true as shared from r
    join webxkey.shared_identities s on s.workspace_id = ${workspaceId} and s.kind = r.kind and s.lookup = r.lookup`.execute(
    db,
  );
  return rows;
}

/** Waits for whoever shares or reads these identities, in one order for all. */
export async function lockIdentities(db: Db, workspaceId: string, wanted: readonly Lookup[]): Promise<void> {
  if (wanted.length === 0) return;
  await sql`select 1 from webxkey.contact_identities
    where workspace_id = ${workspaceId} and (kind, lookup) in (
      select kind, decode(lookup, 'base64') from ${lookups(wanted)})
    order by kind, lookup for update`.execute(db);
}

/**
 * What these people agreed to, and who else they are, changes in this transaction alone until it ends. One order for all who lock
 * people, after identities, and a lock that rows which only refer to a person do not wait for.
 */
export async function lockPeople(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return;
  await tx
    .selectFrom("webxkey.contacts")
    .select("contact_id")
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .orderBy("contact_id")
    .forNoKeyUpdate()
    .execute();
}

/**
 * Every contact that is one person with these: Meta used an identity of the one for the other, or for a third who is both. Each
 * with the one of `contactIds` that it is reached from, and each of them with itself.
 */
export async function samePeople(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<{ of: string; contact_id: string }[]> {
  if (contactIds.length === 0) return [];
  const { rows } = await sql<{ of: string; contact_id: string }>`
    with recursive same as (
      select c as of, c as contact_id from unnest(${contactIds as string[]}::uuid[]) as c
      union
      select same.of, other.contact_id from same cross join lateral (
        select i.contact_id from webxkey.shared_identities s
        join webxkey.contact_identities i using (workspace_id, kind, lookup)
        where s.workspace_id = ${workspaceId} and s.contact_id = same.contact_id
        union all
        select s.contact_id from webxkey.contact_identities i
        join webxkey.shared_identities s using (workspace_id, kind, lookup)
        where i.workspace_id = ${workspaceId} and i.contact_id = same.contact_id) other)
    select of, contact_id from same`.execute(db);
  return rows;
}

/** Answers those that were not shared before. */
export async function shareIdentities(
  db: Db,
  workspaceId: string,
  rows: readonly (Lookup & { readonly contact_id: string })[],
): Promise<{ kind: IdentityKind; lookup: Uint8Array; contact_id: string }[]> {
  if (rows.length === 0) return [];
  const { rows: inserted } = await sql<{ kind: IdentityKind; lookup: Uint8Array; contact_id: string }>`
    insert into webxkey.shared_identities (workspace_id, kind, lookup, contact_id)
    select ${workspaceId}, r.kind, decode(r.lookup, 'base64'), r.contact_id
    from ${recordset(
      rows.map(({ kind, lookup, contact_id }) => ({ kind, lookup, contact_id })),
      { kind: "text", lookup: "bytea", contact_id: "uuid" },
    )} order by r.kind, r.lookup, r.contact_id
    on conflict do nothing returning kind, lookup, contact_id`.execute(db);
  return inserted;
}

/** What restricts one contact of a person restricts all of them. Answers who was not restricted before. */
export async function shareRestrictions(
  db: Db,
  workspaceId: string,
  people: readonly (readonly string[])[],
): Promise<string[]> {
  const pairs = people.flatMap((same) =>
    same.flatMap((restricted) =>
      same.flatMap((reached) => (reached === restricted ? [] : [{ restricted, reached }])),
    ),
  );
  if (pairs.length === 0) return [];
  const { rows } = await sql<{ contact_id: string }>`
    insert into webxkey.contact_restrictions (workspace_id, contact_id, request_id, since)
    select x.workspace_id, r.reached, x.request_id, x.since
    from ${recordset(pairs, { restricted: "uuid", reached: "uuid" })}
    join webxkey.contact_restrictions x on x.workspace_id = ${workspaceId} and x.contact_id = r.restricted
    on conflict do nothing returning contact_id`.execute(db);
  return [...new Set(rows.map((row) => row.contact_id))];
}

function lookups(wanted: readonly Lookup[]) {
  return recordset(
    wanted.map(({ kind, lookup }) => ({ kind, lookup })),
    { kind: "text", lookup: "bytea" },
  );
}

export async function addContacts(db: Db, workspaceId: string, contactIds: readonly string[]): Promise<void> {
  await insertAll(
    db,
    "webxkey.contacts",
    { workspace_id: "text", contact_id: "uuid" },
    contactIds.map((contact_id) => ({ workspace_id: workspaceId, contact_id })),
  );
}

/** Answers those that nobody had stored before: of two who store one at the same moment only one is answered it. */
export async function addIdentities(
  db: Db,
  workspaceId: string,
  rows: readonly IdentityRow[],
): Promise<{ kind: IdentityKind; lookup: Uint8Array }[]> {
  if (rows.length === 0) return [];
  const { rows: inserted } = await sql<{ kind: IdentityKind; lookup: Uint8Array }>`
    insert into webxkey.contact_identities (workspace_id, kind, lookup, contact_id, sealed)
    select ${workspaceId}, r.kind, decode(r.lookup, 'base64'), r.contact_id, decode(r.sealed, 'base64')
    from ${recordset(
      rows.map((row) => ({ ...row })),
      { kind: "text", lookup: "bytea", contact_id: "uuid", sealed: "bytea" },
    )}
    on conflict do nothing returning kind, lookup`.execute(db);
  return inserted;
}

/** Those of them of whom an erasure was asked for. */
export async function restrictedOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<string[]> {
  if (contactIds.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.contact_restrictions")
    .select("contact_id")
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .execute();
  return rows.map((row) => row.contact_id);
}

export async function identitiesOf(
  db: Db,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<{ kind: IdentityKind; contact_id: string; lookup: Uint8Array; sealed: Uint8Array }[]> {
  if (contactIds.length === 0) return [];
  return await db
    .selectFrom("webxkey.contact_identities")
    .select(["kind", "contact_id", "lookup", "sealed"])
    .where("workspace_id", "=", workspaceId)
    .where("contact_id", "=", anyOf(contactIds, "uuid"))
    .orderBy("first_seen")
    .execute();
}
