import { sql } from "kysely";
import type { Fact } from "../events/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { Connection } from "./connection.ts";
import type { KeptFact } from "./fact-standing.ts";

/** A process that holds a row longer than this is taken for dead. Draining a row twice is safe: its key publishes once. */
const LEASE_SECONDS = 60;

export type Origin = "push" | "sweep";

export interface ClaimedFact {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly fact: Fact;
  readonly origin: Origin;
  readonly deliveryId: string | null;
  readonly receivedAt: Date;
  /** This try's number: it is also what proves, at its end, that nobody else holds the row by now. */
  readonly attempts: number;
}

/** The outcomes of a row that is no act but a state in which an order was seen, and which it left. */
export const STATE_SEEN = "state_seen";
export const STATE_LEFT = "state_left";
/** Begins the key of a row that is no act but a record to read, for the states that it shows. */
export const LOOK_PREFIX = "look:";

type At = Pick<Connection, "workspaceId" | "connectionId">;

interface FactRow {
  readonly fact_key: string;
  readonly type: string;
  readonly entity_id: string;
  readonly state: string | null;
  readonly occurred_at: Date | null;
  readonly do_not_notify: boolean;
  readonly origin: Origin;
  readonly delivery_id: string | null;
  readonly received_at: Date;
  readonly attempts: number;
}

const FACT_COLUMNS =
  "fact_key, type, entity_id, state, occurred_at, do_not_notify, origin, delivery_id, received_at, attempts";

/**
 * Stores each fact once by its key, in the order in which they are given; what a sweep finds and an event tells of already is no
 * news. Answers what there is work for now.
 *
 * @param of `claimed`: the caller holds what was recorded, as if it had claimed it.
 */
export async function recordFacts(
  db: Db,
  { workspaceId, connectionId, source }: At & Pick<Connection, "source">,
  facts: readonly Fact[],
  {
    origin,
    deliveryId = null,
    claimed = false,
  }: { readonly origin: Origin; readonly deliveryId?: string | null; readonly claimed?: boolean },
): Promise<ClaimedFact[]> {
  const rows = [...new Map(facts.map((fact) => [fact.key, fact])).values()].map(rowOf);
  const recorded: FactRow[] = [];
  const attempts = claimed ? 1 : 0;
  const dueAt = claimed ? sql`now() + make_interval(secs => ${LEASE_SECONDS})` : sql`now()`;
  for (let from = 0; from < rows.length; from += BATCH_ROWS_MAX) {
    const kinds = {
      fact_key: "text",
      type: "text",
      entity_id: "text",
      state: "text",
      occurred_at: "timestamptz",
      do_not_notify: "boolean",
      seq: "int",
    } as const;
    // A push after its own sweep brings the wish that the sweep could not know. What had nothing to tell may have by now: some
    // platforms hint at an act before it is done.
    const { rows: written } = await sql<FactRow>`
      insert into webxkey.connector_facts as kept
        (workspace_id, connection_id, fact_key, type, entity_id, state, occurred_at, do_not_notify, seq, origin, delivery_id,
          attempts, due_at)
      select ${workspaceId}, ${connectionId}::uuid, r.fact_key, r.type, r.entity_id, r.state, r.occurred_at, r.do_not_notify, r.seq,
        ${origin}, ${deliveryId}, ${attempts}::int, ${dueAt}
      from ${recordset(rows.slice(from, from + BATCH_ROWS_MAX), kinds)}
      where ${origin} = 'push' or not exists (
        select 1 from webxkey.events e
        where e.workspace_id = ${workspaceId} and e.source = ${source} and e.external_id = r.fact_key)
      order by r.fact_key
      on conflict (workspace_id, connection_id, fact_key) do update
        set origin = excluded.origin, do_not_notify = excluded.do_not_notify, delivery_id = excluded.delivery_id,
          seq = excluded.seq, done_at = null, parked_at = null, outcome = null, attempts = excluded.attempts,
          due_at = excluded.due_at,
          received_at = case when kept.outcome = 'nothing_to_tell' then now() else kept.received_at end
        where kept.outcome = 'nothing_to_tell'
          or (kept.origin = 'sweep' and excluded.origin = 'push' and (kept.done_at is null or excluded.do_not_notify))
      returning ${sql.raw(FACT_COLUMNS)}`.execute(db);
    recorded.push(...written);
  }
  const byKey = new Map(recorded.map((row) => [row.fact_key, row]));
  return rows.flatMap(({ fact_key }) => {
    const row = byKey.get(fact_key);
    return row ? [asClaimed({ workspaceId, connectionId }, row)] : [];
  });
}

