import { sql } from "kysely";
import { type Db, recordset, together } from "../storage/index.ts";
import { type LearnedRate, slowedRate } from "./pace.ts";

/** A workspace that has something due, and how fast its number may send. Times are the database's, in milliseconds. */
export interface Turn {
  readonly workspaceId: string;
  readonly nowMs: number;
  /** Null while no number is connected: what is due is looked at all the same, and held. */
  readonly pace: SenderPace | null;
}

export interface SenderPace extends LearnedRate {
  readonly senderId: string;
  readonly nextMs: number;
  readonly pausedUntilMs: number | null;
  readonly recipientsMax: number | null;
}

const EPOCH_MS = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);

/**
 * The workspaces that have something due, those served longest ago first, with their numbers' paces locked until the
 * transaction ends: two workers never take from one bucket at once.
 */
export async function takeTurns(tx: Db, workspacesMax: number): Promise<Turn[]> {
  // One due message of each, where an "exists" would read all that are queued when statistics are old.
  const { rows: due } = await sql<{ workspace_id: string; sender_id: string | null }>`
    select w.workspace_id, s.sender_id
    from webxkey.workspaces w
    left join lateral (
      select sender_id from webxkey.senders where workspace_id = w.workspace_id and state = 'connected'
      order by chosen_at desc nulls last, created_at limit 1) s on true
    left join webxkey.sender_paces p on p.workspace_id = w.workspace_id and p.sender_id = s.sender_id
    cross join lateral (select from webxkey.messages m
      where m.workspace_id = w.workspace_id and m.open_state = 'queued' and m.due_at <= now() limit 1) one_due
    order by p.served_at nulls first limit ${workspacesMax}`.execute(tx);
  if (due.length === 0) return [];
  const paces = sql<{
    workspace_id: string;
    sender_id: string;
    per_second: number;
    next_ms: number;
    learned_per_second: number | null;
    learned_ms: number | null;
    slowed_ms: number | null;
    paused_until_ms: number | null;
    recipients_max: number | null;
  }>`
    select p.workspace_id, p.sender_id, p.per_second, p.recipients_max, ${EPOCH_MS("p.next_at")} as next_ms,
      p.learned_per_second, ${EPOCH_MS("p.learned_at")} as learned_ms, ${EPOCH_MS("p.slowed_at")} as slowed_ms, ${EPOCH_MS("p.paused_until")} as paused_until_ms
    from webxkey.sender_paces p
    where (p.workspace_id, p.sender_id) in (select r.workspace_id, r.sender_id from ${recordset(
      due.filter(({ sender_id }) => sender_id !== null),
      { workspace_id: "text", sender_id: "uuid" },
    )})
    order by p.workspace_id for update`;
  // A statement after it, because the lock may have to be waited for.
  const clock = sql<{ now_ms: number }>`select ${EPOCH_MS("clock_timestamp()")} as now_ms`;
  const [locked, told] = await together(tx, (tx) => Promise.all([paces.execute(tx), clock.execute(tx)]));
  const nowMs = told.rows[0]?.now_ms ?? 0;
  const paceOf = new Map(locked.rows.map((row) => [row.workspace_id, row]));
  return due.map(({ workspace_id }) => {
    const row = paceOf.get(workspace_id);
    return {
      workspaceId: workspace_id,
      nowMs,
      pace: row
        ? {
            senderId: row.sender_id,
            perSecondMax: row.per_second,
            learnedPerSecond: row.learned_per_second,
            learnedMs: row.learned_ms,
            nextMs: row.next_ms,
            slowedMs: row.slowed_ms,
            pausedUntilMs: row.paused_until_ms,
            recipientsMax: row.recipients_max,
          }
        : null,
    };
  });
}

