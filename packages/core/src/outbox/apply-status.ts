import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import type { Identity } from "../contacts/index.ts";
import type { Pii } from "../kernel/pii.ts";
import { keyedHash, type WorkspaceKeys } from "../keys/index.ts";
import type { GraphDecision } from "../meta/index.ts";
import { type Db, recordset, together } from "../storage/index.ts";
import { applyFailures, type FailurePorts } from "./apply-failure.ts";
import { markDuplicates } from "./duplicates.ts";
import { type LearnPorts, learnIds } from "./learn-ids.ts";
import { type ChannelStatus, rankOf, rungOf, STATUS_LADDER } from "./message-state.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";

/** One status of one message, as a channel's webhook told it. */
export interface StatusFact {
  /** Our own id, from `biz_opaque_callback_data`: it is there before the wamid is committed. */
  readonly attemptId: string | undefined;
  readonly wamid: Pii;
  /** What Meta calls the person. */
  readonly recipient: readonly Identity[];
  readonly status: ChannelStatus;
  readonly at: Date;
  readonly errorCode: number | undefined;
  /** From the error table: why it failed, and whether it may be tried again. */
  readonly failure: GraphDecision | undefined;
  readonly pricing:
    | {
        readonly type?: string | undefined;
        readonly category?: string | undefined;
        readonly billable?: boolean | undefined;
      }
    | undefined;
}

export interface AppliedStatuses {
  /** To append last in the transaction. */
  readonly facts: AuditFact[];
  /** New failures, for what follows from their codes. */
  readonly failed: readonly { readonly contactId: string; readonly code: number; readonly at: Date }[];
}

/**
 * Applies statuses in sets: each is stored once, and its message climbs the ladder of states at most.
 *
 * A status that names no attempt of this workspace changes nothing: another tool may send from the same number. One that does
 * tells what else Meta calls the person of the attempt.
 */
export async function applyStatuses(
  ports: LearnPorts & FailurePorts,
  tx: Db,
  workspaceId: string,
  { lookup }: WorkspaceKeys,
  statuses: readonly StatusFact[],
): Promise<AppliedStatuses> {
  if (statuses.length === 0) return { facts: [], failed: [] };
  const rows = statuses.map((status, index) => ({
    index,
    attempt_id: status.attemptId ?? null,
    wamid_lookup: keyedHash(lookup, "wamid", status.wamid.reveal()),
    status: status.status,
    provider_at: status.at,
    error_code: status.errorCode ?? null,
    price_type: status.pricing?.type ?? null,
    price_category: status.pricing?.category ?? null,
    billable: status.pricing?.billable ?? null,
  }));
  const matched = await matchAttempts(tx, workspaceId, rows);
  const learned = await learnIds(
    ports,
    tx,
    workspaceId,
    statuses.flatMap(({ recipient }, index) => {
      const attempt = matched.get(index);
      return attempt ? [{ contactId: attempt.contact_id, identities: recipient }] : [];
    }),
  );
  const fresh = await insertStatuses(
    tx,
    workspaceId,
    rows.flatMap((row) => {
      const attempt = matched.get(row.index);
      return attempt ? [{ ...row, attempt_id: attempt.attempt_id }] : [];
    }),
  );
  const highest = new Map<string, { attempt: MatchedAttempt; status: StatusFact }>();
  const failures = new Map<string, { attempt: MatchedAttempt; status: StatusFact }>();
  const facts: AuditFact[] = [...learned];
  const failed: { contactId: string; code: number; at: Date }[] = [];
  for (const { index } of fresh) {
    const status = statuses[index];
    const attempt = matched.get(index);
    if (!status || !attempt) continue;
    const before = highest.get(attempt.message_id)?.status.status;
    if (status.status === "failed") {
      failures.set(attempt.attempt_id, { attempt, status });
    } else if (!before || rankOf(rungOf(before)) < rankOf(rungOf(status.status))) {
      highest.set(attempt.message_id, { attempt, status });
    }
    if (status.errorCode !== undefined)
      failed.push({ contactId: attempt.contact_id, code: status.errorCode, at: status.at });
    facts.push({
      actor: { type: "meta" },
      action: "message.status",
      object: { type: "message", id: attempt.message_id },
      outcome: status.status,
      subjectId: attempt.contact_id,
      detail: { attempt_id: attempt.attempt_id, at: status.at.toISOString(), code: status.errorCode ?? null },
    });
  }
  await raiseMessages(tx, workspaceId, [...highest.values()]);
  const consequences = await applyFailures(
    ports,
    tx,
    workspaceId,
    [...failures.values()].map(({ attempt, status }) => ({
      attemptId: attempt.attempt_id,
      messageId: attempt.message_id,
      at: status.at,
      code: status.errorCode ?? null,
      decision: status.failure,
    })),
  );
  facts.push(...consequences);
  await learnWamids(
    tx,
    workspaceId,
    fresh.flatMap(({ index }) => {
      const attempt = matched.get(index);
      return attempt?.outcome === "unknown"
        ? [{ ...attempt, wamid_lookup: rows[index]?.wamid_lookup ?? null }]
        : [];
    }),
  );
  // Only a message that was tried more than once can have been taken twice.
  const again = fresh.flatMap(({ index }) => {
    const attempt = matched.get(index);
    return attempt && attempt.attempts > 1 ? [attempt.message_id] : [];
  });
  facts.push(...(await markDuplicates(tx, workspaceId, [...new Set(again)])));
  return { facts, failed };
}

