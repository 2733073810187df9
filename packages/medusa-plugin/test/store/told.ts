import { expect } from "vitest";
import type { Store } from "./open-store.ts";

/** How long the plugin may take from an event to its publication, on a busy machine. */
const TOLD_WITHIN_MS = 15_000;

export interface StoredFact {
  readonly id: string;
  readonly type: string;
  readonly origin: "push" | "sweep";
  readonly do_not_notify: boolean;
  readonly outcome: string | null;
  readonly attempts: number;
  readonly parked_at: Date | null;
  readonly done_at: Date | null;
}

/** What waits or waited in the intake, of one key or of a kind. */
export async function factsLike(store: Store, pattern: string): Promise<StoredFact[]> {
  return await store.rows<StoredFact>(
    "select * from webxkey_intake_fact where id like $1 order by received_at",
    [pattern],
  );
}

/** The events that the engine has taken about an order or account, in the order of their types' arrival. */
export async function publishedAbout(store: Store, entityRef: string): Promise<string[]> {
  const rows = await store.rows<{ type: string }>(
    "select type from webxkey.events where entity_ref = $1 order by received_at, occurred_at",
    [entityRef],
  );
  return rows.map(({ type }) => type);
}

/** Waits until the engine has taken exactly these events, in any order. */
export async function expectPublished(
  store: Store,
  entityRef: string,
  types: readonly string[],
): Promise<void> {
  await expect
    .poll(async () => (await publishedAbout(store, entityRef)).toSorted(), { timeout: TOLD_WITHIN_MS })
    .toEqual([...types].toSorted());
}

/** Waits until nothing is due in the intake. */
export async function expectDrained(store: Store): Promise<void> {
  await expect
    .poll(
      () => store.rows("select id from webxkey_intake_fact where done_at is null and parked_at is null"),
      {
        timeout: TOLD_WITHIN_MS,
      },
    )
    .toEqual([]);
}
