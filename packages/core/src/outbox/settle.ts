import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import { isEventType, VOCABULARY } from "../events/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Db, recordset } from "../storage/index.ts";
import { notifyQueued } from "./outbox-store.ts";
import { ONE_TIME_PURPOSE } from "./values.ts";
import type { SendWindows } from "./windows.ts";

export interface SettlePorts {
  readonly db: Db;
  readonly audit: Audit;
  readonly windows: SendWindows;
  readonly log: Log;
}

/**
 * Looks at what a dead worker or a lost answer left open. Runs in every worker; rows are locked, so each is settled once.
 * Resolves with how many were settled.
 */
export async function settle(ports: SettlePorts): Promise<number> {
  const dead = await markDeadLeasesUnknown(ports);
  return dead + (await settleUnknown(ports));
}

interface Leased {
  readonly workspace_id: string;
  readonly message_id: string;
  readonly attempt_id: string;
  readonly contact_id: string;
}

/** A worker that died while sending leaves an unknown outcome: it may have been sent, so it is never sent again blindly. */
async function markDeadLeasesUnknown({ db, audit }: SettlePorts): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<Leased>`
      update webxkey.messages set state = 'unknown', reason_code = 'outcome_unknown', reason_detail = null, updated_at = now()
      where (workspace_id, message_id) in (
        select workspace_id, message_id from webxkey.messages
        where open_state = 'sending' and lease_until < now() order by lease_until limit ${BATCH_ROWS_MAX} for update skip locked)
      returning workspace_id, message_id, attempt_id, contact_id`.execute(tx);
    for (const [workspaceId, of] of byWorkspace(rows)) {
      await sql`update webxkey.attempts set outcome = 'unknown', reason_code = 'worker_gone', finished_at = now()
        where workspace_id = ${workspaceId} and outcome = 'started' and attempt_id = any(${of.map((row) => row.attempt_id)}::uuid[])`.execute(
        tx,
      );
      await audit.append(
        tx,
        workspaceId,
        of.map((row) => factOf(row, "message.answered", "unknown:worker_gone")),
      );
    }
    return rows.length;
  });
}

interface Unsettled extends Leased {
  readonly purpose: string;
  readonly event_type: string;
  readonly expired: boolean;
  readonly unknowns: number;
}

export type Verdict = "resend" | "park" | "expire";

/**
 * What becomes of a message whose status never came although others of its number did. Sent once more where a second copy
 * does little harm; money and advertising wait for a person. Never more than one resend: what stays silent twice is parked.
 */
export function settleVerdict(
  message: Pick<Unsettled, "purpose" | "event_type" | "expired" | "unknowns">,
): Verdict {
  if (message.expired) return "expire";
  if (message.unknowns > 1) return "park";
  return parks(message) ? "park" : "resend";
}

function parks({ purpose, event_type }: Pick<Unsettled, "purpose" | "event_type">): boolean {
  return purpose === "marketing" || (isEventType(event_type) && VOCABULARY[event_type].aboutMoney);
}

const OUTCOMES = {
  resend: { state: "queued", reason_code: "resent_after_silence", action: "message.resent" },
  park: { state: "held", reason_code: "outcome_parked", action: "message.parked" },
  expire: { state: "expired", reason_code: "expired_unsettled", action: "message.expired" },
} as const satisfies Record<Verdict, object>;

/**
 * Silence is evidence only while the number's webhooks are known to arrive: a status from it, made at Meta well after the
 * attempt, has been applied, and no stored webhook waits that could hold the missing one. Otherwise it goes on waiting.
 */
