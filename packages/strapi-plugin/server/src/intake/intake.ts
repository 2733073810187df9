import type { Fact } from "@webxkey/core";
import {
  CLAIM_ROWS_MAX,
  type ClaimedFact,
  type Intake,
  LEASE_MS,
  NOTHING_TO_TELL,
  type Origin,
  type WaitingFact,
} from "@webxkey/host-kit";
import type { HostDatabase } from "../storage/host-database.ts";
import { INTAKE_TABLE } from "../storage/tables.ts";

/** The type of a fact that an entry's consent field says something else than before. Nothing is told of it. */
export const ENTRY_CONSENT = "entry.consent";

interface Row {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  readonly entity_id: string;
  readonly state: string | null;
  readonly locale: string | null;
  /** A bigint comes as text from PostgreSQL. */
  readonly occurred_at: number | string | null;
  readonly origin: Origin;
  readonly attempts: number;
}

const COLUMNS = ["key", "type", "entity_id", "state", "locale", "occurred_at", "origin", "attempts"];

/** A fact with the language of the row that showed it; null, or left out, for content without languages. */
export interface SeenFact extends Fact {
  readonly locale?: string | null;
}

interface StrapiIntake extends Intake {
  record(facts: readonly SeenFact[], origin: Origin): Promise<number>;
}

/** The intake in the application's own database. Its SQL is the same on PostgreSQL and SQLite but for the clock and the lock. */
export function createIntake(database: HostDatabase): StrapiIntake {
  const { connection, now } = database;
  const rows = () => database.table(INTAKE_TABLE);
  const end = async ({ fact, attempts }: ClaimedFact, change: Record<string, unknown>): Promise<void> => {
    await rows().where({ key: fact.key, attempts }).update(change);
  };

  return {
    /** What was unpublished before it was told said nothing then; published again, it does. */
    async record(facts, origin) {
      const unique = [...new Map(facts.map((fact) => [fact.key, fact])).values()];
      if (unique.length === 0) return 0;
      const row = `(?, ?, ?, ?, ?, ?, '${origin}', 0, ${now}, ${now})`;
      // In plain SQL, because knex leaves the condition of a conflict out where SQLite is given more than one row.
      const stored = await database.sql(
        `insert into ${database.quoted(INTAKE_TABLE)} as kept
           ("key", type, entity_id, state, locale, occurred_at, origin, attempts, received_at, due_at)
         values ${unique.map(() => row).join(", ")}
         on conflict ("key") do update
            set occurred_at = excluded.occurred_at, due_at = excluded.due_at, done_at = null, outcome = null, attempts = 0
          where kept.type = 'entry.created' and kept.outcome = '${NOTHING_TO_TELL}'
            and excluded.occurred_at > kept.occurred_at
         returning id`,
        unique.flatMap(({ key, type, entityId, state, locale, occurredAt }) => [
          key,
          type,
          entityId,
          state ?? null,
          locale ?? null,
          timeIn(occurredAt),
        ]),
      );
      return stored.length;
    },

    async claim() {
      const due = rows()
        .select("id")
        .whereNull("done_at")
        .whereNull("parked_at")
        .where("due_at", "<=", connection.raw(now))
        .orderBy("id")
        .limit(CLAIM_ROWS_MAX);
      // SQLite has one writer at a time and no locks of rows.
      if (database.dialect === "postgres") due.forUpdate().skipLocked();
      const claimed: Row[] = await rows()
        .whereIn("id", due)
        .update({
          attempts: connection.raw("attempts + 1"),
          due_at: connection.raw(`${now} + ?`, [LEASE_MS]),
        })
        .returning(["id", ...COLUMNS]);
      // What an update returns comes in no order.
      claimed.sort((one, other) => one.id - other.id);
      return claimed.map((row) => ({ fact: factOf(row), origin: row.origin, attempts: row.attempts }));
    },

    settle: (claimed, outcome) => end(claimed, { done_at: connection.raw(now), outcome }),
    park: (claimed, outcome) => end(claimed, { parked_at: connection.raw(now), outcome }),
    retryIn: (claimed, delayMs, outcome) =>
      end(claimed, { due_at: connection.raw(`${now} + ?`, [Math.round(delayMs)]), outcome }),

    async retryParked() {
      return await rows()
        .whereNotNull("parked_at")
        .update({ parked_at: null, outcome: null, attempts: 0, due_at: connection.raw(now) });
    },

    async waiting(rowsMax) {
      const waiting: (Omit<WaitingFact, "due_at" | "parked_at"> & Record<"due_at" | "parked_at", unknown>)[] =
        await rows()
          .select("key", "type", "attempts", "outcome", "due_at", "parked_at")
          .whereNull("done_at")
          .orderByRaw("case when parked_at is null then 1 else 0 end, id")
          .limit(rowsMax);
      return waiting.map(({ due_at, parked_at, ...row }) => ({
        ...row,
        due_at: new Date(Number(due_at)),
        parked_at: parked_at === null ? null : new Date(Number(parked_at)),
      }));
    },
  };
}

/** What a row of an entry was seen to say (its state, or `yes` or `no` to a consent), and when, in milliseconds since 1970. */
export interface SeenState {
  readonly locale: string | null;
  readonly state: string;
  readonly at: number;
}

/**
 * What the rows of each of these documents were seen to say, the oldest first. What a row is now is compared with it: the row
 * before is not there any more when an entry is published again, nor when a process died between the two.
 */
export async function historyOf(
  database: HostDatabase,
  documentIds: readonly string[],
): Promise<(documentId: string, type: string) => readonly SeenState[]> {
  const rows: Row[] =
    documentIds.length === 0
      ? []
      : await database
          .table(INTAKE_TABLE)
          .select(COLUMNS)
          .whereIn("type", ["entry.state", ENTRY_CONSENT])
          .whereIn("entity_id", documentIds)
          .orderBy("id");
  const seen = Map.groupBy(rows, ({ entity_id, type }) => `${type} ${entity_id}`);
  return (documentId, type) =>
    (seen.get(`${type} ${documentId}`) ?? []).map(({ locale, state, occurred_at }) => ({
      locale,
      state: state ?? "",
      at: Number(occurred_at ?? 0),
    }));
}

/** Keeps acts that a row in another language has shown already, for the history of this row. Nothing is done with them. */
export async function recordKnown(
  database: HostDatabase,
  facts: readonly SeenFact[],
  origin: Origin,
): Promise<void> {
  for (const { key, type, entityId, state, occurredAt, locale } of facts) {
    await database.sql(
      `insert into ${database.quoted(INTAKE_TABLE)}
         ("key", type, entity_id, state, locale, occurred_at, origin, attempts, received_at, due_at, done_at, outcome)
       values (?, ?, ?, ?, ?, ?, ?, 0, ${database.now}, ${database.now}, ${database.now}, 'same_in_another_language')
       on conflict ("key") do nothing`,
      [`${key}:${locale}`, type, entityId, state ?? null, locale ?? null, timeIn(occurredAt), origin],
    );
  }
}

function timeIn(occurredAt: string | undefined): number | null {
  return occurredAt === undefined ? null : Date.parse(occurredAt);
}

function factOf(row: Row): Fact {
  return {
    key: row.key,
    type: row.type,
    entityId: row.entity_id,
    ...(row.state === null ? {} : { state: row.state }),
    ...(row.occurred_at === null ? {} : { occurredAt: new Date(Number(row.occurred_at)).toISOString() }),
  };
}
