import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import { type Consent, marketingStops } from "../consent/index.ts";
import { type Contacts, type Identity, isSameIdentity, type LearnedPerson } from "../contacts/index.ts";
import type { Secret } from "../kernel/secret.ts";
import { type Keys, keyedHash, seal } from "../keys/index.ts";
import type { Senders } from "../senders/index.ts";
import { type Db, recordset, together } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { markAfterStop } from "./after-stop.ts";
import { type ClaimedMessage, keysOf } from "./claim.ts";
import { markDuplicates } from "./duplicates.ts";
import { learnIds } from "./learn-ids.ts";
import { afterRefusal, drawConsequences, type Refusal, type RefusedMessage } from "./refusal.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";
import type { OnStep } from "./windows.ts";

/** What the channel answered, in the engine's words. */
export type Answer =
  | {
      readonly kind: "accepted";
      readonly wamid: Secret;
      /** What Meta calls the person. */
      readonly recipient: readonly Identity[];
    }
  | Refusal
  | { readonly kind: "unknown"; readonly code: number | null; readonly reason: string };

export interface AnsweredMessage {
  readonly claimed: ClaimedMessage;
  readonly answer: Answer;
  /** When its first byte was written, by the engine's clock; undefined where none was. */
  readonly writtenAt: Date | undefined;
}

export interface RecordPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly contacts: Contacts;
  readonly consent: Consent;
  readonly senders: Senders;
  readonly templates: Templates;
  readonly onStep: OnStep;
}

/**
 * Records answers in sets. Every update is guarded by the attempt's id and state, so that neither a late answer of a zombie
 * nor a status that came first is overwritten.
 */
export async function record(ports: RecordPorts, answered: readonly AnsweredMessage[]): Promise<void> {
  for (const [workspaceId, of] of Map.groupBy(answered, ({ claimed }) => claimed.workspaceId)) {
    await recordOf(ports, workspaceId, of);
  }
}

async function recordOf(
  { db, keys, audit, contacts, consent, senders, templates, onStep }: RecordPorts,
  workspaceId: string,
  answered: readonly AnsweredMessage[],
): Promise<void> {
  const { lookup } = await keys.workspace(workspaceId);
  const rows = answered.map(({ claimed, answer }) => {
    const wamid = answer.kind === "accepted" ? answer.wamid.reveal() : undefined;
    return {
      attempt_id: claimed.attemptId,
      message_id: claimed.messageId,
      outcome: answer.kind,
      graph_code: answer.kind === "accepted" ? null : answer.code,
      attempt_reason: answer.kind === "accepted" ? null : answer.reason,
      wamid_lookup: wamid ? keyedHash(lookup, "wamid", wamid) : null,
      wamid_sealed: wamid
        ? seal(claimed.key, `attempts.wamid|${workspaceId}|${claimed.attemptId}`, wamid)
        : null,
      ...afterwards(answer, claimed.n),
    };
  });
  await db.transaction().execute(async (tx) => {
    onStep("record.begun");
    // Before messages are locked, as where statuses are applied.
    const learned = await learnIds({ contacts, consent }, tx, workspaceId, answered.flatMap(newNamesOf));
    const acts = await marketingStops({ contacts }, tx, workspaceId, answered.flatMap(refusalTold));
    if (acts.length > 0) learned.push(...(await consent.record(tx, workspaceId, acts)).facts);
    await together(tx, (tx) =>
      Promise.all([
        updateAttempts(tx, workspaceId, rows).then(() => onStep("record.attempts")),
        updateMessages(tx, workspaceId, rows).then(() => onStep("record.messages")),
        conclude(tx, learned),
      ]),
    );
    onStep("record.audited");
  });
  onStep("record.committed");

  async function conclude(tx: Db, learned: readonly AuditFact[]): Promise<void> {
    const consequences = await drawConsequences(
      { senders, templates },
      tx,
      workspaceId,
      answered.flatMap(refusedOf),
    );
    const duplicates = await markDuplicates(
      tx,
      workspaceId,
      answered.flatMap(({ claimed, answer }) =>
        // A process that was stopped beyond its lease may find that another has sent the message since.
        answer.kind === "accepted" && (claimed.n > 1 || performance.now() > claimed.sendBefore)
          ? [claimed.messageId]
          : [],
      ),
    );
    const afterStop = await markAfterStop(tx, workspaceId, answered);
    const facts = [
      ...answered.map(
        ({ claimed, answer }): AuditFact => ({
          actor: { type: "meta" },
          action: "message.answered",
          object: { type: "message", id: claimed.messageId },
          outcome: answer.kind === "accepted" ? "accepted" : `${answer.kind}:${answer.reason}`,
          subjectId: claimed.contactId,
          detail: { attempt_id: claimed.attemptId, code: answer.kind === "accepted" ? null : answer.code },
        }),
      ),
      ...consequences,
      ...duplicates,
      ...afterStop,
      ...learned,
    ];
    await audit.append(tx, workspaceId, facts, keysOf(answered.map(({ claimed }) => claimed)));
  }
}

