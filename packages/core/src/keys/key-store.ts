import { sql } from "kysely";
import { type KeyDb, recordset } from "../storage/index.ts";

/** The key store's rows. Keys are written before the rows that need them, in a transaction of their own. */
export interface WrappedWorkspaceKeys {
  readonly version: number;
  readonly wrappedSeal: Uint8Array;
  readonly wrappedLookup: Uint8Array;
}

/** The same keys of a workspace, wrapped once a root key that opens them, newest first. */
export async function readWorkspaceKeys(db: KeyDb, workspaceId: string): Promise<WrappedWorkspaceKeys[]> {
  const rows = await db
    .selectFrom("webxkey_keys.workspace_keys")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .orderBy("version", "desc")
    .execute();
  return rows.map(wrappedOf);
}

export async function readAllWorkspaceKeys(
  db: KeyDb,
): Promise<(WrappedWorkspaceKeys & { readonly workspaceId: string })[]> {
  const rows = await db
    .selectFrom("webxkey_keys.workspace_keys")
    .selectAll()
    .orderBy("workspace_id")
    .orderBy("version", "desc")
    .execute();
  return rows.map((row) => ({ ...wrappedOf(row), workspaceId: row.workspace_id }));
}

export async function deleteWorkspaceKeys(
  db: KeyDb,
  which: readonly { readonly workspaceId: string; readonly version: number }[],
): Promise<void> {
  for (const { workspaceId, version } of which) {
    await db
      .deleteFrom("webxkey_keys.workspace_keys")
      .where("workspace_id", "=", workspaceId)
      .where("version", "=", version)
      .execute();
  }
}

function wrappedOf(row: {
  readonly version: number;
  readonly wrapped_seal: Uint8Array;
  readonly wrapped_lookup: Uint8Array;
}): WrappedWorkspaceKeys {
  return { version: row.version, wrappedSeal: row.wrapped_seal, wrappedLookup: row.wrapped_lookup };
}

/** Keeps the first of two processes that make a workspace's keys at once; read again after it. */
export async function addWorkspaceKeys(
  db: KeyDb,
  workspaceId: string,
  keys: WrappedWorkspaceKeys,
): Promise<void> {
  await db
    .insertInto("webxkey_keys.workspace_keys")
    .values({
      workspace_id: workspaceId,
      version: keys.version,
      wrapped_seal: keys.wrappedSeal,
      wrapped_lookup: keys.wrappedLookup,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function addSubjectKeys(
  db: KeyDb,
  workspaceId: string,
  keys: readonly { readonly subjectId: string; readonly wrapped: Uint8Array }[],
): Promise<void> {
  const rows = keys.map(({ subjectId, wrapped }) => ({
    subject_id: subjectId,
    wrapped: Buffer.from(wrapped),
  }));
  await sql`insert into webxkey_keys.subject_keys (workspace_id, subject_id, wrapped_seal)
    select ${workspaceId}, r.subject_id, decode(r.wrapped, 'base64')
    from ${recordset(rows, { subject_id: "uuid", wrapped: "bytea" })}`.execute(db);
}

export async function readSubjectKeys(
  db: KeyDb,
  workspaceId: string,
  subjectIds: readonly string[],
): Promise<{ subjectId: string; wrapped: Uint8Array }[]> {
  const { rows } = await sql<{ subject_id: string; wrapped_seal: Uint8Array }>`
    select subject_id, wrapped_seal from webxkey_keys.subject_keys
    where workspace_id = ${workspaceId} and wrapped_seal is not null
      and subject_id = any(${subjectIds as string[]}::uuid[])`.execute(db);
  return rows.map((row) => ({ subjectId: row.subject_id, wrapped: row.wrapped_seal }));
}