/** How many facts of a connection wait, counted no further than this. */
export async function countWaiting(
  db: Db,
  { workspaceId, connectionId }: At,
  countMax: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select 1 from webxkey.connector_facts
      where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid and done_at is null and parked_at is null
      limit ${countMax}) waiting`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Active connections with facts that are due and that are not known to be unreadable now, the longest wait first. */
export async function connectionsDue(db: Db, connectionsMax: number): Promise<At[]> {
  const { rows } = await sql<{ workspaceId: string; connectionId: string }>`
    select c.workspace_id as "workspaceId", c.connection_id as "connectionId"
    from webxkey.connections c
    cross join lateral (
      select f.due_at from webxkey.connector_facts f
      where f.workspace_id = c.workspace_id and f.connection_id = c.connection_id
        and f.done_at is null and f.parked_at is null and f.due_at <= now()
      order by f.due_at limit 1) first
    where c.state = 'active' and (c.read_after is null or c.read_after <= now())
    order by first.due_at
    limit ${connectionsMax}`.execute(db);
  return rows;
}

/**
 * Takes facts of one connection that are due: of each order the first that is not done, so that its acts are told in the order in
 * which they happened. Several processes may claim at once; none gets another's row. A shop that could not be read is tried with
 * one fact alone.
 */
export async function claimFacts(
  db: Db,
  { workspaceId, connectionId }: At,
  rowsMax: number,
): Promise<ClaimedFact[]> {
  const { rows } = await sql<FactRow>`
    with due as (
      select f.workspace_id, f.connection_id, f.fact_key
      from webxkey.connector_facts f
      join webxkey.connections c on c.workspace_id = f.workspace_id and c.connection_id = f.connection_id
      where f.workspace_id = ${workspaceId} and f.connection_id = ${connectionId}::uuid
        and f.done_at is null and f.parked_at is null and f.due_at <= now()
        and c.state = 'active' and (c.read_after is null or c.read_after <= now())
        and not exists (
          select 1 from webxkey.connector_facts e
          where e.workspace_id = f.workspace_id and e.connection_id = f.connection_id and e.entity_id = f.entity_id
            and e.done_at is null and e.parked_at is null
            and (e.received_at, e.seq, e.fact_key) < (f.received_at, f.seq, f.fact_key))
      order by f.due_at, f.seq
      limit (select case when read_failures > 0 then 1 else ${rowsMax}::int end from webxkey.connections
        where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid)
      for update of f skip locked
    )
    update webxkey.connector_facts f
    set attempts = f.attempts + 1, due_at = now() + make_interval(secs => ${LEASE_SECONDS})
    from due
    where f.workspace_id = due.workspace_id and f.connection_id = due.connection_id and f.fact_key = due.fact_key
    returning ${sql.raw(FACT_COLUMNS.replaceAll(/(\w+)/g, "f.$1"))}`.execute(db);
  return rows.map((row) => asClaimed({ workspaceId, connectionId }, row));
}

function asClaimed({ workspaceId, connectionId }: At, row: FactRow): ClaimedFact {
  return {
    workspaceId,
    connectionId,
    fact: {
      key: row.fact_key,
      type: row.type,
      entityId: row.entity_id,
      ...(row.state !== null && { state: row.state }),
      ...(row.occurred_at !== null && { occurredAt: row.occurred_at.toISOString() }),
      doNotNotify: row.do_not_notify,
    },
    origin: row.origin,
    deliveryId: row.delivery_id,
    receivedAt: row.received_at,
    attempts: row.attempts,
  };
}

/**
 * A shop that could not be read is left alone for a while, longer each time, whatever waits to be read there. Who
 * fails at the same time counts once.
 */
export async function leaveAlone(
  db: Db,
  { workspaceId, connectionId }: At,
  { backOffMsMin, backOffMsMax }: { readonly backOffMsMin: number; readonly backOffMsMax: number },
): Promise<void> {
  await sql`update webxkey.connections
    set read_failures = least(read_failures + 1, 30),
      read_after = now() + make_interval(secs =>
        least(${backOffMsMax}::float8, ${backOffMsMin}::float8 * power(2, read_failures)) / 1000)
    where workspace_id = ${workspaceId} and connection_id = ${connectionId}::uuid
      and (read_after is null or read_after <= now())`.execute(db);
}

/** The shop was read: it is left alone no longer. */
export async function comeBack(db: Db, { workspaceId, connectionId }: At): Promise<void> {
  await db
    .updateTable("webxkey.connections")
    .set({ read_failures: 0, read_after: null })
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("read_failures", ">", 0)
    .execute();
}

export async function settleFact(db: Db, claimed: ClaimedFact, outcome: string): Promise<void> {
  await ended(db, claimed).set({ done_at: sql`now()`, outcome }).execute();
}

/** Gives up until someone looks. */
export async function parkFact(db: Db, claimed: ClaimedFact, outcome: string): Promise<void> {
  await ended(db, claimed).set({ parked_at: sql`now()`, outcome }).execute();
}

export async function retryFactIn(
  db: Db,
  claimed: ClaimedFact,
  delayMs: number,
  outcome: string,
): Promise<void> {
  const dueAt = sql<Date>`now() + make_interval(secs => ${delayMs / 1_000})`;
  await ended(db, claimed).set({ due_at: dueAt, outcome }).execute();
}

function ended(db: Db, { workspaceId, connectionId, fact, attempts }: ClaimedFact) {
  return db
    .updateTable("webxkey.connector_facts")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("fact_key", "=", fact.key)
    .where("attempts", "=", attempts);
}

/** Someone has looked: what failed is due again at once, and what was parked has all its tries and its time. Answers how many. */
export async function retryFacts(
  tx: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
): Promise<number> {
  await tx
    .updateTable("webxkey.connections")
    .set({ read_failures: 0, read_after: null })
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .execute();
  // A row that is being read keeps its number of tries, by which its reader knows it.
  const { numUpdatedRows } = await tx
    .updateTable("webxkey.connector_facts")
    .set({
      parked_at: null,
      attempts: sql<number>`case when parked_at is null then attempts else 0 end`,
      received_at: sql<Date>`case when parked_at is null then received_at else now() end`,
      due_at: sql<Date>`now()`,
      outcome: sql<string | null>`case when parked_at is null then outcome end`,
    })
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("done_at", "is", null)
    .where("outcome", "is not", null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Ends what waits of these things, or of the whole connection: nothing of them is to be read any more. */
export async function dropFacts(
  tx: Db,
  { workspaceId, connectionId }: Pick<Connection, "workspaceId" | "connectionId">,
  entityIds?: readonly string[],
): Promise<void> {
  if (entityIds?.length === 0) return;
  let query = tx
    .deleteFrom("webxkey.connector_facts")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId);
  if (entityIds) query = query.where("entity_id", "in", entityIds as string[]);
  await query.execute();
  if (!entityIds) return;
  await tx
    .deleteFrom("webxkey.connection_problems")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("entity_id", "in", entityIds as string[])
    .execute();
}

export interface FactCounts {
  readonly waiting: number;
  readonly parked: number;
}

/** What is still to be read of each connection, by its id. */
export async function countFacts(db: Db, workspaceId: string): Promise<ReadonlyMap<string, FactCounts>> {
  const { rows } = await sql<{ connection_id: string; waiting: number; parked: number }>`
    select connection_id, (count(*) filter (where parked_at is null))::int as waiting,
      (count(*) filter (where parked_at is not null))::int as parked
    from webxkey.connector_facts where workspace_id = ${workspaceId} and done_at is null
    group by connection_id`.execute(db);
  return new Map(rows.map(({ connection_id, waiting, parked }) => [connection_id, { waiting, parked }]));
}

/**
 * What was told of and nobody was written to about: first what somebody has to look at, then what waits, then what was not there.
 *
 * @param which a connection, or an order or account. A fact names no kind of what it is about; connectors say `account.…` of
 * accounts, whose running numbers may be those of orders.
 */
export async function untoldFacts(
  db: Db,
  workspaceId: string,
  which: { readonly connectionId: string } | { readonly type: "order" | "account"; readonly ref: string },
  rowsMax: number,
): Promise<KeptFact[]> {
  const query = db
    .selectFrom("webxkey.connector_facts")
    .select([
      "type",
      "entity_id as entityId",
      "state",
      "attempts as tries",
      "outcome",
      "received_at as receivedAt",
      "due_at as dueAt",
      "done_at as doneAt",
      "parked_at as parkedAt",
    ])
    .where("workspace_id", "=", workspaceId)
    .where(({ eb, or }) => or([eb("done_at", "is", null), eb("outcome", "=", "nothing_to_tell")]))
    .where(sql<boolean>`not starts_with(fact_key, ${LOOK_PREFIX})`)
    .orderBy(sql`parked_at is null`)
    .orderBy(sql`done_at is not null`)
    .orderBy("received_at", "desc")
    .limit(rowsMax);
  return "connectionId" in which
    ? await query.where("connection_id", "=", which.connectionId).execute()
    : await query
        .where("entity_id", "=", which.ref)
        .where(sql<boolean>`(coalesce(state, type) like 'account%') = ${which.type === "account"}`)
        .execute();
}

/** What was read long ago is not found again by any poll. The states of an order are asked for as long as it may change. */
export async function deleteDoneFacts(db: Db, days: number): Promise<void> {
  await sql`
    delete from webxkey.connector_facts
    where done_at < now() - make_interval(days => ${days})
      and (outcome not in (${STATE_SEEN}, ${STATE_LEFT}) or done_at < now() - interval '1 year')`.execute(db);
}

function rowOf(fact: Fact, seq: number) {
  return {
    seq,
    fact_key: fact.key,
    type: fact.type,
    entity_id: fact.entityId,
    state: fact.state ?? null,
    occurred_at: fact.occurredAt ?? null,
    do_not_notify: fact.doNotNotify ?? false,
  };
}
