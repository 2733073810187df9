import type { Actor, AuditFact } from "../audit/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import type { Db } from "../storage/index.ts";
import type { Stops } from "./stops.ts";
import {
  answerUnsure,
  insertUnsure,
  openUnsureOf,
  type UnsureAnswer,
  type WhichUnsure,
} from "./unsure-store.ts";

/** A message that may ask to stop, and for whom it speaks. */
export interface UnsureMessage {
  readonly inboundId: string;
  readonly contactIds: readonly string[];
}

/**
 * Messages that may ask to stop. While one is open, nothing but security notices goes to the person: asking costs less than writing
 * to somebody who said no. A person of the shop answers each, or the person in question does with a plain word.
 */
export interface Unsure {
  open(tx: Db, workspaceId: string, messages: readonly UnsureMessage[]): Promise<AuditFact[]>;
  /** What is open of one contact of a person is open of all of them. */
  share(tx: Db, workspaceId: string, people: readonly (readonly string[])[]): Promise<AuditFact[]>;
  /** Those of them who have an open case. */
  people(tx: Db, workspaceId: string, contactIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Closes what is open of these people, or what one message opened, and answers what to audit: nothing where all was closed before. */
  answer(
    tx: Db,
    by: Actor,
    workspaceId: string,
    which: WhichUnsure,
    answer: UnsureAnswer,
  ): Promise<AuditFact[]>;
}

export function createUnsure({
  ids,
  clock,
  stops,
}: {
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly stops: Stops;
}): Unsure {
  async function open(tx: Db, workspaceId: string, messages: readonly UnsureMessage[]): Promise<AuditFact[]> {
    const rows = messages.flatMap(({ inboundId, contactIds }) =>
      contactIds.map((contactId) => ({
        case_id: ids.row(),
        contact_id: contactId,
        inbound_id: inboundId,
        opened_at: clock.now(),
      })),
    );
    // What is claimed already is looked at once more, as after a stop.
    await stops.begin(
      tx,
      workspaceId,
      rows.map((row) => row.contact_id),
    );
    await insertUnsure(tx, workspaceId, rows);
    return rows.map((row) => factOf({ type: "person" }, "opened", "unsure", row.case_id, row.contact_id));
  }

  return {
    open,

    async share(tx, workspaceId, people) {
      const facts: AuditFact[] = [];
      // One after the other, because what reaches somebody by one set reaches further by the next.
      for (const same of people) {
        const known = await openUnsureOf(tx, workspaceId, same);
        const missing = [...Map.groupBy(known, ({ inboundId }) => inboundId)].map(([inboundId, cases]) => ({
          inboundId,
          contactIds: same.filter((contactId) => !cases.some((one) => one.contactId === contactId)),
        }));
        facts.push(...(await open(tx, workspaceId, missing)));
      }
      return facts;
    },

    people: async (tx, workspaceId, contactIds) =>
      new Set((await openUnsureOf(tx, workspaceId, contactIds)).map(({ contactId }) => contactId)),

    async answer(tx, by, workspaceId, which, answer) {
      const how = { answer, at: clock.now(), by: by.type === "person" ? null : (by.id ?? by.type) };
      const closed = await answerUnsure(tx, workspaceId, which, how);
      return closed.map(({ caseId, contactId }) => factOf(by, "answered", answer, caseId, contactId));
    },
  };
}

function factOf(actor: Actor, what: string, outcome: string, caseId: string, subjectId: string): AuditFact {
  return { actor, action: `unsure.${what}`, object: { type: "unsure", id: caseId }, outcome, subjectId };
}
