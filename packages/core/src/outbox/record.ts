import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import type { Consent } from "../consent/index.ts";
import { type Contacts, type Identity, isSameIdentity, type LearnedPerson } from "../contacts/index.ts";
import type { Secret } from "../kernel/secret.ts";
import { type Keys, keyedHash, seal } from "../keys/index.ts";
import type { ErrorScope } from "../meta/index.ts";
import type { Senders } from "../senders/index.ts";
import { type Db, recordset, together } from "../storage/index.ts";
import type { Templates } from "../templates/index.ts";
import { type ClaimedMessage, keysOf } from "./claim.ts";
import { markDuplicates } from "./duplicates.ts";
import { learnIds } from "./learn-ids.ts";
import { type Pause, pause } from "./pace-store.ts";
import type { OnStep } from "./windows.ts";

/** What the channel answered, in the engine's words. */
export type Answer =
  | {
      readonly kind: "accepted";
      readonly wamid: Secret;
      /** What Meta calls the person. */
      readonly recipient: readonly Identity[];
    }
  /** Certainly not sent. `waitMs` null: never again. */
  | {
      readonly kind: "refused" | "not_sent";
      readonly code: number | null;
      readonly reason: string;
      /** For the timeline: what happened and what to do. A constant of the error table, never Meta's own text. */
      readonly sentence: string;
      readonly waitMs: number | null;
      /** What else waits with this message: its person, its number, its template. */
      readonly pauses: ErrorScope;
      /** What has to be mended before the message can go. */
      readonly holds: "token" | "template" | null;
    }
  | { readonly kind: "unknown"; readonly code: number | null; readonly reason: string };

export interface AnsweredMessage {
  readonly claimed: ClaimedMessage;
  readonly answer: Answer;
}

/** Tries of one message that Meta certainly refused or that never left. */
const ATTEMPTS_MAX = 8;

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
    const consequences = await drawConsequences({ senders, templates }, tx, workspaceId, answered);
    const duplicates = await markDuplicates(
      tx,
      workspaceId,
      answered.flatMap(({ claimed, answer }) =>
        answer.kind === "accepted" && claimed.n > 1 ? [claimed.messageId] : [],
      ),
    );
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

/** The message's next state; null leaves it as a status has already made it. */
function afterwards(answer: Answer, n: number) {
  if (answer.kind === "accepted")
    return { state: "accepted", reason_code: null, reason_detail: null, wait_ms: 0 };
  if (answer.kind === "unknown")
    return { state: "unknown", reason_code: "outcome_unknown", reason_detail: null, wait_ms: 0 };
  if (answer.holds === "token")
    return { state: "held", reason_code: "sender_token_invalid", reason_detail: null, wait_ms: 0 };
  if (answer.holds === "template")
    return { state: "held", reason_code: "template_not_approved", reason_detail: null, wait_ms: 0 };
  if (answer.waitMs === null)
    return { state: "failed", reason_code: "refused_by_meta", reason_detail: answer.sentence, wait_ms: 0 };
  if (n >= ATTEMPTS_MAX && isOwnFault(answer))
    return { state: "failed", reason_code: "attempts_exhausted", reason_detail: answer.sentence, wait_ms: 0 };
  return {
    state: "queued",
    reason_code: "waiting_to_retry",
    reason_detail: answer.sentence,
    wait_ms: answer.waitMs,
  };
}

/** A number or account that is refused altogether does not use up the tries of its messages: they wait until they expire. */
function isOwnFault({ pauses }: { readonly pauses: ErrorScope }): boolean {
  return pauses === "message" || pauses === "pair" || pauses === "template";
}

/** What an answer means for others than its own message. Each cause once, in one order. */
async function drawConsequences(
  { senders, templates }: Pick<RecordPorts, "senders" | "templates">,
  tx: Db,
  workspaceId: string,
  answered: readonly AnsweredMessage[],
): Promise<AuditFact[]> {
  const facts: AuditFact[] = [];
  const seen = new Set<string>();
  for (const { claimed, answer } of answered) {
    if (answer.kind === "accepted" || answer.kind === "unknown") continue;
    const { senderId } = claimed.sender;
    const cause = [answer.reason, answer.pauses, senderId, claimed.template, claimed.contactId].join(" ");
    if (seen.has(cause)) continue;
    seen.add(cause);
    if (answer.holds === "token") {
      facts.push(...(await senders.markTokenInvalid(tx, workspaceId, senderId)));
    } else if (answer.holds === "template") {
      const { wabaId } = claimed.sender;
      const of = { wabaId, name: claimed.template, language: claimed.fit.language };
      facts.push(...(await templates.markRefused(tx, workspaceId, of, answer.reason)));
    } else if (answer.waitMs !== null) {
      const paused = pauseOf(claimed, answer);
      if (!paused) continue;
      await pause(tx, workspaceId, paused, answer.waitMs, answer.reason);
      if (paused.scope === "pair") continue;
      facts.push({
        actor: { type: "meta" },
        action: "sending.paused",
        object:
          paused.scope === "template"
            ? { type: "template", id: claimed.template }
            : { type: "sender", id: senderId },
        outcome: answer.reason,
        detail: { scope: paused.scope, wait_ms: answer.waitMs },
      });
    }
  }
  return facts;
}

function pauseOf(
  { sender: { senderId }, contactId, template }: ClaimedMessage,
  { pauses, reason }: { readonly pauses: ErrorScope; readonly reason: string },
): Pause | undefined {
  switch (pauses) {
    case "message":
      return undefined;
    case "pair":
      return { scope: "pair", senderId, contactId };
    case "template":
      return { scope: "template", template };
    default:
      return { scope: pauses, senderId, slower: reason === "number_rate_limited" };
  }
}

type AnswerRow = ReturnType<typeof afterwards> & {
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
  // What has left needs its values no longer. The ids are there twice, or a table that was never analysed is read as a whole:
  // of a few states the planner expects less than of ids that it does not see.
  const updated = sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = r.reason_detail,
      due_at = now() + make_interval(secs => r.wait_ms / 1000.0), lease_until = null, updated_at = now(),
      params_sealed = case when r.state in ('queued', 'held', 'unknown') then m.params_sealed end
    from ${recordset(rows, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id and m.attempt_id = r.attempt_id
      and m.message_id = any(${ids}::uuid[]) and m.state in ('sending', 'unknown')`;
  await Promise.all([locked.execute(tx), updated.execute(tx)]);
}
