import type { Origin } from "@webxkey/host-kit";
import type { StrapiConnector } from "../connector/index.ts";
import type { Row } from "../mapping/mapping.ts";
import type { HostDatabase } from "../storage/host-database.ts";
import { createIntake, lastStates } from "./intake.ts";
import { type Act, actsOf, type Entry, entryOf, type OrderType } from "./observe.ts";

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
  const last = await lastStates(
    database,
    entries.map(({ documentId }) => documentId),
  );
  const acts = entries.flatMap((entry) => actsOf(entry, last.get(entry.documentId), origin === "sweep"));
  const stored = await recordActs(database, connector, acts, origin);
  return { stored, incomplete: seen.includes("incomplete") };
}

export async function recordActs(
  database: HostDatabase,
  connector: StrapiConnector,
  acts: readonly Act[],
  origin: Origin,
): Promise<number> {
  const facts = acts.flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
  return await createIntake(database).record(facts, origin);
}
