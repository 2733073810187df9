import type { KeyObject } from "node:crypto";
import type { Audit, AuditFact } from "../audit/index.ts";
import type { Identity } from "../contacts/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Pii, pii } from "../kernel/pii.ts";
import { type Keys, open, type SubjectKeys } from "../keys/index.ts";
import type { GraphCredentials } from "../meta/index.ts";
import { decideAgain, type Reason } from "../policy/index.ts";
import type { Sender } from "../senders/index.ts";
import { type Db, together } from "../storage/index.ts";
import type { TemplateFit } from "../templates/index.ts";
import { type DueRow, defer, lockDue, startAttempts, stop } from "./claim-store.ts";
import { paramsPlace } from "./intake-rows.ts";
import { type OtherNews, orderTurnOf, readOrderNews } from "./order-turn.ts";
import { type Turn, takeTurns } from "./pace-store.ts";
import {
  consentPurpose,
  isFit,
  loadSendContext,
  type SendContext,
  type SendContextPorts,
  sendFactsOf,
  stoppingPurpose,
} from "./send-context.ts";
import { loadPacing, type Share, sharesOf, type WaitReason, waitOf } from "./turns.ts";
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
  /** A STOP for this purpose ends it. */
  readonly stoppingPurpose: string;
  /** Withdrawals of the person, for the purpose that speaks of it, when the claim read them. */
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
    const waits: number[] = [];
    // One order of workspaces for everybody who appends to their audit.
    for (const { turn } of shares.toSorted((one, other) =>
      one.turn.workspaceId < other.turn.workspaceId ? -1 : 1,
    )) {
      const rows = due.get(turn.workspaceId) ?? [];
      if (rows.length === 0) continue;
      const ofWorkspace = await claimOf(ports, tx, turn, rows, claimedAt);
      claims.push(...ofWorkspace.claims);
      waits.push(...ofWorkspace.waits);
    }
    ports.onStep("claim.audited");
    const look = nextLook(shares, due);
    if (look !== undefined) waits.push(look);
    return { claims, waitMs: waits.length === 0 ? undefined : Math.min(...waits) };
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

async function claimOf(
  ports: ClaimPorts,
  tx: Db,
  turn: Turn,
  rows: readonly DueRow[],
  claimedAt: number,
): Promise<{ claims: ClaimedMessage[]; waits: number[] }> {
  const { workspaceId } = turn;
  const contactIds = rows.map((row) => row.contact_id);
  const [context, pacing, identities, ofOrders] = await together(tx, (tx) => {
    const keys = ports.keys.subjects(workspaceId, contactIds);
    const names = rows.map((row) => row.template);
    return Promise.all([
      loadSendContext(ports, tx, workspaceId, contactIds, names, keys),
      loadPacing(tx, turn, contactIds),
      ports.contacts.identities(workspaceId, [...new Set(contactIds)], { tx, keys }),
      readOrderNews(tx, workspaceId, rows),
    ]);
  });
  ports.onStep("claim.looked");
  // The database's time: a worker whose clock is a day off expires nothing that is fresh and sends nothing that is stale.
  const now = new Date(turn.nowMs);
  const looked = rows.map((row) =>
    lookAgain(ports.log, context, row, ofOrders.get(row.message_id) ?? [], now),
  );
  const waiting: { row: DueRow; untilMs: number; reason: WaitReason }[] = [];
  const claims = looked.flatMap(({ row, decision, fit, params, turn: orderTurn }) => {
    const key = context.keyOf(row.contact_id);
    if (decision.kind !== "send" || !isFit(fit) || !context.sender || !key) return [];
    const wait =
      orderTurn.kind === "later"
        ? { untilMs: orderTurn.untilMs, reason: "waiting_for_earlier" as const }
        : pacing.waitFor({ contactId: row.contact_id, template: row.template });
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
        stoppingPurpose: stoppingPurpose(context, row.purpose),
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
  return {
    claims: claims.map((one) => ({ ...one, credentials })),
    waits: waiting.flatMap(({ untilMs, reason }) =>
      reason === "waiting_for_earlier" ? [untilMs - turn.nowMs] : [],
    ),
  };
}

function withdrawalsOf(context: SendContext, { contact_id, channel, ...row }: DueRow): number {
  const purpose = consentPurpose(row.purpose);
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

function lookAgain(log: Log, context: SendContext, row: DueRow, others: readonly OtherNews[], now: Date) {
  const turn = orderTurnOf(row, others, now.getTime());
  const params = openParams(log, context, row);
  const never: Reason | undefined =
    turn.kind === "never" ? { code: "overtaken", detail: turn.overtakenBy } : params ? undefined : UNREADABLE;
  if (never || !params)
    return {
      row,
      turn,
      fit: UNREADABLE,
      params: {},
      decision: { kind: "deny", reason: never ?? UNREADABLE } as const,
    };
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
  return { row, turn, fit, params, decision: decideAgain(facts) };
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

/** The keys that claims carry: what follows one claim reads no person's key again. */
export function keysOf(claims: readonly Pick<ClaimedMessage, "contactId" | "key">[]): SubjectKeys {
  return new Map(claims.map(({ contactId, key }) => [contactId, key]));
}
