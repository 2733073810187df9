import { type RawBuilder, sql } from "kysely";
import { type Db, recordset } from "../storage/index.ts";
import type { Connection } from "./connection.ts";
import type { KeptFact } from "./fact-standing.ts";
import { type OpenProblem, type ProblemCode, READING_PROBLEMS, stopsReading } from "./problem.ts";

type At = Pick<Connection, "workspaceId" | "connectionId">;

/** A delivery may come this long after its order changed: platforms send them in the background. */
const SILENCE_MINUTES = 5;
/** Longer than the pages of one poll take, and shorter than polls are apart. */
const ONE_POLL_MINUTES = 2;
/** A happening, such as a forged delivery, is wrong for this long after it was last seen. */
const HAPPENING_HOURS = 24;
/** Orders that are read by themselves at one poll. */
const UNREADABLE_ROWS_MAX = 20;
const SHOWN_ROWS_MAX = 50;
const DETAIL_CHARS_MAX = 300;

export interface NotedProblem {
  readonly code: ProblemCode;
  readonly entityId?: string;
  readonly entityKind?: string;
  readonly detail?: string | null;
}

/**
 * Notes what is wrong, once for each cause; the last of them is the connection's last problem. A shop that cannot be read has one
 * cause at a time: a new one takes the place of the one before, and lasts since that one began.
 *
 * @param unlessSince one that was noted after this moment is not noted again: anybody who knows an address may post.
 */
export async function writeProblem(
  db: Db,
  { workspaceId, connectionId }: At,
  { code, entityId = "", entityKind, detail }: NotedProblem,
  now: Date,
  unlessSince: Date = now,
): Promise<void> {
  const replaced = stopsReading(code)
    ? READING_PROBLEMS.filter((other) => other !== code && stopsReading(other))
    : [];
  await sql`
    with replaced as (
      delete from webxkey.connection_problems
      where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and entity_id = ''
        and code = any(${replaced as string[]}::text[])
      returning since),
    noted as (
      insert into webxkey.connection_problems as p
        (workspace_id, connection_id, code, entity_id, entity_kind, detail, since, last_at)
      select workspace_id, connection_id, ${code}, ${entityId}, ${entityKind ?? null}::text,
        ${detail?.slice(0, DETAIL_CHARS_MAX) ?? null}::text,
        least(${now}::timestamptz, (select min(since) from replaced)), ${now}::timestamptz
      from webxkey.connections where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid
      on conflict (workspace_id, connection_id, code, entity_id) do update
        set last_at = excluded.last_at, times = p.times + 1, detail = excluded.detail
        where p.last_at <= ${unlessSince}
      returning 1)
    update webxkey.connections set last_problem = ${code}, last_problem_at = ${now}::timestamptz
    where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and exists (select 1 from noted)`.execute(
    db,
  );
}

/**
 * Notes that the poll found acts of these kinds which no delivery had reported, a row a kind. Platforms turn webhooks off one by one,
 * so that one which tells of new orders may go on while the one that tells of their changes is off. `times` counts the polls that
 * found a kind although other deliveries had come since the one before.
 *
 * @param kinds each with the newest change of an order that was found.
 */
export async function noteSilence(
  db: Db,
  { workspaceId, connectionId }: At,
  kinds: ReadonlyMap<string, Date>,
  now: Date,
): Promise<void> {
  const rows = [...kinds].map(([kind, changedAt]) => ({ kind, changed_at: changedAt.toISOString() }));
  await sql`
    insert into webxkey.connection_problems as p (workspace_id, connection_id, code, entity_id, since, last_at)
    select c.workspace_id, c.connection_id, 'webhooks_silent', r.kind, ${now}::timestamptz, r.changed_at
    from ${recordset(rows, { kind: "text", changed_at: "timestamptz" })}
    join webxkey.connections c on c.workspace_id = ${workspaceId} and c.connection_id = ${connectionId}::uuid
    order by r.kind
    on conflict (workspace_id, connection_id, code, entity_id) do update
      set last_at = greatest(p.last_at, excluded.last_at),
        times = p.times + (p.since <= ${now}::timestamptz - make_interval(mins => ${ONE_POLL_MINUTES}::int) and exists (
          select 1 from webxkey.connections c where c.workspace_id = p.workspace_id and c.connection_id = p.connection_id
            and c.last_delivery_at > p.last_at))::int`.execute(db);
}

/** The shop was read: what kept it from being read is over. */
export async function readAgain(db: Db, at: At): Promise<void> {
  await endProblems(db, at, READING_PROBLEMS);
}

