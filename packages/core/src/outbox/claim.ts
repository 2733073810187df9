import type { KeyObject } from "node:crypto";
import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import type { Identity } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import { type Keys, open, type SubjectKeys } from "../keys/index.ts";
import type { GraphCredentials } from "../meta/index.ts";
import { type Decision, decideAgain, type Reason } from "../policy/index.ts";
import type { Sender } from "../senders/index.ts";
import { type Db, recordset, together } from "../storage/index.ts";
import type { TemplateFit } from "../templates/index.ts";
import { paramsPlace } from "./intake-rows.ts";
import { type Turn, takeTurns } from "./pace-store.ts";
import {
  isFit,
  loadSendContext,
  type SendContext,
  type SendContextPorts,
  sendFactsOf,
} from "./send-context.ts";
import { loadPacing, type Share, sharesOf, type WaitReason, waitOf } from "./turns.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";
import type { OnStep, SendWindows } from "./windows.ts";

/** A message that this process alone may send now, with its attempt committed. */
export interface ClaimedMessage {
  readonly workspaceId: string;
  readonly messageId: string;
  readonly attemptId: string;
  readonly n: number;
  readonly contactId: string;
  /** The person's own, as the claim read it. */
  readonly key: KeyObject;
  readonly sender: Sender;
  /** Undefined where they cannot be read. */
  readonly credentials: GraphCredentials | undefined;
  readonly to: readonly Identity[];
  readonly template: string;
  readonly fit: TemplateFit;
  readonly params: Pii<Readonly<Record<string, string>>>;
  /** By this process's own monotonic clock: before anything of the claim was read. */
  readonly claimedAt: number;
  /** By the same clock: no byte is written to the socket after it. */
  readonly sendBefore: number;
  readonly purpose: string;
  /** How often the person had withdrawn for this purpose when the claim read it. */
  readonly withdrawals: number;
}

