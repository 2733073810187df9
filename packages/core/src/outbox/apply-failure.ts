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
// one that Meta refused at once, as long as the news is useful and the values are there. An attempt's failure concerns its message
// only while no later attempt was made and no other one can have arrived.

export interface FailurePorts extends ConsequencePorts {
  readonly windows: SendWindows;
}

export interface FailedAttempt {
  readonly attemptId: string;
  readonly messageId: string;
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
  readonly template: string;
  readonly language: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly n: number;
  /** Whether this attempt is the message's last and no other one is known to have reached Meta and not failed. */
  readonly decides: boolean;
  readonly has_values: boolean;
  readonly useful_ms: number;
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
  const changes = known.flatMap(({ row, failure, refusal }) => {
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
  const attempts = failures.map(({ attemptId }) => ({ attempt_id: attemptId }));
  const { rows } = await sql<FailedRow>`
    select a.attempt_id, m.message_id, m.contact_id, m.sender_id, s.waba_id, s.connected_at, m.template, coalesce(m.language, '') as language,
      m.state, m.reason_code, m.attempts as n, m.params_sealed is not null as has_values,
      (extract(epoch from m.expires_at - now()) * 1000)::float8 as useful_ms,
      m.attempt_id = a.attempt_id and not exists (
        select 1 from webxkey.attempts o
        where o.workspace_id = m.workspace_id and o.message_id = m.message_id and o.attempt_id <> a.attempt_id
          and (o.outcome = 'accepted' or exists (select 1 from webxkey.statuses t
            where t.workspace_id = o.workspace_id and t.attempt_id = o.attempt_id))
          and not exists (select 1 from webxkey.statuses f
            where f.workspace_id = o.workspace_id and f.attempt_id = o.attempt_id and f.status = 'failed')) as decides
    from ${recordset(attempts, { attempt_id: "uuid" })}
    join webxkey.attempts a on a.workspace_id = ${workspaceId} and a.attempt_id = r.attempt_id
    join webxkey.messages m on m.workspace_id = a.workspace_id and m.message_id = a.message_id
    join webxkey.senders s on s.workspace_id = m.workspace_id and s.sender_id = m.sender_id`.execute(tx);
  return rows;
}

function refusalOfFailure(
  { decision, code }: FailedAttempt,
  { n }: FailedRow,
  { metaWaitMsMax }: SendWindows,
): Refusal | undefined {
  return decision && code !== null ? refusalOf(decision, code, n, { waitMsMax: metaWaitMsMax }) : undefined;
}

/** Of these a status tells how they go on; a person or the clock ended the others. */
const OPEN: ReadonlySet<string> = new Set(["sending", "unknown", "accepted", "sent"]);
const OPEN_REASONS: ReadonlySet<string | null> = new Set(["resent_after_silence", "outcome_parked"]);
/** What reached the phone did not fail, and what waits for its next try is known to have failed. */
const SETTLED: ReadonlySet<string> = new Set(["delivered", "read", "failed", "queued", "held"]);

function nextOf(
  row: FailedRow,
  { decision }: FailedAttempt,
  refusal: Refusal | undefined,
): NextState | undefined {
  if (!row.decides) return undefined;
  const open = OPEN.has(row.state) || OPEN_REASONS.has(row.reason_code);
  if (!open && SETTLED.has(row.state)) return undefined;
  if (!refusal || !decision || refusal.waitMs === null) return failedFor(decision?.sentence ?? null);
  const next = afterRefusal(refusal, row.n);
  if (next.state === "failed") return next;
  if (open && row.has_values && next.wait_ms < row.useful_ms) return next;
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
  if (next.state === "failed") return [];
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