interface MatchedAttempt {
  readonly index: number;
  readonly attempt_id: string;
  readonly message_id: string;
  readonly contact_id: string;
  readonly outcome: string;
  readonly attempts: number;
}

/** By our own id first, by wamid where a status carries none. */
async function matchAttempts(
  tx: Db,
  workspaceId: string,
  rows: readonly {
    readonly index: number;
    readonly attempt_id: string | null;
    readonly wamid_lookup: Buffer;
  }[],
): Promise<Map<number, MatchedAttempt>> {
  const keys = rows.map(({ index, attempt_id, wamid_lookup }) => ({ index, attempt_id, wamid_lookup }));
  // Two joins, each with its own index: as one with an "or" it read every attempt of the workspace for every status.
  const { rows: found } = await sql<MatchedAttempt>`
    with r as materialized (
      select index, attempt_id, decode(wamid_lookup, 'base64') as wamid_lookup
      from ${recordset(keys, { index: "int", attempt_id: "uuid", wamid_lookup: "bytea" })}),
    matched as (
      select r.index, a.attempt_id, a.message_id, a.outcome from r join webxkey.attempts a
        on a.workspace_id = ${workspaceId} and a.attempt_id = r.attempt_id
      union all
      select r.index, a.attempt_id, a.message_id, a.outcome from r join webxkey.attempts a
        on a.workspace_id = ${workspaceId} and a.wamid_lookup = r.wamid_lookup
      where r.attempt_id is null)
    select n.index, n.attempt_id, n.message_id, n.outcome, m.contact_id, m.attempts from matched n
    join webxkey.messages m on m.workspace_id = ${workspaceId} and m.message_id = n.message_id`.execute(tx);
  return new Map(found.map((row) => [row.index, row]));
}

/** An attempt whose answer was lost learns its message id from its status, so that a reply to it is recognised. */
async function learnWamids(
  tx: Db,
  workspaceId: string,
  attempts: readonly { readonly attempt_id: string; readonly wamid_lookup: Buffer | null }[],
): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.map(({ attempt_id, wamid_lookup }) => ({ attempt_id, wamid_lookup }));
  await sql`update webxkey.attempts a set wamid_lookup = decode(r.wamid_lookup, 'base64')
    from ${recordset(rows, { attempt_id: "uuid", wamid_lookup: "bytea" })}
    where a.workspace_id = ${workspaceId} and a.attempt_id = r.attempt_id and a.wamid_lookup is null`.execute(
    tx,
  );
}

/**
 * Remembers the newest status of each number, by Meta's own time: proof that its webhooks arrive. Remembers too when they came again
 * after a pause of `pauseMs`, in which they may have been on their way in vain.
 */