export interface ClaimPorts extends SendContextPorts {
  readonly db: Db;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
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

export interface Claim {
  readonly claimed: readonly ClaimedMessage[];
  /** When it is worth looking again: 0 at once, undefined when nothing is due that may go. */
  readonly waitMs: number | undefined;
}

/**
 * Claims due messages, each workspace in its turn and as fast as its number may send: looks at consent, template, sender and
 * expiry again, and commits an attempt for each that may still be sent, all in one transaction. Only what is answered may be
 * posted, once, before its lease ends.
 */
export async function claim(ports: ClaimPorts, rowsMax: number): Promise<Claim> {
  const claimedAt = performance.now();
  const { claims, waitMs } = await ports.db.transaction().execute(async (tx) => {
    const turns = await takeTurns(tx, rowsMax);
    const shares = sharesOf(turns, rowsMax);
    const due = Map.groupBy(await lockDue(tx, shares), (row) => row.workspace_id);
    ports.onStep("claim.locked");
    const claims: ClaimedMessage[] = [];
    // One order of workspaces for everybody who appends to their audit.
    for (const { turn } of shares.toSorted((one, other) =>
      one.turn.workspaceId < other.turn.workspaceId ? -1 : 1,
    )) {
      const rows = due.get(turn.workspaceId) ?? [];
      if (rows.length > 0) claims.push(...(await claimOf(ports, tx, turn, rows, claimedAt)));
    }
    ports.onStep("claim.audited");
    return { claims, waitMs: nextLook(shares, due) };
  });
  ports.onStep("claim.committed");
  return { claimed: claims, waitMs };
}

/** What a number may send again gathers so long, so that a fast one is not claimed for one by one. */
const PACE_TICK_MS = 25;

/** A workspace that filled its share may have more; one whose number is at its pace has to wait for it. */
function nextLook(shares: readonly Share[], due: ReadonlyMap<string, readonly DueRow[]>): number | undefined {
  const filled = shares.filter(
    ({ turn, rowsMax }) => (due.get(turn.workspaceId)?.length ?? 0) >= Math.min(rowsMax, BATCH_ROWS_MAX),
  );
  if (filled.some(({ paced }) => !paced)) return 0;
  if (filled.some(({ rowsMax }) => rowsMax > 0)) return PACE_TICK_MS;
  const wait = waitOf(filled.map(({ turn }) => turn));
  return wait === undefined ? undefined : Math.max(PACE_TICK_MS, wait);
}

async function lockDue(tx: Db, shares: readonly Share[]): Promise<DueRow[]> {
  const open = shares.filter(({ rowsMax }) => rowsMax > 0);
  if (open.length === 0) return [];
  const takes = open.map(({ turn, rowsMax }) => ({
    workspace_id: turn.workspaceId,
    rows_max: Math.min(rowsMax, BATCH_ROWS_MAX),
  }));
  const { rows } = await sql<DueRow>`
    select m.workspace_id, m.message_id, m.contact_id, m.purpose, m.channel, m.template, m.languages, m.params_sealed,
      m.attempts, m.expires_at, m.entity_type, m.entity_ref
    from ${recordset(takes, { workspace_id: "text", rows_max: "int" })}
    cross join lateral (
      select m.workspace_id, m.message_id, m.contact_id, m.purpose, m.channel, m.template, m.languages, m.params_sealed,
        m.attempts, m.expires_at, e.entity_type, e.entity_ref
      from webxkey.messages m
      join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
      where m.workspace_id = r.workspace_id and m.open_state = 'queued' and m.due_at <= now()
      order by m.priority, m.due_at
      limit r.rows_max
      for update of m skip locked) m`.execute(tx);
  return rows;
}

async function claimOf(
  ports: ClaimPorts,
  tx: Db,
  turn: Turn,
  rows: readonly DueRow[],
  claimedAt: number,
): Promise<ClaimedMessage[]> {
  const { workspaceId } = turn;
  const contactIds = rows.map((row) => row.contact_id);
  const [context, pacing, identities] = await together(tx, (tx) => {
    const keys = ports.keys.subjects(workspaceId, contactIds);
    const names = rows.map((row) => row.template);
    return Promise.all([
      loadSendContext(ports, tx, workspaceId, contactIds, names, keys),
      loadPacing(tx, turn, contactIds),
      ports.contacts.identities(workspaceId, [...new Set(contactIds)], { tx, keys }),
    ]);
  });
  ports.onStep("claim.looked");
  // The database's time: a worker whose clock is a day off expires nothing that is fresh and sends nothing that is stale.
  const now = new Date(turn.nowMs);
  const looked = rows.map((row) => lookAgain(ports.log, context, row, now));
  const waiting: { row: DueRow; untilMs: number; reason: WaitReason }[] = [];
  const claims = looked.flatMap(({ row, decision, fit, params }) => {
    const key = context.keyOf(row.contact_id);
    if (decision.kind !== "send" || !isFit(fit) || !context.sender || !key) return [];
    const wait = pacing.waitFor({ contactId: row.contact_id, template: row.template });
    if (wait) {
      waiting.push({ row, ...wait });
      return [];
    }
    return [
      {
        workspaceId,
        messageId: row.message_id,
        attemptId: ports.ids.opaque(),
        n: row.attempts + 1,
        contactId: row.contact_id,
        key,
        sender: context.sender,
        to: identities.get(row.contact_id) ?? [],
        template: row.template,
        fit,
        params: pii(params),
        claimedAt,
        sendBefore: claimedAt + ports.windows.leaseMs,
        purpose: row.purpose,
        withdrawals: withdrawalsOf(context, row),
        evidence: decision.evidence,
      },
    ];
  });
  const stopped = looked.flatMap(({ row, decision }) =>
    decision.kind === "send" ? [] : [{ row, decision }],
  );
  const facts = [
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
  ];
  const [credentials] = await together(tx, (tx) =>
    Promise.all([
      claims.length === 0 ? undefined : credentialsOf(ports, tx, context.sender),
      startAttempts(tx, workspaceId, claims, ports.windows.leaseMs).then(() =>
        ports.onStep("claim.attempted"),
      ),
      stop(tx, workspaceId, stopped),
      defer(tx, workspaceId, waiting),
      pacing.save(tx),
      ports.audit.append(tx, workspaceId, facts, context.keys),
    ]),
  );
  return claims.map((one) => ({ ...one, credentials }));
}

function withdrawalsOf(context: SendContext, { contact_id, purpose, channel }: DueRow): number {
  return context
    .recordsOf(contact_id)
    .filter((one) => one.state === "withdrawn" && one.purpose === purpose && one.channel === channel).length;
}

async function credentialsOf(
  { senders, log }: ClaimPorts,
  tx: Db,
  sender: Sender | undefined,
): Promise<GraphCredentials | undefined> {
  if (!sender) return undefined;
  try {
    return await senders.credentials(sender, tx);
  } catch (error) {
    log.error("claim.no_credentials", { sender_id: sender.senderId, error });
    return undefined;
  }
}

function lookAgain(log: Log, context: SendContext, row: DueRow, now: Date) {
  const opened = openParams(log, context, row);
  if (!opened)
    return { row, fit: UNREADABLE, params: {}, decision: { kind: "deny", reason: UNREADABLE } as const };
  const params = opened;
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

const UNREADABLE: Reason = { code: "message_unreadable" };

/** One row that cannot be opened must not keep its neighbours from being sent. */
function openParams(
  log: Log,
  context: SendContext,
  row: DueRow,
): Readonly<Record<string, string>> | undefined {
  const key = context.keyOf(row.contact_id);
  if (!key || !row.params_sealed) return {};
  try {
    const bytes = open(key, paramsPlace(row.workspace_id, row.message_id), row.params_sealed);
    return JSON.parse(bytes.toString()) as Record<string, string>;
  } catch (error) {
    log.error("claim.unreadable", { message_id: row.message_id, error });
    return undefined;
  }
}

/** Leaves messages in the queue for later: nothing was decided about them, so nothing is audited. */
async function defer(
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
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
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
  const attempts = sql`insert into webxkey.attempts (workspace_id, attempt_id, message_id, n, started_at)
    select ${workspaceId}, r.attempt_id, r.message_id, r.n, now() from ${recordset(rows, kinds)}`;
  const messages = sql`update webxkey.messages m set state = 'sending', reason_code = null, reason_detail = null,
      attempt_id = r.attempt_id, attempts = r.n, sender_id = r.sender_id, language = r.language,
      evidence_kind = r.evidence_kind, consent_id = r.consent_id,
      lease_until = now() + make_interval(secs => ${leaseMs / 1000}), updated_at = now()
    from ${recordset(rows, kinds)}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`;
  await Promise.all([attempts.execute(tx), messages.execute(tx)]);
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
      params_sealed = case when r.state = 'held' or m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end, updated_at = now()
    from ${recordset(rows, { message_id: "uuid", state: "text", reason_code: "text", reason_detail: "text" })}
    where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
}

/** The keys that claims carry: what follows one claim reads no person's key again. */
export function keysOf(claims: readonly Pick<ClaimedMessage, "contactId" | "key">[]): SubjectKeys {
  return new Map(claims.map(({ contactId, key }) => [contactId, key]));
}
