import { sql } from "kysely";
import type { Db } from "../storage/index.ts";
import type { Connection } from "./connection.ts";
import { type OpenProblem, type ProblemCode, READING_PROBLEMS } from "./problem.ts";

type At = Pick<Connection, "workspaceId" | "connectionId">;

/** A delivery may come this long after its order changed: platforms send them in the background. */
const SILENCE_MINUTES = 5;
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
 * Notes what is wrong, once for each cause; the last of them is the connection's last problem.
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
  await sql`
    with noted as (
      insert into webxkey.connection_problems as p
        (workspace_id, connection_id, code, entity_id, entity_kind, detail, since, last_at)
      select workspace_id, connection_id, ${code}, ${entityId}, ${entityKind ?? null}::text,
        ${detail?.slice(0, DETAIL_CHARS_MAX) ?? null}::text, ${now}::timestamptz, ${now}::timestamptz
      from webxkey.connections where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid
      on conflict (workspace_id, connection_id, code, entity_id) do update
        set last_at = excluded.last_at, times = p.times + 1, detail = excluded.detail
        where p.last_at <= ${unlessSince}
      returning 1)
    update webxkey.connections set last_problem = ${code}, last_problem_at = ${now}::timestamptz
    where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and exists (select 1 from noted)
      and ${code} <> 'webhooks_silent'`.execute(db);
}

/** The shop was read: what kept it from being read is over. */
export async function readAgain(db: Db, at: At): Promise<void> {
  await endProblems(db, at, READING_PROBLEMS);
}

export async function endProblems(
  db: Db,
  { workspaceId, connectionId }: At,
  codes: readonly ProblemCode[],
  entityId = "",
): Promise<void> {
  await db
    .deleteFrom("webxkey.connection_problems")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("code", "in", codes as ProblemCode[])
    .where("entity_id", "=", entityId)
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

/** What is wrong now with the connections of a workspace, by connection, the oldest first. */
export async function openProblems(
  db: Db,
  workspaceId: string,
  now: Date,
): Promise<ReadonlyMap<string, readonly OpenProblem[]>> {
  const happenedAfter = new Date(now.getTime() - HAPPENING_HOURS * 60 * 60_000);
  const silentSince = new Date(now.getTime() - SILENCE_MINUTES * 60_000);
  const states = [...READING_PROBLEMS, "webhooks_silent", "order_unreadable"];
  const { rows } = await sql<{
    connection_id: string;
    code: ProblemCode;
    entity_id: string;
    detail: string | null;
    since: Date;
    last_at: Date;
    times: number;
  }>`
    select connection_id, code, entity_id, detail, since, last_at, times from (
      select p.*, row_number() over (partition by connection_id order by entity_id = '' desc, since) as n
      from webxkey.connection_problems p
      where workspace_id = ${workspaceId} and (code = any(${states as string[]}::text[]) or last_at > ${happenedAfter})
        and (code <> 'webhooks_silent' or since <= ${silentSince})) numbered
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