/** Nearly always Meta answers with the number that was written to, and nothing is looked up. */
function newNamesOf({ claimed: { contactId, to }, answer }: AnsweredMessage): LearnedPerson[] {
  if (answer.kind !== "accepted") return [];
  const identities = answer.recipient.filter((name) => !to.some((known) => isSameIdentity(known, name)));
  return identities.length > 0 ? [{ contactId, identities }] : [];
}

function refusalTold({ claimed: { contactId }, answer, writtenAt }: AnsweredMessage) {
  return answer.kind === "refused" && writtenAt ? [{ contactId, code: answer.code, at: writtenAt }] : [];
}

/** The message's next state; a status may have made a later one already. */
function afterwards(answer: Answer, n: number) {
  if (answer.kind === "accepted")
    return { state: "accepted", reason_code: null, reason_detail: null, wait_ms: 0 };
  if (answer.kind === "unknown")
    return { state: "unknown", reason_code: "outcome_unknown", reason_detail: null, wait_ms: 0 };
  return afterRefusal(answer, n);
}

function refusedOf({ claimed, answer }: AnsweredMessage): RefusedMessage[] {
  if (answer.kind === "accepted" || answer.kind === "unknown") return [];
  const { sender, contactId, template, fit } = claimed;
  const { senderId, wabaId, connectedAt } = sender;
  return [{ refusal: answer, senderId, wabaId, connectedAt, contactId, template, language: fit.language }];
}

type AnswerRow = {
  readonly state: string;
  readonly reason_code: string | null;
  readonly reason_detail: string | null;
  readonly wait_ms: number;
  readonly attempt_id: string;
  readonly message_id: string;
  readonly outcome: string;
  readonly graph_code: number | null;
  readonly attempt_reason: string | null;
  readonly wamid_lookup: Buffer | null;
  readonly wamid_sealed: Buffer | null;
};

async function updateAttempts(tx: Db, workspaceId: string, rows: readonly AnswerRow[]): Promise<void> {
  const kinds = {
    attempt_id: "uuid",
    outcome: "text",
    graph_code: "int",
    attempt_reason: "text",
    wamid_lookup: "bytea",
    wamid_sealed: "bytea",
  } as const;
  await sql`update webxkey.attempts a set outcome = r.outcome, graph_code = r.graph_code, reason_code = r.attempt_reason,
      wamid_lookup = coalesce(decode(r.wamid_lookup, 'base64'), a.wamid_lookup),
      wamid_sealed = coalesce(decode(r.wamid_sealed, 'base64'), a.wamid_sealed), finished_at = now()
    from ${recordset(rows, kinds)}
    where a.workspace_id = ${workspaceId} and a.attempt_id = r.attempt_id and a.outcome in ('started', 'unknown')`.execute(
    tx,
  );
}

async function updateMessages(tx: Db, workspaceId: string, rows: readonly AnswerRow[]): Promise<void> {
  const kinds = {
    attempt_id: "uuid",
    message_id: "uuid",
    state: "text",
    reason_code: "text",
    reason_detail: "text",
    wait_ms: "bigint",
  } as const;
  const ids = rows.map((row) => row.message_id);
  // One order of locking, as where statuses are applied.
  const locked = sql`select 1 from webxkey.messages where workspace_id = ${workspaceId}
      and message_id = any(${ids}::uuid[]) order by message_id for update`;
  // The ids are there twice, or a table that was never analysed is read as a whole: of a few states the planner expects less than
  // of ids that it does not see.
  const updated = sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = r.reason_detail,
      due_at = now() + make_interval(secs => r.wait_ms / 1000.0), lease_until = null, updated_at = now(),
      params_sealed = case when m.purpose <> ${ONE_TIME_PURPOSE} or r.state in ('queued', 'held', 'unknown') then m.params_sealed end
    from ${recordset(rows, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and m.attempt_id = r.attempt_id
      and m.message_id = any(${ids}::uuid[]) and m.state in ('sending', 'unknown')`;
  await Promise.all([locked.execute(tx), updated.execute(tx)]);
}
