import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import type { Fact, HostAct, PlatformEntity, SeenState } from "../events/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import { isStorable, isStorableState } from "./fact-limits.ts";
import { LOOK_PREFIX, STATE_LEFT, STATE_SEEN } from "./fact-store.ts";

/**
 * The states in which orders were seen. A merchant can give a state a meaning at any time, and an order that came into it before is
 * no news at its next change: most platforms keep no time of a state, so what is remembered here says that it was there already.
 *
 * Every door works alike, be it a signed delivery, a poll, or a hint whose order was read: of each act it is asked before it is told
 * whether its state was seen before (`tell.ts`), and what the record shows is remembered afterwards. What a hint says of itself is never remembered.
 *
 * - **Seen**: the order is in this state, and what the state means was told or is nothing. A meaning that comes now is no news.
 * - **Left**: a later record showed another state in the same field. The order is news when it comes back, unless what says so is
 *   older than that record, such as a delivery that was replayed.
 *
 * A state whose act waits to be told is not remembered, so that the act stays news however late it is told. It lies among the facts as
 * one that is done; its key is no act's, `state` names the field, and `occurred_at` is the time of the record that showed it so.
 */

type At = Pick<Connection, "workspaceId" | "connectionId" | "source">;

/** The acts that records prove, and the states that they show. */
export interface Shown {
  readonly facts: readonly Fact[];
  /** `type` is the name of the host event that shows it. */
  readonly states: readonly (SeenState & { readonly type: string })[];
}

/** The acts and states of host events. Some of their facts cannot be stored. */
export function shownBy(
  { translation }: Pick<OpenConnection, "translation">,
  acts: readonly HostAct[],
): Shown {
  return {
    facts: acts.flatMap(({ hostEvent, payload }) => translation.facts(hostEvent, payload)),
    states: acts
      .flatMap(({ hostEvent: type, payload }) =>
        translation.statesIn(type, payload).map((state) => ({ ...state, type })),
      )
      .filter(isStorableState),
  };
}

/** The acts and states of records that were read; none where the platform's API lists no records. */
export function shownByRecords(connection: OpenConnection, records: readonly PlatformEntity[]): Shown {
  const { api } = connection.platform;
  const { facts, states } = shownBy(connection, api?.actsOf ? records.flatMap(api.actsOf) : []);
  return { facts: facts.filter(isStorable), states };
}

/** Without the acts whose states were all seen before, and which nobody was told of. */
export async function withoutSeenBefore(db: Db, at: At, { facts, states }: Shown): Promise<readonly Fact[]> {
  const rows = facts.flatMap(({ key, entityId, inStates = [] }) =>
    inStates.map((state) => {
      const shown = states.find((each) => each.entityId === entityId && each.state === state);
      return {
        fact_key: key,
        state_key: keyOf({ entityId, state }),
        changed_at: shown?.changedAt ?? null,
      };
    }),
  );
  const seenBefore = new Set<string>();
  for (let from = 0; from < rows.length; from += BATCH_ROWS_MAX) {
    const kinds = { fact_key: "text", state_key: "text", changed_at: "timestamptz" } as const;
    const { rows: found } = await sql<{ fact_key: string }>`
      select r.fact_key from ${recordset(rows.slice(from, from + BATCH_ROWS_MAX), kinds)}
      left join webxkey.connector_facts seen on seen.workspace_id = ${at.workspaceId}
        and seen.connection_id = ${at.connectionId}::uuid and seen.fact_key = r.state_key
      where not ${isTold(at, sql`r.fact_key`)}
      group by r.fact_key
      having bool_and(coalesce(seen.outcome = ${STATE_SEEN} or r.changed_at <= seen.occurred_at, false))`.execute(
      db,
    );
    for (const { fact_key } of found) seenBefore.add(fact_key);
  }
  return facts.filter(({ key }) => !seenBefore.has(key));
}

/**
 * Remembers the states that records show, but for those whose act is still to be told, and that the others were left. Nothing is
 * remembered of records that were read while other settings were saved: what a state means under those is still to be told.
 */
