import type { Knex } from "@medusajs/framework/mikro-orm/knex";
import type { Log, Messaging } from "@webxkey/core";
import { type Intake, walkChanges } from "@webxkey/host-kit";
import type { MedusaConnector, MedusaHost } from "../connector/index.ts";
import { type IsSettled, SETTLE_MS, SWEPT_KINDS, type SweptKind, type SweptRow } from "./kinds.ts";

/**
 * How far behind its cursor each sweep starts again. `updated_at` is set when a row is written, and the row is seen when its
 * transaction commits: one that took this long is still found.
 */
const OVERLAP_MS = 10 * 60_000;

export interface SweepPorts {
  readonly knex: Knex;
  readonly intake: Intake;
  readonly connector: MedusaConnector;
  readonly host: () => MedusaHost;
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
}

/**
 * Looks for what happened without being told: the in-process bus forgets an event when the process dies, and every event of
 * a crash between commit and publication is lost. Starts at the moment of installation, never earlier.
 *
 * @returns a function that sweeps every kind once and answers how many facts it found that nobody had told.
 */
export function createSweep({
  knex,
  intake,
  connector,
  host,
  messaging,
  log,
}: SweepPorts): () => Promise<number> {
  async function sweepKind(kind: SweptKind, installedAt: Date): Promise<number> {
    const { cursor, now } = await readCursor(knex, kind.entity);
    const until = new Date(now.getTime() - SETTLE_MS);
    const isSettled: IsSettled = (changedAt) => new Date(changedAt) <= until;
    let found = 0;
    await walkChanges<SweptRow>({
      from: latest(installedAt, cursor && new Date(cursor.getTime() - OVERLAP_MS)),
      until,
      page: async ({ from, until, skip, take }) => {
        const { data } = await host().query.graph({
          entity: kind.entity,
          fields: ["id", "created_at", "updated_at", ...kind.fields],
          filters: { ...kind.filters, updated_at: { $gte: from, $lte: until } },
          pagination: { take, skip, order: { updated_at: "ASC", id: "ASC" } },
        });
        return data as SweptRow[];
      },
      changedAt: ({ updated_at }) => new Date(updated_at),
      seen: async (rows) => {
        const acts = rows.flatMap((row) => kind.acts(row, isSettled));
        const facts = acts
          .filter(({ at }) => new Date(at) >= installedAt)
          .flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
        const edits = rows.flatMap((row) => kind.edits?.(row) ?? []);
        found += await intake.record([...facts, ...edits], "sweep");
      },
      reached: (at) => writeCursor(knex, kind.entity, at),
    });
    return found;
  }

  return async () => {
    const installedAt = await (await messaging()).installedAt();
    let found = 0;
    for (const kind of SWEPT_KINDS) {
      try {
        found += await sweepKind(kind, installedAt);
      } catch (error) {
        // One kind that cannot be read must not hide the others; its cursor stays where it was.
        log.error("sweep.failed", { entity_type: kind.entity, error });
      }
    }
    if (found > 0) log.info("sweep.found", { count: found });
    return found;
  };
}

async function readCursor(knex: Knex, id: string): Promise<{ cursor: Date | null; now: Date }> {
  const { rows } = await knex.raw<{ rows: [{ cursor: Date | null; now: Date }] }>(
    "select (select swept_until from webxkey_sweep_cursor where id = ?) as cursor, now() as now",
    [id],
  );
  return rows[0];
}

/** Never backwards: two processes may sweep at once. */
async function writeCursor(knex: Knex, id: string, sweptUntil: Date): Promise<void> {
  await knex.raw(
    `insert into webxkey_sweep_cursor as kept (id, swept_until) values (?, ?)
     on conflict (id) do update set swept_until = greatest(kept.swept_until, excluded.swept_until), updated_at = now()`,
    [id, sweptUntil],
  );
}

function latest(one: Date, other: Date | null): Date {
  return other && other > one ? other : one;
}