export async function endProblems(
  db: Db,
  { workspaceId, connectionId }: At,
  codes: readonly ProblemCode[],
  entityIds: readonly string[] = [""],
): Promise<void> {
  await db
    .deleteFrom("webxkey.connection_problems")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("code", "in", codes as ProblemCode[])
    .where("entity_id", "in", entityIds as string[])
    .execute();
}

/** Records that could not be read at the poll that listed them. */
export async function unreadableRecords(
  db: Db,
  { workspaceId, connectionId }: At,
  noticedAfter: Date,
): Promise<{ readonly kind: string; readonly id: string }[]> {
  const rows = await db
    .selectFrom("webxkey.connection_problems")
    .select(["entity_kind", "entity_id"])
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("code", "=", "order_unreadable")
    .where("entity_id", "<>", "")
    .where("since", ">", noticedAfter)
    .orderBy("last_at")
    .limit(UNREADABLE_ROWS_MAX)
    .execute();
  return rows.map(({ entity_kind, entity_id }) => ({ kind: entity_kind ?? "", id: entity_id }));
}

/** What could not even be read of an order, as the facts that nobody was told of. */
export async function unreadableFacts(db: Db, workspaceId: string, orderRef: string): Promise<KeptFact[]> {
  const rows = await db
    .selectFrom("webxkey.connection_problems")
    .select(["times", "since", "last_at"])
    .where("workspace_id", "=", workspaceId)
    .where("code", "=", "order_unreadable")
    .where("entity_id", "=", orderRef)
    .orderBy("since")
    .execute();
  return rows.map(({ times, since, last_at }) => ({
    type: "order.changed",
    entityId: orderRef,
    state: null,
    tries: times,
    outcome: "order_unreadable",
    receivedAt: since,
    dueAt: last_at,
    doneAt: null,
    parkedAt: null,
  }));
}

/**
 * Whether a problem `p` of a connection `c` is wrong now, as the list of connections and the alerts ask it.
 *
 * Silence counts after some minutes, because platforms deliver in the background. Once any delivery has come it takes two polls of
 * one day: a single delivery can be lost for good, and then nothing is off.
 */
export function isWrong(now: RawBuilder<Date>): RawBuilder<boolean> {
  const dayBefore = sql`${now} - make_interval(hours => ${HAPPENING_HOURS}::int)`;
  return sql`case
    when p.code = 'webhooks_silent' then p.since <= ${now} - make_interval(mins => ${SILENCE_MINUTES}::int)
      and (coalesce(c.last_delivery_at < p.last_at, true) or (p.times > 1 and p.last_at > ${dayBefore}))
    when p.code = any(${READING_PROBLEMS as readonly string[] as string[]}::text[]) then true
    when p.code = 'order_unreadable' and p.entity_id <> '' then true
    else p.last_at > ${dayBefore} end`;
}

/** What is wrong now with the connections of a workspace, by connection, the oldest first. */
export async function openProblems(
  db: Db,
  workspaceId: string,
  now: Date,
): Promise<ReadonlyMap<string, readonly OpenProblem[]>> {
  const { rows } = await sql<{
    connection_id: string;
    code: ProblemCode;
    entity_id: string;
    detail: string | null;
    since: Date;
    last_at: Date;
    times: number;
  }>`
    with wrong as (
      select p.* from webxkey.connection_problems p
      join webxkey.connections c on c.workspace_id = p.workspace_id and c.connection_id = p.connection_id
      where p.workspace_id = ${workspaceId} and ${isWrong(sql<Date>`${now}::timestamptz`)}),
    told as (
      select connection_id, code, entity_id, detail, since, last_at, times from wrong where code <> 'webhooks_silent'
      union all
      select connection_id, code, '', 'It found: ' || string_agg(entity_id, ', ' order by entity_id) filter (where entity_id <> '') || '.',
        min(since), max(last_at), max(times)
      from wrong where code = 'webhooks_silent' group by connection_id, code)
    select * from (
      select told.*, row_number() over (partition by connection_id order by entity_id = '' desc, since) as n from told) numbered
    where n <= ${SHOWN_ROWS_MAX} order by connection_id, n`.execute(db);
  const byConnection = Map.groupBy(rows, ({ connection_id }) => connection_id);
  return new Map(
    [...byConnection].map(([id, of]) => [
      id,
      of.map(({ code, entity_id, detail, since, last_at, times }) => ({
        code,
        entityId: entity_id === "" ? null : entity_id,
        detail,
        since,
        lastAt: last_at,
        times,
      })),
    ]),
  );
}
