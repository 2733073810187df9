import { sql } from "kysely";
import { anyOf, type Db, insertAll, recordset } from "../storage/index.ts";
import type { IdentityKind } from "./identity.ts";

export interface IdentityRow {
  readonly kind: IdentityKind;
  readonly lookup: Buffer;
  readonly contact_id: string;
  readonly sealed: Buffer;
}

export async function findByLookup(
  db: Db,
  workspaceId: string,
  wanted: readonly { readonly kind: IdentityKind; readonly lookup: Buffer }[],
): Promise<{ kind: IdentityKind; lookup: Uint8Array; contact_id: string }[]> {
  if (wanted.length === 0) return [];
  const { rows } = await sql<{ kind: IdentityKind; lookup: Uint8Array; contact_id: string }>`
    select i.kind, i.lookup, i.contact_id
    from ${recordset(
      wanted.map(({ kind, lookup }) => ({ kind, lookup })),
      { kind: "text", lookup: "bytea" },
    )}
    join webxkey.contact_identities i
      on i.workspace_id = ${workspaceId} and i.kind = r.kind and i.lookup = decode(r.lookup, 'base64')`.execute(
    db,
  );
  return rows;
}

export async function addContacts(db: Db, workspaceId: string, contactIds: readonly string[]): Promise<void> {
  await insertAll(
    db,
    "webxkey.contacts",
    { workspace_id: "text", contact_id: "uuid" },
    contactIds.map((contact_id) => ({ workspace_id: workspaceId, contact_id })),
  );
}

export async function addIdentities(
  db: Db,
  workspaceId: string,
  rows: readonly IdentityRow[],
): Promise<void> {
  await insertAll(
    db,
    "webxkey.contact_identities",
    { workspace_id: "text", kind: "text", lookup: "bytea", contact_id: "uuid", sealed: "bytea" },
    rows.map((row) => ({ workspace_id: workspaceId, ...row })),
  );
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
