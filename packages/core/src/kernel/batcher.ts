import { setTimeout as delay } from "node:timers/promises";
import { isOutage } from "./errors.ts";

export interface BatcherOptions<Item, Result> {
  /** Handles all items in one go and answers their results in the same order. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly itemsMax: number;
  /** How long to let items gather after a set that shows that many come. Unset, the next set begins at once. */
  readonly gatherMs?: number;
}

/** A set of at least so many says that more are on their way. */
const BUSY_ITEMS = 8;

/**
 * Collects calls while a flush runs: an idle caller is served at once and never waits for others, a busy time is served in sets.
 * When a set fails, its items are tried one by one, so that a poisonous one fails alone; when the database is away, none is to
 * blame, and all fail at once instead of each waiting for its own time-out.
 */
export function createBatcher<Item, Result>({
  flush,
  itemsMax,
  gatherMs,
}: BatcherOptions<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, itemsMax);
      try {
        const results = await flush(batch.map(({ item }) => item));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
      } catch (error) {
        if (batch.length === 1 || isOutage(error)) for (const { reject } of batch) reject(error);
        else await oneByOne(batch);
      }
      if (gatherMs !== undefined && batch.length >= BUSY_ITEMS) await delay(gatherMs);
    }
    running = false;
  }

  async function oneByOne(batch: typeof waiting): Promise<void> {
    for (const { item, resolve, reject } of batch) {
      try {
        const [result] = await flush([item]);
        resolve(result as Result);
      } catch (error) {
        reject(error);
      }
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}