export async function feelPulses(
  tx: Db,
  workspaceId: string,
  statuses: readonly { readonly senderId: string; readonly at: Date }[],
  pauseMs: number,
): Promise<void> {
  if (statuses.length === 0) return;
  const newest = new Map<string, Date>();
  for (const { senderId, at } of statuses) {
    const before = newest.get(senderId);
    if (!before || before < at) newest.set(senderId, at);
  }
  const rows = [...newest].sort().map(([sender_id, at]) => ({ sender_id, at }));
  await sql`insert into webxkey.sender_pulses as p (workspace_id, sender_id, last_status_at, heard_at, heard_again_at)
    select ${workspaceId}, r.sender_id, r.at, now(), now() from ${recordset(rows, { sender_id: "uuid", at: "timestamptz" })}
    on conflict (workspace_id, sender_id) do update set
      last_status_at = greatest(p.last_status_at, excluded.last_status_at), heard_at = greatest(p.heard_at, excluded.heard_at),
      heard_again_at = case when p.heard_at >= excluded.heard_at - make_interval(secs => ${pauseMs / 1_000})
        then p.heard_again_at else excluded.heard_at end`.execute(tx);
}

/** Answers the indexes of those that were not known yet. */
async function insertStatuses(
  tx: Db,
  workspaceId: string,
  rows: readonly {
    readonly index: number;
    readonly attempt_id: string;
    readonly status: string;
    readonly provider_at: Date;
  }[],
): Promise<{ index: number }[]> {
  if (rows.length === 0) return [];
  const kinds = {
    index: "int",
    attempt_id: "uuid",
    status: "text",
    provider_at: "timestamptz",
    error_code: "int",
    price_type: "text",
    price_category: "text",
    billable: "boolean",
  } as const;
  const { rows: fresh } = await sql<{ attempt_id: string; status: string; provider_at: Date }>`
    insert into webxkey.statuses (workspace_id, attempt_id, status, provider_at, received_at, error_code, price_type, price_category, billable)
    select ${workspaceId}, r.attempt_id, r.status, r.provider_at, now(), r.error_code, r.price_type, r.price_category, r.billable
    from ${recordset(rows, kinds)} order by r.attempt_id, r.provider_at
    on conflict do nothing
    returning attempt_id, status, provider_at`.execute(tx);
  const inserted = new Set(fresh.map((row) => nameOf(row)));
  return rows.filter((row) => inserted.delete(nameOf(row)));
}

function nameOf({
  attempt_id,
  status,
  provider_at,
}: {
  attempt_id: string;
  status: string;
  provider_at: Date;
}): string {
  return `${attempt_id} ${status} ${provider_at.getTime()}`;
}

/** A `sent` of an attempt that failed afterwards, or before it, says nothing of the message any more. */
async function raiseMessages(
  tx: Db,
  workspaceId: string,
  raises: readonly { readonly attempt: MatchedAttempt; readonly status: StatusFact }[],
): Promise<void> {
  if (raises.length === 0) return;
  const rows = raises.map(({ attempt, status }) => ({
    message_id: attempt.message_id,
    attempt_id: attempt.attempt_id,
    state: rungOf(status.status),
    rank: rankOf(rungOf(status.status)) + 1,
  }));
  // One order of locking for every process that applies webhooks.
  const locked = sql`select 1 from webxkey.messages where workspace_id = ${workspaceId}
      and message_id = any(${rows.map((row) => row.message_id)}::uuid[]) order by message_id for update`;
  const raised = sql`update webxkey.messages m set state = r.state, reason_code = null, reason_detail = null,
      lease_until = null, updated_at = now(),
      params_sealed = case when m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end
    from ${recordset(rows, { message_id: "uuid", attempt_id: "uuid", state: "text", rank: "int" })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id
      and coalesce(array_position(${[...STATUS_LADDER]}::text[], m.state), 0) < r.rank
      and (r.state <> 'sent' or not exists (select 1 from webxkey.statuses s
        where s.workspace_id = m.workspace_id and s.attempt_id = r.attempt_id and s.status = 'failed'))`;
  await together(tx, (tx) => Promise.all([locked.execute(tx), raised.execute(tx)]));
}
