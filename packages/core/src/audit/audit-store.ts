import { sql } from "kysely";
import { type Db, lastly, recordset, together } from "../storage/index.ts";
import type { EntryHeader } from "./entry.ts";

export interface StoredEntry {
  readonly header: EntryHeader;
  readonly hash: Buffer;
  /** Null: shredded, or the entry has no detail. */
  readonly sealed: Uint8Array | null;
}

/** Locks this workspace's chain until the transaction ends and reads its end, with the database's own time. */
export async function lockHead(
  db: Db,
  workspaceId: string,
): Promise<{ seq: number; hash: Uint8Array | null; at: Date }> {
  const [, { rows }] = await together(db, (db) =>
    Promise.all([
      sql`select pg_advisory_xact_lock(hashtextextended(${`webxkey.audit:${workspaceId}`}, 0))`.execute(db),
      // A statement of its own, so that it sees what was committed while the lock was waited for.
      sql<{ seq: number | null; hash: Uint8Array | null; at: Date }>`
        select e.seq, e.entry_hash as hash, date_trunc('milliseconds', clock_timestamp()) as at
        from (select 1) one left join lateral (
          select seq, entry_hash from webxkey.audit_entries where workspace_id = ${workspaceId} order by seq desc limit 1
        ) e on true`.execute(db),
    ]),
  );
  const row = rows[0];
  if (!row) throw new Error("a query without a table answers one row");
  return { seq: row.seq ?? 0, hash: row.hash, at: row.at };
}

/** Whether anything was ever recorded about this object. */
export async function isAudited(
  db: Db,
  workspaceId: string,
  object: { readonly type: string; readonly id: string },
): Promise<boolean> {
  const entry = await db
    .selectFrom("webxkey.audit_entries")
    .select("seq")
    .where("workspace_id", "=", workspaceId)
    .where("object_type", "=", object.type)
    .where("object_id", "=", object.id)
    .limit(1)
    .executeTakeFirst();
  return entry !== undefined;
}

/** The last statement of its transaction. A number that is taken fails it: an entry is never left out in silence. */
export async function insertEntries(
  db: Db,
  entries: readonly { header: EntryHeader; hash: Buffer; sealed: Buffer | null }[],
): Promise<void> {
  const rows = entries.map(({ header, hash, sealed }) => ({
    ...header,
    detail_commit: header.detail_commit && Buffer.from(header.detail_commit, "hex"),
    prev_hash: Buffer.from(header.prev_hash, "hex"),
    entry_hash: hash,
    sealed,
  }));
  const statement = sql`with r as materialized (select ${sql.raw(Object.keys(COLUMNS).join(", "))} from ${recordset(rows, COLUMNS)}),
    entries as (
      insert into webxkey.audit_entries (workspace_id, seq, at, actor_type, actor_id, role, action, object_type, object_id,
        outcome, request_id, subject_id, detail_commit, prev_hash, entry_hash)
      select workspace_id, seq, at, actor_type, actor_id, role, action, object_type, object_id, outcome, request_id, subject_id,
        decode(detail_commit, 'base64'), decode(prev_hash, 'base64'), decode(entry_hash, 'base64') from r)
    insert into webxkey.audit_details (workspace_id, seq, sealed)
    select workspace_id, seq, decode(sealed, 'base64') from r where sealed is not null`;
  await lastly(db, statement);
}

const COLUMNS = {
  workspace_id: "text",
  seq: "bigint",
  at: "timestamptz",
  actor_type: "text",
  actor_id: "text",
  role: "text",
  action: "text",
  object_type: "text",
  object_id: "text",
  outcome: "text",
  request_id: "text",
  subject_id: "uuid",
  detail_commit: "bytea",
  prev_hash: "bytea",
  entry_hash: "bytea",
  sealed: "bytea",
} as const;

/** Entries after `seq`, in order. */
export async function readEntries(
  db: Db,
  workspaceId: string,
  afterSeq: number,
  rowsMax: number,
): Promise<StoredEntry[]> {
  const rows = await db
    .selectFrom("webxkey.audit_entries as e")
    .leftJoin("webxkey.audit_details as d", (join) =>
      join.onRef("d.workspace_id", "=", "e.workspace_id").onRef("d.seq", "=", "e.seq"),
    )
    .selectAll("e")
    .select("d.sealed")
    .where("e.workspace_id", "=", workspaceId)
    .where("e.seq", ">", afterSeq)
    .orderBy("e.seq")
    .limit(rowsMax)
    .execute();
  return rows.map((row) => ({
    header: {
      workspace_id: row.workspace_id,
      seq: row.seq,
      at: row.at.toISOString(),
      actor_type: row.actor_type,
      actor_id: row.actor_id,
      role: row.role,
      action: row.action,
      object_type: row.object_type,
      object_id: row.object_id,
      outcome: row.outcome,
      request_id: row.request_id,
      subject_id: row.subject_id,
      detail_commit: row.detail_commit && Buffer.from(row.detail_commit).toString("hex"),
      prev_hash: Buffer.from(row.prev_hash).toString("hex"),
    },
    hash: Buffer.from(row.entry_hash),
    sealed: row.sealed,
  }));
}
