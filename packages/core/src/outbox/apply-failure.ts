import { sql } from "kysely";
import type { AuditFact } from "../audit/index.ts";
import type { GraphDecision } from "../meta/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";
import {
  afterRefusal,
  type ConsequencePorts,
  drawConsequences,
  type NextState,
  type Refusal,
  refusalOf,
} from "./refusal.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";
import type { SendWindows } from "./windows.ts";

// A `failed` status is a refusal that came late: Meta itself says that the message was not delivered, so it may be tried again like
// one that Meta refused at once, while the news is useful and the values are there. An attempt's failure decides about its message
// once no other attempt can have arrived and the last one has ended too. A status may come days late: what Meta asks to wait is counted
// from the failure itself, and a fault of credentials or of a template that were read anew since then is over.

export interface FailurePorts extends ConsequencePorts {
  readonly windows: SendWindows;
}

export interface FailedAttempt {
  readonly attemptId: string;
  readonly messageId: string;
  readonly at: Date;
  readonly code: number | null;
  /** Undefined where the status gave no error. */
  readonly decision: GraphDecision | undefined;
}

interface FailedRow {
  readonly attempt_id: string;
  readonly message_id: string;
  readonly contact_id: string;
  readonly sender_id: string;
  readonly waba_id: string;
  readonly connected_at: Date | null;
  readonly template_read_at: Date | null;
  readonly template: string;
  readonly language: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly n: number;
  /** Whether no other attempt is known to have reached Meta and not failed. */
  readonly alone: boolean;
  /** How the message's last attempt stands: this one, another that has ended, or another of which nothing is known. */
  readonly last: "this" | "ended" | "open";
  readonly has_values: boolean;
  readonly useful_ms: number;
  /** Since Meta told of it, by the database's clock. Meta tells whole seconds: from the end of its second. */
  readonly past_ms: number;
}

/** Applies failures, each reported for the first time or again. Answers what to audit. */
export async function applyFailures(
  { senders, templates, windows }: FailurePorts,
  tx: Db,
  workspaceId: string,
  failures: readonly FailedAttempt[],
): Promise<AuditFact[]> {
  if (failures.length === 0) return [];
  const ofAttempt = new Map(failures.map((failure) => [failure.attemptId, failure]));
  const known = (await lockFailed(tx, workspaceId, failures)).flatMap((row) => {
    const failure = ofAttempt.get(row.attempt_id);
    return failure ? [{ row, failure, refusal: refusalOfFailure(failure, row, windows) }] : [];
  });
  const consequences = await drawConsequences(
    { senders, templates },
    tx,
    workspaceId,
    known.flatMap(({ row, refusal }) => {
      if (!refusal) return [];
      const { sender_id: senderId, waba_id: wabaId, connected_at: connectedAt } = row;
      const { contact_id: contactId, template, language } = row;
      return [{ refusal, senderId, wabaId, connectedAt, contactId, template, language }];
    }),
  );
  // Of two attempts that failed in one webhook the last decides.
  const byMessage = new Map(
    known
      .toSorted((one, other) => rankOf(one.row) - rankOf(other.row))
      .map((one) => [one.row.message_id, one]),
  );
  const changes = [...byMessage.values()].flatMap(({ row, failure, refusal }) => {
    const next = nextOf(row, failure, refusal);
    return next ? [{ row, next }] : [];
  });
  await changeMessages(tx, workspaceId, changes);
  return [...consequences, ...changes.flatMap(changedFact)];
}

/** In one order, as everybody who locks messages does. */
async function lockFailed(
  tx: Db,
  workspaceId: string,
  failures: readonly FailedAttempt[],
): Promise<FailedRow[]> {
  const messageIds = failures.map(({ messageId }) => messageId);
  await sql`select 1 from webxkey.messages where workspace_id = ${workspaceId}
    and message_id = ${anyOf(messageIds, "uuid")} order by message_id for update`.execute(tx);
  const attempts = failures.map(({ attemptId, at }) => ({ attempt_id: attemptId, at }));
  const { rows } = await sql<FailedRow>`
    select a.attempt_id, m.message_id, m.contact_id, m.sender_id, s.waba_id, s.connected_at, m.template, coalesce(m.language, '') as language,
      m.state, m.reason_code, m.attempts as n, m.params_sealed is not null as has_values,
      (extract(epoch from m.expires_at - now()) * 1000)::float8 as useful_ms,
      greatest(0, extract(epoch from now() - r.at) - 1)::float8 * 1000 as past_ms,
      (select max(t.synced_at) from webxkey.templates t where t.workspace_id = m.workspace_id and t.waba_id = s.waba_id
        and t.name = m.template and t.language = m.language) as template_read_at,
      not exists (
        select 1 from webxkey.attempts o
        where o.workspace_id = m.workspace_id and o.message_id = m.message_id and o.attempt_id <> a.attempt_id
          and (o.outcome = 'accepted' or exists (select 1 from webxkey.statuses t
            where t.workspace_id = o.workspace_id and t.attempt_id = o.attempt_id))
          and not exists (${failedOf("o")})) as alone,
      case when m.attempt_id = a.attempt_id then 'this'
        when l.outcome in ('refused', 'not_sent') or exists (${failedOf("l")}) then 'ended' else 'open' end as last
    from ${recordset(attempts, { attempt_id: "uuid", at: "timestamptz" })}
    join webxkey.attempts a on a.workspace_id = ${workspaceId} and a.attempt_id = r.attempt_id
    join webxkey.messages m on m.workspace_id = a.workspace_id and m.message_id = a.message_id
    join webxkey.attempts l on l.workspace_id = m.workspace_id and l.attempt_id = m.attempt_id
    join webxkey.senders s on s.workspace_id = m.workspace_id and s.sender_id = m.sender_id`.execute(tx);
  return rows;
}

