import type { Origin } from "@webxkey/host-kit";
import type { StrapiConnector } from "../connector/index.ts";
import type { Row } from "../mapping/mapping.ts";
import type { HostDatabase } from "../storage/host-database.ts";
import { createIntake, ENTRY_CONSENT, historyOf, recordKnown } from "./intake.ts";
import { type Act, actsOf, consentFactsOf, type Entry, entryOf, type OrderType } from "./observe.ts";

/** How many facts are new, and whether a row said too little to know. */
export interface Recorded {
  readonly stored: number;
  readonly incomplete: boolean;
}

/**
 * Compares rows with what was last seen of them and stores what has happened since. A hook and a sweep both end here, so that
 * they cannot come to different keys.
 */
export async function recordEntries(
  database: HostDatabase,
  connector: StrapiConnector,
  type: OrderType,
  rows: readonly Row[],
  origin: Origin,
): Promise<Recorded> {
  const seen = rows.map((row) => entryOf(row, type));
  const entries = seen.filter((one): one is Entry => typeof one === "object");
  let stored = 0;
  // One row of a document at a time: each is compared with what the one before it has shown.
  for (const round of rounds(entries)) {
    const history = await historyOf(
      database,
      round.map(({ documentId }) => documentId),
    );
    const swept = origin === "sweep";
    const acts = round.flatMap((entry) => actsOf(entry, history(entry.documentId, "entry.state"), swept));
    const consents = round.flatMap((entry) =>
      consentFactsOf(entry, history(entry.documentId, ENTRY_CONSENT), swept),
    );
    stored += await recordActs(database, connector, acts, origin);
    stored += await createIntake(database).record(consents, origin);
  }
  return { stored, incomplete: seen.includes("incomplete") };
}

/** Entries in rounds with no document twice in any of them. */
function rounds(entries: readonly Entry[]): Entry[][] {
  const rows = [...Map.groupBy(entries, ({ documentId }) => documentId).values()];
  const count = Math.max(0, ...rows.map(({ length }) => length));
  return Array.from({ length: count }, (_, round) => rows.flatMap((ofOne) => ofOne[round] ?? []));
}

export async function recordActs(
  database: HostDatabase,
  connector: StrapiConnector,
  acts: readonly Act[],
  origin: Origin,
): Promise<number> {
  const seen = acts.flatMap(({ hostEvent, payload, locale = null, isKnown = false }) =>
    connector.facts(hostEvent, payload).map((fact) => ({ ...fact, locale, isKnown })),
  );
  await recordKnown(
    database,
    seen.filter(({ isKnown }) => isKnown),
    origin,
  );
  return await createIntake(database).record(
    seen.filter(({ isKnown }) => !isKnown),
    origin,
  );
}
