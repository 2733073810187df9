import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Fact, HostAct, SeenState } from "../events/index.ts";
import { BATCH_ROWS_MAX } from "../kernel/limits.ts";
import { type Db, recordset } from "../storage/index.ts";
import type { Connection, OpenConnection } from "./connection.ts";
import { isStorableState } from "./fact-limits.ts";
import { STATE_SEEN } from "./fact-store.ts";

/**
 * The states in which orders were seen. A merchant can give a state a meaning at any time, and an order that came into it before is
 * no news at its next change: most platforms keep no time of a state, so what is remembered here says that it was there already.
 *
 * A state is remembered once it was told what it means, or that it means nothing: where a process dies in between, it is told again
 * under the same key. It lies among the facts as one that is done; its key is no act's.
 */

type At = Pick<Connection, "workspaceId" | "connectionId">;

/** Without the acts whose state was seen when it meant something else, and which nobody was told of. */
export async function withoutReachedBack(
  db: Db,
  { workspaceId, connectionId, source }: At & Pick<Connection, "source">,
  facts: readonly Fact[],
): Promise<readonly Fact[]> {
  const rows = facts.flatMap(({ key, entityId, inState }) =>
    inState === undefined ? [] : [{ fact_key: key, seen_key: keyOf({ entityId, state: inState }) }],
  );
  const reachedBack = new Set<string>();
  for (let from = 0; from < rows.length; from += BATCH_ROWS_MAX) {
    const kinds = { fact_key: "text", seen_key: "text" } as const;
    const { rows: found } = await sql<{ fact_key: string }>`
      select r.fact_key from ${recordset(rows.slice(from, from + BATCH_ROWS_MAX), kinds)}
      join webxkey.connector_facts seen on seen.workspace_id = ${workspaceId}
        and seen.connection_id = ${connectionId}::uuid and seen.fact_key = r.seen_key
      where not exists (
          select 1 from webxkey.connector_facts own where own.workspace_id = ${workspaceId}
            and own.connection_id = ${connectionId}::uuid and own.fact_key = r.fact_key)
        and not exists (
          select 1 from webxkey.events e where e.workspace_id = ${workspaceId} and e.source = ${source}
            and e.external_id = r.fact_key)`.execute(db);
    for (const { fact_key } of found) reachedBack.add(fact_key);
  }
  return facts.filter(({ key }) => !reachedBack.has(key));
}

/** Remembers states that a record proved. */
export async function rememberStates(
  db: Db,
  { workspaceId, connectionId }: At,
  states: readonly SeenState[],
): Promise<void> {
  const rows = [...new Map(states.map((seen) => [keyOf(seen), seen]))]
    .map(([fact_key, { entityId }]) => ({ fact_key, entity_id: entityId }))
    // Two processes write the same rows in one order.
    .toSorted((one, other) => (one.fact_key < other.fact_key ? -1 : 1));
  for (let from = 0; from < rows.length; from += BATCH_ROWS_MAX) {
    const kinds = { fact_key: "text", entity_id: "text" } as const;
    await sql`
      insert into webxkey.connector_facts
        (workspace_id, connection_id, fact_key, type, entity_id, do_not_notify, origin, outcome, done_at)
      select ${workspaceId}, ${connectionId}::uuid, r.fact_key, 'state', r.entity_id, false, 'sweep', ${STATE_SEEN}, now()
      from ${recordset(rows.slice(from, from + BATCH_ROWS_MAX), kinds)}
      on conflict (workspace_id, connection_id, fact_key) do nothing`.execute(db);
  }
}

/** The states that the acts of a delivery or of a poll show. */
export function statesOf(
  { translation }: Pick<OpenConnection, "translation">,
  acts: readonly HostAct[],
): readonly SeenState[] {
  return acts
    .flatMap(({ hostEvent, payload }) => translation.statesIn(hostEvent, payload))
    .filter(isStorableState);
}

/** Without the states of acts that could not be told. */
export function toldStates(states: readonly SeenState[], untold: readonly Fact[]): readonly SeenState[] {
  const isUntold = ({ entityId, state }: SeenState) =>
    untold.some((fact) => fact.entityId === entityId && fact.inState === state);
  return states.filter((seen) => !isUntold(seen));
}

/** Names a state of an entity. The state is a platform's own word, of which nothing is kept in the clear. */
function keyOf({ entityId, state }: SeenState): string {
  return `state:${entityId}:${createHash("sha256").update(state).digest("base64url")}`;
}
