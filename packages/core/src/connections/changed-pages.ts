import type { ChangedPage, ChangedQuery, UnreadableEntity } from "../events/index.ts";
import { isWebxkeyError } from "../kernel/errors.ts";

/**
 * Reads what has changed at a platform, without missing a record whatever changes meanwhile.
 *
 * A platform lists records by the time of their last change. An edit moves a record to the end of that list and shifts the others
 * forward, so page 2 of a list that was edited since page 1 has skipped one. No second page is asked for: the window moves to the
 * second of the last record that was read, and what shares that second comes twice. Only where a whole page changed in one second
 * are pages of that second asked for. There a change can only take a record out, so reading from its end to its beginning shifts
 * nothing past the reader.
 *
 * One record can spoil its page: with megabytes of custom fields, or with a notice that a plugin prints. Such a page is asked for
 * smaller, down to one record, whose id is then asked for alone. It is read by itself, or named as unreadable and passed over; but
 * where not even an empty list can be read, it is the shop that cannot, and none of its records is blamed.
 */

/** Each divides the one before it, so that a record's place in a smaller page is known. */
const PAGE_SIZES = [100, 50, 25, 5, 1] as const;
const SECOND_MS = 1_000;
/** Nothing has changed after it: the list of that is empty. */
const NEVER = new Date("2100-01-01T00:00:00Z");
/** Records of one second: what bulk edits have been seen to make, many times over. */
const SECOND_RECORDS_MAX = 10_000;

export interface ChangedSource {
  changed(query: Omit<ChangedQuery, "fields">): Promise<ChangedPage>;
  find(kind: string, id: string): Promise<unknown>;
  readonly pageMax: number;
}

export interface UnreadableRecord extends UnreadableEntity {
  /** What could not be read about it. */
  readonly error?: unknown;
}

export interface ReadPage {
  readonly entities: ChangedPage["entities"];
  readonly unreadable: readonly UnreadableRecord[];
  /** Everything that changed before this moment has been read with this page. */
  readonly readTo: Date;
  /** More changed in one second than is read of it. */
  readonly cut?: true;
}

type Page = Omit<ReadPage, "readTo"> & { readonly more: boolean };

/** @throws what the platform's client throws; everything before the last `readTo` has been read by then. */
export async function* changedPages(source: ChangedSource, since: Date): AsyncGenerator<ReadPage> {
  const sizes = PAGE_SIZES.filter((size) => size < source.pageMax);
  const size = steps([source.pageMax, ...sizes]);
  let from = since;
  for (;;) {
    const page = await moving(source, from, size);
    const last = lastChange(page) ?? from;
    if (!page.more) {
      yield { ...page, readTo: last > from ? last : from };
      return;
    }
    if (secondOf(last) > from) {
      from = secondOf(last);
      yield { ...page, readTo: from };
      continue;
    }
    const second = secondOf(from);
    for await (const part of pagesOfSecond(source, second, size.now())) yield { ...part, readTo: from };
    from = new Date(second.getTime() + SECOND_MS);
  }
}

/** The oldest changes since then, as many as can be read at once. */
async function moving(source: ChangedSource, since: Date, size: Steps): Promise<Page> {
  for (;;) {
    try {
      const page = await source.changed({ since, skip: 0, limit: size.now() });
      size.up();
      return asPage(page);
    } catch (error) {
      if (!spoilsPage(error)) throw error;
      if (size.down()) continue;
      const page = await single(source, { since, skip: 0, limit: 1 });
      size.up();
      return page;
    }
  }
}

async function* pagesOfSecond(
  source: ChangedSource,
  second: Date,
  limit: number,
): AsyncGenerator<Omit<ReadPage, "readTo">> {
  const window = { since: second, before: new Date(second.getTime() + SECOND_MS) };
  let skip = 0;
  for (let more = true; more; skip += limit) {
    const page = await range(source, window, skip, limit);
    const cut = page.more && skip + limit >= SECOND_RECORDS_MAX;
    yield { entities: page.entities, unreadable: page.unreadable, ...(cut && { cut }) };
    more = page.more && !cut;
  }
  // The last page has been read after all that was shifted into it.
  for (skip -= 2 * limit; skip >= 0; skip -= limit) yield await range(source, window, skip, limit);
}

/** A part of a window that changes only take from: where it cannot be read whole, its later parts are read before its earlier ones. */
async function range(
  source: ChangedSource,
  window: { readonly since: Date; readonly before: Date },
  skip: number,
  limit: number,
): Promise<Page> {
  try {
    return asPage(await source.changed({ ...window, skip, limit }));
  } catch (error) {
    if (!spoilsPage(error)) throw error;
    if (limit === 1) return await single(source, { ...window, skip, limit });
    const smaller = PAGE_SIZES.find((size) => size < limit) ?? 1;
    const parts: Page[] = [];
    for (let at = skip + limit - smaller; at >= skip; at -= smaller)
      parts.push(await range(source, window, at, smaller));
    return {
      entities: parts.flatMap(({ entities }) => entities),
      unreadable: parts.flatMap(({ unreadable }) => unreadable),
      more: parts[0]?.more ?? false,
    };
  }
}

/** One record that cannot be listed: by its id, which is asked for alone. */
async function single(source: ChangedSource, query: Omit<ChangedQuery, "fields">): Promise<Page> {
  const { entities, unreadable = [], more } = await source.changed({ ...query, only: "ids" });
  const [pointer] = entities;
  if (!pointer) return { entities: [], unreadable, more };
  const { kind, id, changedAt } = pointer;
  try {
    const value = await source.find(kind, id);
    return { entities: value === undefined ? [] : [{ ...pointer, value }], unreadable: [], more };
  } catch (error) {
    if (!spoilsPage(error) && isWebxkeyError(error)) throw error;
    await source.changed({ since: NEVER, skip: 0, limit: 1 });
    return { entities: [], unreadable: [{ kind, id, changedAt, error }], more };
  }
}

/** Whether a smaller page, or another record, may be read all the same. */
function spoilsPage(error: unknown): boolean {
  return isWebxkeyError(error) && (error.code === "answer_too_large" || error.code === "answer_unreadable");
}

function asPage({ entities, unreadable = [], more }: ChangedPage): Page {
  return { entities, unreadable, more };
}

function lastChange({ entities, unreadable }: Page): Date | undefined {
  const times = [...entities, ...unreadable].flatMap(({ changedAt }) => changedAt?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

function secondOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / SECOND_MS) * SECOND_MS);
}

interface Steps {
  now(): number;
  up(): void;
  /** False at the smallest. */
  down(): boolean;
}

function steps(sizes: readonly number[]): Steps {
  let index = 0;
  return {
    now: () => sizes[index] ?? 1,
    up: () => {
      index = Math.max(0, index - 1);
    },
    down() {
      if (index === sizes.length - 1) return false;
      index += 1;
      return true;
    },
  };
}