async function settleUnknown({ db, audit, windows, log }: SettlePorts): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<Unsettled>`
      select m.workspace_id, m.message_id, m.attempt_id, m.contact_id, m.purpose, e.type as event_type,
        m.expires_at <= now() as expired,
        (select count(*)::int from webxkey.attempts u where u.workspace_id = m.workspace_id
          and u.message_id = m.message_id and u.outcome = 'unknown') as unknowns
      from webxkey.messages m
      join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
      join webxkey.attempts a on a.workspace_id = m.workspace_id and a.attempt_id = m.attempt_id
      join webxkey.sender_pulses p on p.workspace_id = m.workspace_id and p.sender_id = m.sender_id
      cross join lateral (select make_interval(secs => greatest(${windows.settleMs}::float8, p.settle_ms) / 1000) as settle) w
      where m.open_state = 'unknown'
        and a.started_at < now() - w.settle
        and p.last_status_at > a.started_at + w.settle / 2
        and not exists (select 1 from webxkey.inbox i
          where i.state = 'stored' and i.received_at < now() - make_interval(secs => ${windows.sweepMs / 1000}::float8))
      order by m.updated_at limit ${BATCH_ROWS_MAX}
      for update of m skip locked`.execute(tx);
    const settled = rows.map((row) => ({ row, verdict: settleVerdict(row) }));
    for (const [workspaceId, of] of byWorkspace(settled.map(({ row, verdict }) => ({ ...row, verdict })))) {
      const changes = of.map(({ message_id, verdict }) => {
        const { state, reason_code } = OUTCOMES[verdict];
        return { message_id, state, reason_code };
      });
      await sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = null,
          due_at = now(), updated_at = now(),
          params_sealed = case when r.state <> 'expired' or m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end
        from ${recordset(changes, { message_id: "uuid", state: "text", reason_code: "text" })}
        where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
      await audit.append(
        tx,
        workspaceId,
        of.map((one) => factOf(one, OUTCOMES[one.verdict].action, OUTCOMES[one.verdict].reason_code)),
      );
      log.warn("settle.silence", { workspace_id: workspaceId, count: of.length });
    }
    if (settled.some(({ verdict }) => verdict === "resend")) await notifyQueued(tx);
    return settled.length;
  });
}

/** The newest messages of a workspace that its settle window is measured on. */
const LAG_MESSAGES_MAX = 5_000;
const SETTLE_MS_MAX = 3_600_000;

/**
 * Measures, for each number, how long after Meta's answer the first status came, and sets its settle window to twice what
 * all but one in a thousand needed. The window is never below `windows.settleMs`.
 */
export async function tuneSettleWindows(db: Db): Promise<void> {
  await sql`insert into webxkey.sender_pulses as p (workspace_id, sender_id, settle_ms)
    select m.workspace_id, m.sender_id,
      least(${SETTLE_MS_MAX}::float8, 2 * percentile_cont(0.999) within group (
        order by greatest(0, extract(epoch from f.first_at - a.finished_at) * 1000)))::int
    from webxkey.workspaces w
    cross join lateral (select n.workspace_id, n.attempt_id, n.sender_id from webxkey.messages n
      where n.workspace_id = w.workspace_id order by n.created_at desc, n.message_id desc limit ${LAG_MESSAGES_MAX}) m
    join webxkey.attempts a on a.workspace_id = m.workspace_id and a.attempt_id = m.attempt_id and a.outcome = 'accepted'
    cross join lateral (select min(s.received_at) as first_at from webxkey.statuses s
      where s.workspace_id = a.workspace_id and s.attempt_id = a.attempt_id) f
    where f.first_at is not null
    group by m.workspace_id, m.sender_id
    on conflict (workspace_id, sender_id) do update set settle_ms = excluded.settle_ms`.execute(db);
}

/** In one order, as everybody who appends to several audits does. */
function byWorkspace<Row extends { readonly workspace_id: string }>(rows: readonly Row[]): [string, Row[]][] {
  return [...Map.groupBy(rows, (row) => row.workspace_id)].sort(([one], [other]) => (one < other ? -1 : 1));
}

function factOf(row: Leased, action: string, outcome: string): AuditFact {
  return {
    actor: { type: "engine" },
    action,
    object: { type: "message", id: row.message_id },
    outcome,
    subjectId: row.contact_id,
    detail: { attempt_id: row.attempt_id },
  };
}
