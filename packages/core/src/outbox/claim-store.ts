import { sql } from "kysely";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Decision, Reason } from "../policy/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";
import type { OrderNews } from "./order-turn.ts";
import type { Share, WaitReason } from "./turns.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";

/** A due message, locked. */
export interface DueRow extends OrderNews {
  readonly workspace_id: string;
  readonly contact_id: string;
  readonly purpose: string;
  readonly channel: string;
  readonly template: string;
  readonly languages: readonly string[];
  readonly params_sealed: Uint8Array | null;
  readonly attempts: number;
  readonly expires_at: Date;
}

/** Locks what is due, of each workspace as much as its share lets it have. */
export async function lockDue(tx: Db, shares: readonly Share[]): Promise<DueRow[]> {
  const open = shares.filter(({ rowsMax }) => rowsMax > 0);
  if (open.length === 0) return [];
  const takes = open.map(({ turn, rowsMax }) => ({
    workspace_id: turn.workspaceId,
    rows_max: Math.min(rowsMax, BATCH_ROWS_MAX),
  }));
  const { rows } = await sql<DueRow>`
    select m.workspace_id, m.message_id, m.contact_id, m.purpose, m.channel, m.template, m.languages, m.params_sealed,
      m.attempts, m.expires_at, m.event_type, m.occurred_at, m.source, m.entity_type, m.entity_ref
    from ${recordset(takes, { workspace_id: "text", rows_max: "int" })}
    cross join lateral (
      select m.workspace_id, m.message_id, m.contact_id, m.purpose, m.channel, m.template, m.languages, m.params_sealed,
        m.attempts, m.expires_at, e.type as event_type, e.occurred_at, e.source, e.entity_type, e.entity_ref
      from webxkey.messages m
      join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
      where m.workspace_id = r.workspace_id and m.open_state = 'queued' and m.due_at <= now()
      order by m.priority, m.due_at
      limit r.rows_max
      for update of m skip locked) m`.execute(tx);
  return rows;
}

/** Leaves messages in the queue for later: nothing was decided about them, so nothing is audited. */
export async function defer(
  tx: Db,
  workspaceId: string,
  waiting: readonly { readonly row: DueRow; readonly untilMs: number; readonly reason: WaitReason }[],
): Promise<void> {
  if (waiting.length === 0) return;
  const rows = waiting.map(({ row, untilMs, reason }) => ({
    message_id: row.message_id,
    due_s: untilMs / 1_000,
    reason_code: reason,
  }));
  await sql`update webxkey.messages m set due_at = to_timestamp(r.due_s), reason_code = r.reason_code, reason_detail = null,
      updated_at = now()
    from ${recordset(rows, { message_id: "uuid", due_s: "float8", reason_code: "text" })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and ${isOneOf(rows)}`.execute(tx);
}

interface NewAttempt {
  readonly attemptId: string;
  readonly messageId: string;
  readonly n: number;
  readonly sender: { readonly senderId: string };
  readonly fit: { readonly language: string };
  readonly evidence: Extract<Decision, { kind: "send" }>["evidence"];
}

export async function startAttempts(
  tx: Db,
  workspaceId: string,
  claims: readonly NewAttempt[],
  leaseMs: number,
): Promise<void> {
  if (claims.length === 0) return;
  const rows = claims.map((one) => ({
    attempt_id: one.attemptId,
    message_id: one.messageId,
    n: one.n,
    sender_id: one.sender.senderId,
    language: one.fit.language,
    evidence_kind: one.evidence.kind,
    consent_id: one.evidence.kind === "consent" ? one.evidence.consentId : null,
  }));
  const kinds = {
    attempt_id: "uuid",
    message_id: "uuid",
    n: "int",
    sender_id: "uuid",
    language: "text",
    evidence_kind: "text",
    consent_id: "uuid",
  } as const;
  const attempts = sql`insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at)
    select ${workspaceId}, r.attempt_id, r.message_id, r.n, now() from ${recordset(rows, kinds)}`;
  const messages = sql`update webxkey.messages m set state = 'sending', reason_code = null, reason_detail = null,
      attempt_id = r.attempt_id, attempts = r.n, sender_id = r.sender_id, language = r.language,
      evidence_kind = r.evidence_kind, consent_id = r.consent_id,
      lease_until = now() + make_interval(secs => ${leaseMs / 1000}), updated_at = now()
    from ${recordset(rows, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and ${isOneOf(rows)}`;
  await Promise.all([attempts.execute(tx), messages.execute(tx)]);
}

export async function stop(
  tx: Db,
  workspaceId: string,
  stopped: readonly {
    readonly row: DueRow;
    readonly decision: { readonly kind: "hold" | "deny"; readonly reason: Reason };
  }[],
): Promise<void> {
  if (stopped.length === 0) return;
  const rows = stopped.map(({ row, decision }) => ({
    message_id: row.message_id,
    state: decision.kind === "hold" ? "held" : decision.reason.code === "expired" ? "expired" : "blocked",
    reason_code: decision.reason.code,
    reason_detail: decision.reason.detail ?? null,
  }));
  await sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = r.reason_detail,
      params_sealed = case when r.state = 'held' or m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end, updated_at = now()
    from ${recordset(rows, { message_id: "uuid", state: "text", reason_code: "text", reason_detail: "text" })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and ${isOneOf(rows)}`.execute(tx);
}

/** The ids once more: without them an unanalysed database reads all messages of the workspace beside each row. */
function isOneOf(rows: readonly { readonly message_id: string }[]) {
  const ids = rows.map(({ message_id }) => message_id);
  return sql<boolean>`m.message_id = ${anyOf(ids, "uuid")}`;
}
