import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import type { Fact } from "@webxkey/core";
import {
  CLAIM_ROWS_MAX,
  type ClaimedFact,
  type Intake,
  LEASE_MS,
  NOTHING_TO_TELL,
  type Origin,
} from "@webxkey/host-kit";

interface Row {
  readonly id: string;
  readonly type: string;
  readonly entity_id: string;
  readonly state: string | null;
  readonly occurred_at: Date | null;
  readonly do_not_notify: boolean;
  readonly origin: Origin;
  readonly attempts: number;
  readonly received_at: Date;
}

/** The intake in the store's own PostgreSQL. */
export function createIntake(knex: Knex): Intake {
  const end = async ({ fact, attempts }: ClaimedFact, change: Record<string, unknown>): Promise<void> => {
    await knex("webxkey_intake_fact").where({ id: fact.key, attempts }).update(change);
  };

  return {
    async record(facts, origin) {
      const rows = [...new Map(facts.map((fact) => [fact.key, rowOf(fact)])).values()];
      if (rows.length === 0) return 0;
      // A push after its own sweep brings the wish that the sweep could not know, and proves what the sweep saw too early.
      const { rowCount } = await knex.raw(
        `insert into webxkey_intake_fact as kept
           (id, type, entity_id, state, occurred_at, do_not_notify, origin, received_at, due_at)
         select id, type, entity_id, state, occurred_at, do_not_notify, :origin, now(), now()
           from json_to_recordset(:rows::json) as fact
             (id text, type text, entity_id text, state text, occurred_at timestamptz, do_not_notify boolean)
         on conflict (id) do update
            set origin = excluded.origin, do_not_notify = excluded.do_not_notify,
                done_at = null, parked_at = null, outcome = null, attempts = 0, due_at = now()
          where kept.origin = 'sweep' and excluded.origin = 'push'
            and (kept.done_at is null or kept.outcome = '${NOTHING_TO_TELL}' or excluded.do_not_notify)`,
        { origin, rows: JSON.stringify(rows) },
      );
      return rowCount;
    },

    async claim() {
      const { rows } = await knex.raw<{ rows: Row[] }>(
        `update webxkey_intake_fact
            set attempts = attempts + 1, due_at = now() + :leaseMs * interval '1 millisecond'
          where id in (
            select id from webxkey_intake_fact
             where done_at is null and parked_at is null and due_at <= now()
             order by received_at
             limit :limit
               for update skip locked)
        returning id, type, entity_id, state, occurred_at, do_not_notify, origin, attempts, received_at`,
        { leaseMs: LEASE_MS, limit: CLAIM_ROWS_MAX },
      );
      // What an update returns comes in no order.
      rows.sort((one, other) => +one.received_at - +other.received_at);
      return rows.map((row) => ({ fact: factOf(row), origin: row.origin, attempts: row.attempts }));
    },

    settle: (claimed, outcome) => end(claimed, { done_at: knex.fn.now(), outcome }),
    park: (claimed, outcome) => end(claimed, { parked_at: knex.fn.now(), outcome }),
    retryIn: (claimed, delayMs, outcome) =>
      end(claimed, { due_at: knex.raw("now() + ? * interval '1 millisecond'", [delayMs]), outcome }),

    async retryParked() {
      return await knex("webxkey_intake_fact")
        .whereNotNull("parked_at")
        .update({ parked_at: null, outcome: null, attempts: 0, due_at: knex.fn.now() });
    },

    async waiting(rowsMax) {
      return await knex("webxkey_intake_fact")
        .select({ key: "id" }, "type", "attempts", "outcome", "due_at", "parked_at")
        .whereNull("done_at")
        .orderByRaw("parked_at is null, received_at")
        .limit(rowsMax);
    },
  };
}

function rowOf(fact: Fact) {
  return {
    id: fact.key,
    type: fact.type,
    entity_id: fact.entityId,
    state: fact.state ?? null,
    occurred_at: fact.occurredAt ?? null,
    do_not_notify: fact.doNotNotify ?? false,
  };
}

function factOf(row: Row): Fact {
  return {
    key: row.id,
    type: row.type,
    entityId: row.entity_id,
    ...(row.state === null ? {} : { state: row.state }),
    ...(row.occurred_at === null ? {} : { occurredAt: new Date(row.occurred_at).toISOString() }),
    doNotNotify: row.do_not_notify,
  };
}