export async function saveSenderPace(
  tx: Db,
  workspaceId: string,
  senderId: string,
  nextMs: number,
  learnedPerSecond: number | undefined,
): Promise<void> {
  await sql`update webxkey.sender_paces set next_at = to_timestamp(${nextMs / 1000}), served_at = clock_timestamp(),
      learned_per_second = coalesce(${learnedPerSecond ?? null}::float8, learned_per_second),
      learned_at = case when ${learnedPerSecond ?? null}::float8 is null then learned_at else clock_timestamp() end
    where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(tx);
}

export interface RecipientPace {
  readonly nextMs: number;
  readonly pausedUntilMs: number | null;
  /** Whether this person was written to in the last 24 hours: Meta counts each person once. */
  readonly counted: boolean;
}

export async function recipientPaces(
  tx: Db,
  workspaceId: string,
  senderId: string,
  contactIds: readonly string[],
): Promise<Map<string, RecipientPace>> {
  const { rows } = await sql<{
    contact_id: string;
    next_ms: number;
    paused_until_ms: number | null;
    counted: boolean;
  }>`
    select contact_id, ${EPOCH_MS("next_at")} as next_ms, ${EPOCH_MS("paused_until")} as paused_until_ms,
      last_at > now() - interval '24 hours' as counted
    from webxkey.recipient_paces
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and contact_id = any(${contactIds as string[]}::uuid[])`.execute(
    tx,
  );
  return new Map(
    rows.map((row) => [
      row.contact_id,
      { nextMs: row.next_ms, pausedUntilMs: row.paused_until_ms, counted: row.counted },
    ]),
  );
}

export async function saveRecipientPaces(
  tx: Db,
  workspaceId: string,
  senderId: string,
  nextMs: ReadonlyMap<string, number>,
): Promise<void> {
  if (nextMs.size === 0) return;
  const rows = [...nextMs].map(([contact_id, ms]) => ({ contact_id, next_s: ms / 1000 }));
  await sql`insert into webxkey.recipient_paces as p (workspace_id, sender_id, contact_id, next_at, last_at)
    select ${workspaceId}, ${senderId}, r.contact_id, to_timestamp(r.next_s), now()
    from ${recordset(rows, { contact_id: "uuid", next_s: "float8" })}
    on conflict (workspace_id, sender_id, contact_id) do update set next_at = excluded.next_at, last_at = excluded.last_at`.execute(
    tx,
  );
}

/** How many people were written to in the last 24 hours, and when the first of them no longer counts. */
export async function recipientsOfDay(
  tx: Db,
  workspaceId: string,
  senderId: string,
): Promise<{ count: number; freeMs: number }> {
  const { rows } = await sql<{ count: number; free_ms: number | null }>`
    select count(*)::int as count, ${EPOCH_MS("min(last_at) + interval '24 hours'")} as free_ms
    from webxkey.recipient_paces
    where workspace_id = ${workspaceId} and sender_id = ${senderId} and last_at > now() - interval '24 hours'`.execute(
    tx,
  );
  return { count: rows[0]?.count ?? 0, freeMs: rows[0]?.free_ms ?? 0 };
}

/** Templates that have to wait, and until when to look again: one that is being read at Meta may be free at any moment. */
export async function pausedTemplates(tx: Db, workspaceId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ template: string; until_ms: number }>`
    select template, case when read_again_at is null then ${EPOCH_MS("paused_until")}
        else ${EPOCH_MS("least(paused_until, now() + interval '5 seconds')")} end as until_ms
    from webxkey.template_pauses
    where workspace_id = ${workspaceId} and paused_until > now()`.execute(tx);
  return new Map(rows.map((row) => [row.template, row.until_ms]));
}

/** What an answer of Meta asks to wait with, beyond the message that it answered. */
export type Pause =
  | { readonly scope: "number" | "sender" | "app"; readonly senderId: string; readonly slower: boolean }
  | { readonly scope: "pair"; readonly senderId: string; readonly contactId: string }
  /** `readAgain`: the template at Meta is another than the one that was read last. */
  | { readonly scope: "template"; readonly template: string; readonly readAgain: boolean };

/** How long a template that changed at Meta waits to be read again, should Meta not answer. */
const READ_AGAIN_MS_MAX = 600_000;
const CHANGED = "template_changed";

/** Starts or lengthens a pause. Rows that are not there (a person never written to) are made. */
export async function pause(
  tx: Db,
  workspaceId: string,
  of: Pause,
  waitMs: number,
  reasonCode: string,
): Promise<void> {
  const until = sql`now() + make_interval(secs => ${waitMs / 1000})`;
  switch (of.scope) {
    case "pair":
      await sql`insert into webxkey.recipient_paces as p (workspace_id, sender_id, contact_id, next_at, paused_until, last_at)
        values (${workspaceId}, ${of.senderId}, ${of.contactId}, now(), ${until}, now())
        on conflict (workspace_id, sender_id, contact_id)
        do update set paused_until = greatest(p.paused_until, excluded.paused_until)`.execute(tx);
      return;
    case "template":
      await sql`insert into webxkey.template_pauses as t (workspace_id, template, paused_until, reason_code, read_again_at)
        values (${workspaceId}, ${of.template}, ${until}, ${reasonCode}, ${of.readAgain ? sql`now()` : null})
        on conflict (workspace_id, template)
        do update set paused_until = greatest(t.paused_until, excluded.paused_until), reason_code = excluded.reason_code,
          read_again_at = coalesce(t.read_again_at, excluded.read_again_at)`.execute(tx);
      return;
    default:
      if (of.slower) await slowDown(tx, workspaceId, of.senderId);
      // What is said of an account or an app holds for each number that goes through it.
      await sql`update webxkey.sender_paces p set paused_until = greatest(p.paused_until, ${until}), pause_reason = ${reasonCode}
        from webxkey.senders s, webxkey.senders given
        where given.workspace_id = ${workspaceId} and given.sender_id = ${of.senderId}
          and s.workspace_id = given.workspace_id and p.workspace_id = s.workspace_id and p.sender_id = s.sender_id
          and case ${of.scope}::text when 'number' then s.sender_id = given.sender_id
            when 'sender' then s.waba_id = given.waba_id else s.app_id = given.app_id end`.execute(tx);
  }
}

async function slowDown(tx: Db, workspaceId: string, senderId: string): Promise<void> {
  const { rows } = await sql<{
    per_second: number;
    learned_per_second: number | null;
    learned_ms: number | null;
    slowed_ms: number | null;
    now_ms: number;
  }>`select per_second, learned_per_second, ${EPOCH_MS("learned_at")} as learned_ms, ${EPOCH_MS("slowed_at")} as slowed_ms,
      ${EPOCH_MS("clock_timestamp()")} as now_ms
    from webxkey.sender_paces where workspace_id = ${workspaceId} and sender_id = ${senderId} for update`.execute(
    tx,
  );
  const [row] = rows;
  if (!row) return;
  const learned = {
    perSecondMax: row.per_second,
    learnedPerSecond: row.learned_per_second,
    learnedMs: row.learned_ms,
    slowedMs: row.slowed_ms,
  };
  const perSecond = slowedRate(learned, row.now_ms);
  if (perSecond === undefined) return;
  await sql`update webxkey.sender_paces
    set learned_per_second = ${perSecond}, learned_at = clock_timestamp(), slowed_at = clock_timestamp()
    where workspace_id = ${workspaceId} and sender_id = ${senderId}`.execute(tx);
}

/** A person mended what made the numbers wait: they may be sent from again, and what waited for them is due now. */
export async function endSenderPauses(tx: Db, workspaceId: string): Promise<void> {
  await sql`update webxkey.sender_paces set paused_until = null, pause_reason = null
    where workspace_id = ${workspaceId}`.execute(tx);
  await sql`update webxkey.messages set due_at = now()
    where workspace_id = ${workspaceId} and open_state = 'queued' and reason_code = 'waiting_for_sender'`.execute(
    tx,
  );
}

/**
 * The templates were read again: those that were to be read may be used as they are now, but for one whose next reading was asked
 * for meanwhile. What waited for a template that has changed is due now; a message that one refused which has not changed keeps its
 * own wait.
 */
export async function endTemplateReads(
  tx: Db,
  workspaceId: string,
  changed: readonly string[],
): Promise<void> {
  await sql`delete from webxkey.template_pauses where workspace_id = ${workspaceId} and read_again_at > now()`.execute(
    tx,
  );
  await sql`update webxkey.messages set due_at = now()
    where workspace_id = ${workspaceId} and open_state = 'queued' and reason_code = 'waiting_for_template'
      and (reason_detail is null or template = any(${changed as string[]}::text[]))`.execute(tx);
}

/** Lets these templates wait until they have been read again at Meta. */
export async function readTemplatesAgain(
  tx: Db,
  workspaceId: string,
  names: readonly string[],
): Promise<void> {
  for (const template of new Set(names)) {
    await pause(
      tx,
      workspaceId,
      { scope: "template", template, readAgain: true },
      READ_AGAIN_MS_MAX,
      CHANGED,
    );
  }
}

/** Workspaces with a template that has to be read again now. Should the reading fail, the next one is `againAfterMs` away. */
export async function takeTemplateReads(db: Db, againAfterMs: number): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    update webxkey.template_pauses set read_again_at = now() + make_interval(secs => ${againAfterMs / 1000}::float8)
    where (workspace_id, template) in (
      select workspace_id, template from webxkey.template_pauses where read_again_at <= now() limit 300 for update skip locked)
    returning workspace_id`.execute(db);
  return [...new Set(rows.map((row) => row.workspace_id))];
}
