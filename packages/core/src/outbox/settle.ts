import { sql } from "kysely";
import type { Audit, AuditFact } from "../audit/index.ts";
import { isEventType, VOCABULARY } from "../events/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import type { Log } from "../kernel/log.ts";
import { type Db, recordset } from "../storage/index.ts";
import { notifyQueued } from "./outbox-store.ts";
import { ATTEMPTS_MAX } from "./refusal.ts";
import { silenceOf, type Uptime } from "./silence.ts";
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

/** Why the outcome of an attempt is unknown whose worker died. It may have died before it wrote a byte. */
const WORKER_GONE = "worker_gone";
const EPOCH_MS = (moment: string) => sql.raw(`(extract(epoch from ${moment}) * 1000)::float8`);

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
      await sql`update webxkey.attempts set outcome = 'unknown', reason_code = ${WORKER_GONE}, finished_at = now()
        where workspace_id = ${workspaceId} and outcome = 'started' and attempt_id = any(${of.map((row) => row.attempt_id)}::uuid[])`.execute(
        tx,
      );
      await audit.append(
        tx,
        workspaceId,
        of.map((row) => factOf(row, "message.answered", `unknown:${WORKER_GONE}`)),
      );
    }
    return rows.length;
  });
}

interface Unsettled extends Leased {
  readonly purpose: string;
  readonly event_type: string;
  readonly expired: boolean;
  /** Attempts that Meta was asked and never heard of again. A worker that died may not have asked it. */
  readonly unknowns: number;
  readonly attempts: number;
}

export type Verdict = "resend" | "park" | "expire";

/**
 * What becomes of a message whose status never came. Sent once more where a second copy does little harm; money and
 * advertising wait for a person. Never more than one resend: what stays silent twice is parked. Workers that died are not
 * counted as silence of Meta, only among all tries.
 */
export function settleVerdict(
  message: Pick<Unsettled, "purpose" | "event_type" | "expired" | "unknowns" | "attempts">,
): Verdict {
  if (message.expired) return "expire";
  if (message.unknowns > 1 || message.attempts >= ATTEMPTS_MAX) return "park";
  return parks(message) ? "park" : "resend";
}

function parks({ purpose, event_type }: Pick<Unsettled, "purpose" | "event_type">): boolean {
  return purpose === "marketing" || (isEventType(event_type) && VOCABULARY[event_type].aboutMoney);
}

/** Whether the number's other statuses show that its webhooks arrive, or nothing was heard of it at all. */
type Grounds = "silence" | "quiet";

function outcomeOf(verdict: Verdict, grounds: Grounds) {
  switch (verdict) {
    case "resend": {
      const reason_code = grounds === "silence" ? "resent_after_silence" : "resent_unheard";
      return { state: "queued", reason_code, action: "message.resent" };
    }
    case "park":
      return { state: "held", reason_code: "outcome_parked", action: "message.parked" };
    case "expire":
      return { state: "expired", reason_code: "expired_unsettled", action: "message.expired" };
  }
}

interface Silent {
  readonly workspace_id: string;
  readonly message_id: string;
  readonly started_ms: number;
  readonly settle_ms: number;
  readonly last_status_ms: number | null;
  readonly heard_again_ms: number | null;
}

/** Unknown outcomes that one round looks at. */
const LOOKED_AT_MAX = 10_000;

/** The unknown outcomes whose silence is evidence by now, and on which grounds. No stored webhook waits that could hold a status. */
async function silentMessages({ db, windows }: SettlePorts): Promise<Map<string, Grounds>> {
  const { rows } = await sql<Silent>`
    select m.workspace_id, m.message_id, ${EPOCH_MS("a.started_at")} as started_ms,
      greatest(${windows.settleMs}::float8, p.settle_ms) as settle_ms, ${EPOCH_MS("p.last_status_at")} as last_status_ms,
      ${EPOCH_MS("p.heard_again_at")} as heard_again_ms
    from webxkey.messages m
    join webxkey.attempts a on a.workspace_id = m.workspace_id and a.attempt_id = m.attempt_id
    left join webxkey.sender_pulses p on p.workspace_id = m.workspace_id and p.sender_id = m.sender_id
    where m.open_state = 'unknown'
      and a.started_at < now() - make_interval(secs => greatest(${windows.settleMs}::float8, p.settle_ms) / 1000)
      and not exists (select 1 from webxkey.inbox i
        where i.state = 'stored' and i.received_at < now() - make_interval(secs => ${windows.sweepMs / 1000}::float8))
    order by a.started_at limit ${LOOKED_AT_MAX}`.execute(db);
  if (rows.length === 0) return new Map();
  const { nowMs, uptimes } = await uptimesSince(db, Math.min(...rows.map((row) => row.started_ms)));
  return new Map(
    rows.flatMap((row): [string, Grounds][] => {
      const of = { ...windows, nowMs, settleMs: row.settle_ms, heardAgainMs: row.heard_again_ms };
      const { evidenceFromMs, heardAfterMs } = silenceOf(row.started_ms, uptimes, of);
      if (nowMs < evidenceFromMs) return [];
      if (row.last_status_ms !== null && row.last_status_ms > heardAfterMs)
        return [[row.message_id, "silence"]];
      return nowMs < evidenceFromMs + windows.quietMs ? [] : [[row.message_id, "quiet"]];
    }),
  );
}