export async function rememberStates(
  db: Db,
  at: At & Pick<OpenConnection, "settingsSealed">,
  { facts, states }: Shown,
  /** When a record changed that does not say it. */
  now: Date,
): Promise<void> {
  const byKey = new Map(states.map((state) => [keyOf(state), state]));
  const rows = [...byKey]
    .map(([state_key, { entityId, field, state, changedAt }]) => ({
      state_key,
      entity_id: entityId,
      field,
      changed_at: changedAt ?? now.toISOString(),
      acts: facts
        .filter((fact) => fact.entityId === entityId && fact.inStates?.includes(state))
        .map(({ key }) => key),
    }))
    // Two processes write the same rows in one order.
    .toSorted((one, other) => (one.state_key < other.state_key ? -1 : 1));
  for (let from = 0; from < rows.length; from += BATCH_ROWS_MAX) {
    const kinds = {
      state_key: "text",
      entity_id: "text",
      field: "text",
      changed_at: "timestamptz",
      acts: "text[]",
    } as const;
    await sql`
      with shown as materialized (
        select r.state_key, r.entity_id, r.field, r.changed_at as at, r.acts
        from ${recordset(rows.slice(from, from + BATCH_ROWS_MAX), kinds)}
        where exists (
          select 1 from webxkey.connections c where c.workspace_id = ${at.workspaceId}
            and c.connection_id = ${at.connectionId}::uuid and c.settings_sealed = ${at.settingsSealed}::bytea)
      ), gone as (
        update webxkey.connector_facts f set outcome = ${STATE_LEFT}, occurred_at = shown.at
        from shown
        where f.workspace_id = ${at.workspaceId} and f.connection_id = ${at.connectionId}::uuid
          and f.entity_id = shown.entity_id and f.state = shown.field and f.outcome = ${STATE_SEEN}
          and f.occurred_at <= shown.at
          and not exists (
            select 1 from shown here where here.entity_id = f.entity_id and here.state_key = f.fact_key)
      )
      insert into webxkey.connector_facts as kept
        (workspace_id, connection_id, fact_key, type, entity_id, state, occurred_at, do_not_notify, origin, outcome, done_at)
      select ${at.workspaceId}, ${at.connectionId}::uuid, shown.state_key, 'state', shown.entity_id, shown.field, shown.at, false,
        'sweep', ${STATE_SEEN}, now()
      from shown
      where not exists (select 1 from unnest(shown.acts) act where not ${isTold(at, sql`act`)})
      order by shown.state_key
      on conflict (workspace_id, connection_id, fact_key) do update
        set outcome = ${STATE_SEEN}, occurred_at = excluded.occurred_at, done_at = now()
        where kept.outcome = ${STATE_LEFT} and kept.occurred_at < excluded.occurred_at`.execute(db);
  }
}

/**
 * A look at each entity whose state only a hint names, so that the state can be remembered. It tells nothing by itself.
 */
export async function looksAt(db: Db, at: At, states: Shown["states"]): Promise<readonly Fact[]> {
  const unseen = await unseenStates(db, at, states);
  return unseen.map(({ entityId, type }) => ({ key: `${LOOK_PREFIX}${entityId}`, type, entityId }));
}

/** Those that are not remembered as the ones in which these things are now. */
async function unseenStates(
  db: Db,
  { workspaceId, connectionId }: At,
  states: Shown["states"],
): Promise<Shown["states"]> {
  if (states.length === 0) return [];
  const rows = await db
    .selectFrom("webxkey.connector_facts")
    .select("fact_key")
    .where("workspace_id", "=", workspaceId)
    .where("connection_id", "=", connectionId)
    .where("fact_key", "in", states.map(keyOf))
    .where("outcome", "=", STATE_SEEN)
    .execute();
  const seen = new Set(rows.map(({ fact_key }) => fact_key));
  return states.filter((state) => !seen.has(keyOf(state)));
}

function isTold({ workspaceId, source }: At, key: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select 1 from webxkey.events e
    where e.workspace_id = ${workspaceId} and e.source = ${source} and e.external_id = ${key})`;
}

/** Names a state of an entity. The state is a platform's own word, of which nothing is kept in the clear. */
function keyOf({ entityId, state }: Pick<SeenState, "entityId" | "state">): string {
  return `state:${entityId}:${createHash("sha256").update(state).digest("base64url")}`;
}
