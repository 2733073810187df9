import { sql } from "kysely";
import { type Db, insertAll, type VerifiedApp } from "../storage/index.ts";
import type { Lane } from "./lane.ts";

export interface StoredWebhook {
  readonly inboxId: number;
  readonly bodyHash: Buffer;
  readonly verifiedBy: readonly VerifiedApp[];
  readonly bodyRaw: Uint8Array;
  readonly failures: number;
  readonly receivedAt: Date;
}

export interface NewWebhook {
  readonly body_hash: Buffer;
  readonly verified_by: readonly VerifiedApp[];
  readonly body_raw: Buffer;
  readonly lane: Lane;
  /** By the engine's clock, against which the age of what it tells is measured. */
  readonly received_at: Date;
}

/** Stores bodies that are new; one seen before is left as it is. */
export async function insertWebhooks(db: Db, rows: readonly NewWebhook[]): Promise<void> {
  await insertAll(
    db,
    "webxkey.inbox",
    { body_hash: "bytea", verified_by: "jsonb", body_raw: "bytea", lane: "int", received_at: "timestamptz" },
    rows.map((row) => ({ ...row })),
  );
}

export async function countStored(db: Db, atMost: number): Promise<number> {
  const { rows } = await sql<{ stored: number }>`
    select count(*)::int as stored from (select 1 from webxkey.inbox where state = 'stored' limit ${atMost}) as waiting`.execute(
    db,
  );
  return rows[0]?.stored ?? 0;
}

/**
 * Takes the oldest webhooks that are due for a while, at least one and then no more than so many bytes: a process that dies
 * meanwhile leaves them to others. Those that carry an
 * opt-out are taken first and alone, so that no transaction over others stands between them and their commit.
 */
export async function takeWebhooks(
  db: Db,
  {
    rowsMax,
    bytesMax,
    forMs,
  }: { readonly rowsMax: number; readonly bytesMax: number; readonly forMs: number },
): Promise<StoredWebhook[]> {
  const { rows } = await sql<{
    inbox_id: number;
    body_hash: Uint8Array;
    verified_by: VerifiedApp[];
    body_raw: Uint8Array;
    failures: number;
    received_at: Date;
  }>`with due as (
       select inbox_id, lane, due_at, octet_length(body_raw) as bytes from webxkey.inbox
       where state = 'stored' and due_at <= now()
       order by lane, due_at, inbox_id limit ${rowsMax} for update skip locked),
     first_lane as (
       select inbox_id, sum(bytes) over (order by due_at, inbox_id) - bytes as bytes_before from due
       where lane = (select min(lane) from due))
     update webxkey.inbox set due_at = now() + make_interval(secs => ${forMs / 1000})
     where inbox_id in (select inbox_id from first_lane where bytes_before < ${bytesMax})
     returning inbox_id, body_hash, verified_by, body_raw, failures, received_at`.execute(db);
  return rows
    .map((row) => ({
      inboxId: row.inbox_id,
      bodyHash: Buffer.from(row.body_hash),
      verifiedBy: row.verified_by,
      bodyRaw: row.body_raw,
      failures: row.failures,
      receivedAt: row.received_at,
    }))
    .sort((a, b) => a.inboxId - b.inboxId);
}

/**
 * Marks those that nobody else has applied meanwhile, in one order, and answers which. The raw body goes in the transaction that
 * applies it; its keyed hash stays against replays.
 */
export async function markApplied(tx: Db, inboxIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ inbox_id: number }>`
    with mine as materialized (
      select inbox_id from webxkey.inbox where state = 'stored' and inbox_id = any(${inboxIds as number[]}::bigint[])
      order by inbox_id for update)
    update webxkey.inbox i set state = 'applied', body_raw = null, applied_at = now()
    from mine where i.inbox_id = mine.inbox_id returning i.inbox_id`.execute(tx);
  return new Set(rows.map((row) => row.inbox_id));
}

export async function postpone(db: Db, inboxId: number, waitMs: number): Promise<void> {
  await sql`update webxkey.inbox set failures = failures + 1, due_at = now() + make_interval(secs => ${waitMs / 1000})
    where inbox_id = ${inboxId} and state = 'stored'`.execute(db);
}

export interface QuarantineRow {
  readonly quarantine_id: string;
  readonly inbox_id: number;
  readonly reason: string;
  readonly field: string | null;
  readonly part_raw: Buffer;
}

export async function insertQuarantine(
  tx: Db,
  rows: readonly QuarantineRow[],
  now: Date,
  keepMs: number,
): Promise<void> {
  const deleteAfter = new Date(now.getTime() + keepMs);
  await insertAll(
    tx,
    "webxkey.quarantine",
    {
      quarantine_id: "uuid",
      inbox_id: "bigint",
      reason: "text",
      field: "text",
      part_raw: "bytea",
      received_at: "timestamptz",
      delete_after: "timestamptz",
    },
    rows.map((row) => ({ ...row, received_at: now, delete_after: deleteAfter })),
  );
}

/** Quarantined parts past their day, and the hashes of bodies too old to be replayed. */
export async function deleteExpired(db: Db, hashDays: number): Promise<void> {
  await sql`delete from webxkey.quarantine where delete_after < now()`.execute(db);
  await sql`delete from webxkey.receiver_uptimes where last_at < now() - make_interval(days => ${hashDays})`.execute(
    db,
  );
  await sql`delete from webxkey.inbox i where i.state = 'applied' and i.applied_at < now() - make_interval(days => ${hashDays})
    and not exists (select 1 from webxkey.quarantine q where q.inbox_id = i.inbox_id)`.execute(db);
}
