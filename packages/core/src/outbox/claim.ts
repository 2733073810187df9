import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import type { Contacts, Identity } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import { open } from "../keys/index.ts";
import { type Decision, decideAgain, type Reason } from "../policy/index.ts";
import type { Sender } from "../senders/index.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { TemplateFit } from "../templates/index.ts";
import { paramsPlace } from "./intake.ts";
import {
  isFit,
  loadSendContext,
  type SendContext,
  type SendContextPorts,
  sendFactsOf,
} from "./send-context.ts";
import type { OnStep, SendWindows } from "./windows.ts";

/** A message that this process alone may send now, with its attempt committed. */
export interface ClaimedMessage {
  readonly workspaceId: string;
  readonly messageId: string;
  readonly attemptId: string;
  readonly n: number;
  readonly contactId: string;
  readonly sender: Sender;
  readonly to: readonly Identity[];
  readonly template: string;
  readonly fit: TemplateFit;
  readonly params: Pii<Readonly<Record<string, string>>>;
  /** By this process's own monotonic clock: no byte is written to the socket after it. */
  readonly sendBefore: number;
}

export interface ClaimPorts extends SendContextPorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly windows: SendWindows;
  readonly onStep: OnStep;
}

interface DueRow {
  readonly workspace_id: string;
  readonly message_id: string;
  readonly contact_id: string;
  readonly purpose: string;
  readonly channel: string;
  readonly template: string;
  readonly languages: readonly string[];
  readonly params_sealed: Uint8Array | null;
  readonly attempts: number;
  readonly expires_at: Date;
  readonly entity_type: string;
  readonly entity_ref: string;
}

/**
 * Claims due messages: looks at consent, template, sender and expiry again, and commits an attempt for each that may still
 * be sent, all in one transaction. Only what is answered may be posted, once, before its lease ends.
 */
export async function claim(
  ports: ClaimPorts,
  rowsMax: number,
): Promise<{ looked: number; claimed: ClaimedMessage[] }> {
  const claimedAt = performance.now();
  const { due, claims } = await ports.db.transaction().execute(async (tx) => {
    const due = await lockDue(tx, rowsMax);
    ports.onStep("claim.locked");
    const claims: Omit<ClaimedMessage, "to">[] = [];
    for (const [workspaceId, rows] of Map.groupBy(due, (row) => row.workspace_id)) {
      claims.push(...(await claimOf(ports, tx, workspaceId, rows, claimedAt)));
    }
    ports.onStep("claim.audited");
    return { due, claims };
  });
  ports.onStep("claim.committed");
  return { looked: due.length, claimed: await withRecipients(ports.contacts, claims) };
}