function failedOf(attempt: "o" | "l") {
  return sql`select 1 from webxkey.statuses f where f.workspace_id = ${sql.ref(`${attempt}.workspace_id`)}
    and f.attempt_id = ${sql.ref(`${attempt}.attempt_id`)} and f.status = 'failed'`;
}

const rankOf = ({ last }: FailedRow): number => (last === "this" ? 1 : 0);

function refusalOfFailure(
  { decision, code, at }: FailedAttempt,
  { n, connected_at, template_read_at, past_ms }: FailedRow,
  { metaWaitMsMax }: SendWindows,
): Refusal | undefined {
  if (!decision || code === null) return undefined;
  const refusal = refusalOf(decision, code, n, { waitMsMax: metaWaitMsMax });
  const mendedAt = refusal.holds === "template" ? template_read_at : connected_at;
  if (refusal.holds && mendedAt && mendedAt > at) return { ...refusal, holds: null, waitMs: 0 };
  return refusal.waitMs === null ? refusal : { ...refusal, waitMs: Math.max(0, refusal.waitMs - past_ms) };
}

/** Of these a status tells how they go on; a person or the clock ended the others. */
const OPEN: ReadonlySet<string> = new Set(["sending", "unknown", "accepted", "sent"]);
const OPEN_REASONS: ReadonlySet<string | null> = new Set([
  "resent_after_silence",
  "resent_unheard",
  "outcome_parked",
]);
/**
 * What reached the phone did not fail, what waits for its next try is known to have failed, and what somebody ended ended as they
 * wanted.
 */
const SETTLED: ReadonlySet<string> = new Set([
  "delivered",
  "read",
  "failed",
  "queued",
  "held",
  "blocked",
  "cancelled",
]);

function nextOf(
  row: FailedRow,
  { decision }: FailedAttempt,
  refusal: Refusal | undefined,
): NextState | undefined {
  if (!row.alone) return undefined;
  const open = OPEN.has(row.state) || OPEN_REASONS.has(row.reason_code);
  if (!open && SETTLED.has(row.state)) return undefined;
  // Its silence is settled by its own window.
  if (row.last === "open")
    return row.state === "sent"
      ? { state: "unknown", reason_code: "outcome_unknown", reason_detail: null, wait_ms: 0 }
      : undefined;
  if (!refusal || !decision || refusal.waitMs === null) return failedFor(decision?.sentence ?? null);
  const next = afterRefusal(refusal, row.n);
  if (next.state === "failed") return next;
  if (open && !row.has_values)
    return failedFor(`${decision.meaning}, and its values are no longer kept to try it again.`);
  if (open && next.wait_ms < row.useful_ms) return next;
  return failedFor(`${decision.meaning}, and there was no time left to try it again.`);
}

function failedFor(sentence: string | null): NextState {
  return { state: "failed", reason_code: "failed_at_meta", reason_detail: sentence, wait_ms: 0 };
}

async function changeMessages(
  tx: Db,
  workspaceId: string,
  changes: readonly { readonly row: FailedRow; readonly next: NextState }[],
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ row, next }) => ({ message_id: row.message_id, ...next }));
  await sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = r.reason_detail,
      due_at = now() + make_interval(secs => r.wait_ms / 1000.0), lease_until = null, updated_at = now(),
      params_sealed = case when m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end
    from ${recordset(rows, {
      message_id: "uuid",
      state: "text",
      reason_code: "text",
      reason_detail: "text",
      wait_ms: "bigint",
    })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
}

/** That it failed is in the entry of its status. */
function changedFact({ row, next }: { readonly row: FailedRow; readonly next: NextState }): AuditFact[] {
  if (next.state === "failed" || next.state === "unknown") return [];
  return [
    {
      actor: { type: "engine" },
      action: next.state === "held" ? "message.held" : "message.retried",
      object: { type: "message", id: row.message_id },
      outcome: next.reason_code,
      subjectId: row.contact_id,
      detail: { attempt_id: row.attempt_id },
    },
  ];
}