async function uptimesSince(db: Db, sinceMs: number): Promise<{ nowMs: number; uptimes: Uptime[] }> {
  const { rows } = await sql<{ now_ms: number; began_ms: number | null; last_ms: number }>`
    select ${EPOCH_MS("now()")} as now_ms, ${EPOCH_MS("u.began_at")} as began_ms, ${EPOCH_MS("u.last_at")} as last_ms
    from (select 1) one left join webxkey.receiver_uptimes u on u.last_at > to_timestamp(${sinceMs / 1_000})
    order by u.began_at`.execute(db);
  return {
    nowMs: rows[0]?.now_ms ?? 0,
    uptimes: rows.flatMap(({ began_ms, last_ms }) =>
      began_ms === null ? [] : [{ beganMs: began_ms, lastMs: last_ms }],
    ),
  };
}

async function settleUnknown(ports: SettlePorts): Promise<number> {
  const silent = await silentMessages(ports);
  if (silent.size === 0) return 0;
  const ids = [...silent.keys()].slice(0, BATCH_ROWS_MAX);
  const { db, audit, log } = ports;
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<Unsettled>`
      select m.workspace_id, m.message_id, m.attempt_id, m.contact_id, m.purpose, e.type as event_type,
        m.expires_at <= now() as expired, m.attempts,
        (select count(*)::int from webxkey.attempts u where u.workspace_id = m.workspace_id
          and u.message_id = m.message_id and u.outcome = 'unknown' and u.reason_code <> ${WORKER_GONE}
          and not exists (select 1 from webxkey.statuses s
            where s.workspace_id = u.workspace_id and s.attempt_id = u.attempt_id)) as unknowns
      from webxkey.messages m
      join webxkey.events e on e.workspace_id = m.workspace_id and e.event_id = m.event_id
      where m.open_state = 'unknown' and m.message_id = any(${ids}::uuid[])
      for update of m skip locked`.execute(tx);
    const settled = rows.map((row) => ({
      ...row,
      outcome: outcomeOf(settleVerdict(row), silent.get(row.message_id) ?? "quiet"),
    }));
    for (const [workspaceId, of] of byWorkspace(settled)) {
      const changes = of.map(({ message_id, outcome: { state, reason_code } }) => ({
        message_id,
        state,
        reason_code,
      }));
      await sql`update webxkey.messages m set state = r.state, reason_code = r.reason_code, reason_detail = null,
          due_at = now(), updated_at = now(),
          params_sealed = case when r.state <> 'expired' or m.purpose <> ${ONE_TIME_PURPOSE} then m.params_sealed end
        from ${recordset(changes, { message_id: "uuid", state: "text", reason_code: "text" })}
        where m.workspace_id = ${workspaceId} and m.message_id = r.message_id`.execute(tx);
      await audit.append(
        tx,
        workspaceId,
        of.map((one) => factOf(one, one.outcome.action, one.outcome.reason_code)),
      );
      log.warn("settle.silence", { workspace_id: workspaceId, count: of.length });
    }
    if (settled.some(({ outcome }) => outcome.action === "message.resent")) await notifyQueued(tx);
    return settled.length;
  });
}

/**
 * Closes attempts whose worker died and whose status was heard before their lease ended: the message has gone on, and nobody
 * else looks at the attempt. Messages of the last day, because the chore runs each hour.
 */
export async function closeLeftAttempts({ db, windows }: Pick<SettlePorts, "db" | "windows">): Promise<void> {
  await sql`update webxkey.attempts a set outcome = 'unknown', reason_code = ${WORKER_GONE}, finished_at = now()
    from webxkey.messages m
    where m.created_at > now() - interval '1 day' and a.workspace_id = m.workspace_id and a.attempt_id = m.attempt_id
      and m.state not in ('sending', 'unknown') and a.outcome = 'started'
      and a.started_at < now() - make_interval(secs => ${(2 * windows.leaseMs) / 1_000})`.execute(db);
}

/** The newest messages of a workspace that its settle window is measured on. */
const LAG_MESSAGES_MAX = 5_000;
const SETTLE_MS_MAX = 3_600_000;

/**
 * Measures, for each number, how long after Meta's answer the first status came, and sets its settle window to twice what
 * all but one in a thousand needed; what an outage of our own delayed says nothing of Meta. The window is never below `windows.settleMs`.
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
      and not exists (select 1 from webxkey.receiver_uptimes u where u.began_at between a.finished_at and f.first_at)
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