async function lockDue(tx: Db, rowsMax: number): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    select m.workspace_id, m.message_id, m.contact_id, m.purpose, m.channel, m.template, m.languages, m.params_sealed,
      m.attempts, m.expires_at, e.entity_type, e.entity_ref
    from webxkey.messages m
    join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
    where m.state = 'queued' and m.due_at <= now()
    order by m.priority, m.due_at
    limit ${rowsMax}
    for update of m skip locked`.execute(tx);
  return rows;
}

async function claimOf(
  ports: ClaimPorts,
  tx: Db,
  workspaceId: string,
  rows: readonly DueRow[],
  claimedAt: number,
): Promise<Omit<ClaimedMessage, "to">[]> {
  const context = await loadSendContext(
    ports,
    tx,
    workspaceId,
    rows.map((row) => row.contact_id),
    rows.map((row) => row.template),
  );
  ports.onStep("claim.looked");
  const now = ports.clock.now();
  const looked = rows.map((row) => lookAgain(context, row, now));
  const claims = looked.flatMap(({ row, decision, fit, params }) => {
    if (decision.kind !== "send" || !isFit(fit) || !context.sender) return [];
    return [
      {
        workspaceId,
        messageId: row.message_id,
        attemptId: ports.ids.opaque(),
        n: row.attempts + 1,
        contactId: row.contact_id,
        sender: context.sender,
        template: row.template,
        fit,
        params: pii(params),
        sendBefore: claimedAt + ports.windows.leaseMs,
        evidence: decision.evidence,
      },
    ];
  });
  await startAttempts(tx, workspaceId, claims, ports.windows.leaseMs);
  ports.onStep("claim.attempted");
  const stopped = looked.flatMap(({ row, decision }) =>
    decision.kind === "send" ? [] : [{ row, decision }],
  );
  await stop(tx, workspaceId, stopped);
  await ports.audit.append(tx, workspaceId, [
    ...claims.map(
      (one): AuditFact => ({
        actor: { type: "engine" },
        action: "message.attempted",
        object: { type: "message", id: one.messageId },
        outcome: "started",
        subjectId: one.contactId,
        detail: { attempt_id: one.attemptId, n: one.n, language: one.fit.language, evidence: one.evidence },
      }),
    ),
    ...stopped.map(
      ({ row, decision }): AuditFact => ({
        actor: { type: "engine" },
        action: decision.kind === "hold" ? "message.held" : "message.blocked",
        object: { type: "message", id: row.message_id },
        outcome: decision.reason.code,
        subjectId: row.contact_id,
      }),
    ),
  ]);
  return claims;
}

function lookAgain(context: SendContext, row: DueRow, now: Date) {
  const key = context.keyOf(row.contact_id);
  const params = key && row.params_sealed ? openParams(key, row) : {};
  const fit = context.fit({ template: row.template, languages: row.languages, params, purpose: row.purpose });
  const facts = sendFactsOf(context, {
    now,
    expiresAt: row.expires_at,
    contactId: row.contact_id,
    entity: { type: row.entity_type, ref: row.entity_ref },
    purpose: row.purpose,
    channel: row.channel,
    fit,
  });
  return { row, fit, params, decision: decideAgain(facts) };
}

function openParams(key: Parameters<typeof open>[0], row: DueRow): Readonly<Record<string, string>> {
  const bytes = open(
    key,
    paramsPlace(row.workspace_id, row.message_id),
    row.params_sealed ?? new Uint8Array(),
  );
  return JSON.parse(bytes.toString()) as Record<string, string>;
}

async function startAttempts(
  tx: Db,
  workspaceId: string,
  claims: readonly (Pick<ClaimedMessage, "attemptId" | "messageId" | "n" | "sender" | "fit"> & {
    evidence: Extract<Decision, { kind: "send" }>["evidence"];
  })[],
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
  await sql`insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at)
    select ${workspaceId}, r.attempt_id, r.message_id, r.n, now() from ${recordset(rows, kinds)}`.execute(tx);
  await sql`update webxkey.messages m set state = 'sending', reason_code = null, reason_detail = null,
      attempt_id = r.attempt_id, attempts = r.n, sender_id = r.sender_id, language = r.language,
      evidence_kind = r.evidence_kind, consent_id = r.consent_id,
      lease_until = now() + make_interval(secs => ${leaseMs / 1000}), updated_at = now()
    from ${recordset(rows, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
}

async function stop(
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
      params_sealed = case when r.state = 'held' then m.params_sealed end, updated_at = now()
    from ${recordset(rows, { message_id: "uuid", state: "text", reason_code: "text", reason_detail: "text" })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
}

async function withRecipients(
  contacts: Contacts,
  claims: readonly Omit<ClaimedMessage, "to">[],
): Promise<ClaimedMessage[]> {
  const result: ClaimedMessage[] = [];
  for (const [workspaceId, of] of Map.groupBy(claims, (one) => one.workspaceId)) {
    const identities = await contacts.identities(
      workspaceId,
      of.map((one) => one.contactId),
    );
    for (const one of of) result.push({ ...one, to: identities.get(one.contactId) ?? [] });
  }
  return result;
}

/** A worker that died while sending leaves an unknown outcome: it may have been sent, so it is never sent again blindly. */
export async function markDeadLeasesUnknown({
  db,
  audit,
}: Pick<ClaimPorts, "db" | "audit">): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{
      workspace_id: string;
      message_id: string;
      attempt_id: string;
      contact_id: string;
    }>`
      update webxkey.messages set state = 'unknown', reason_code = 'outcome_unknown', reason_detail = null, updated_at = now()
      where (workspace_id, message_id) in (
        select workspace_id, message_id from webxkey.messages
        where state = 'sending' and lease_until < now() order by lease_until limit 300 for update skip locked)
      returning workspace_id, message_id, attempt_id, contact_id`.execute(tx);
    for (const [workspaceId, of] of Map.groupBy(rows, (row) => row.workspace_id)) {
      await sql`update webxkey.attempts set outcome = 'unknown', reason_code = 'worker_gone', finished_at = now()
        where workspace_id = ${workspaceId} and outcome = 'started' and attempt_id = any(${of.map((row) => row.attempt_id)}::uuid[])`.execute(
        tx,
      );
      await audit.append(
        tx,
        workspaceId,
        of.map(
          (row): AuditFact => ({
            actor: { type: "engine" },
            action: "message.answered",
            object: { type: "message", id: row.message_id },
            outcome: "unknown:worker_gone",
            subjectId: row.contact_id,
          }),
        ),
      );
    }
    return rows.length;
  });
}
