import { type GraphRefusal, invalidParameter, refusal } from "../graph-errors.ts";

const PAGE_DEFAULT = 25;
const PAGE_MAX = 1_000;
const CURSOR = /^WXK1:(.+)$/;
const STRICT_SINCE_VERSION = 24;

export interface Page<T> {
  items: T[];
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
}

/** One page of a list whose items have ids that stay; cursors are opaque and survive inserts. */
// behaviour: opaque-cursors
export function pageOf<T>(
  list: T[],
  idOf: (item: T) => string,
  query: URLSearchParams,
  link: (query: URLSearchParams) => string,
  version: string,
): Page<T> | { refused: GraphRefusal } {
  const limit = Math.min(Number(query.get("limit") ?? PAGE_DEFAULT), PAGE_MAX);
  if (!Number.isInteger(limit) || limit < 1)
    return { refused: invalidParameter("Param limit must be an integer of at least 1") };
  const [after, before] = [query.get("after"), query.get("before")].map((cursor) =>
    position(cursor, list, idOf),
  );
  if (after === "unknown" || before === "unknown") return { refused: badCursor(version) };
  const start =
    typeof after === "number" ? after + 1 : typeof before === "number" ? Math.max(before - limit, 0) : 0;
  const end = typeof before === "number" ? Math.min(before, start + limit) : start + limit;
  const items = list.slice(start, end);
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return { items };
  const cursors = { before: cursorOf(idOf(first)), after: cursorOf(idOf(last)) };
  return {
    items,
    paging: {
      cursors,
      ...(end < list.length ? { next: link(withCursor(query, "after", cursors.after)) } : {}),
      ...(start > 0 ? { previous: link(withCursor(query, "before", cursors.before)) } : {}),
    },
  };
}

function position<T>(
  cursor: string | null,
  list: T[],
  idOf: (item: T) => string,
): number | "unknown" | undefined {
  if (!cursor) return undefined;
  const id = CURSOR.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  const index = list.findIndex((item) => idOf(item) === id);
  return index < 0 ? "unknown" : index;
}

function cursorOf(id: string): string {
  return Buffer.from(`WXK1:${id}`).toString("base64url");
}

/** The token never goes into a link that a client may log. */
function withCursor(query: URLSearchParams, name: "after" | "before", cursor: string): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const other of ["after", "before", "access_token", "appsecret_proof"]) next.delete(other);
  next.set(name, cursor);
  return next;
}

// behaviour: bad-cursor
function badCursor(version: string): GraphRefusal {
  const isStrict = Number(version.slice(1)) >= STRICT_SINCE_VERSION;
  return isStrict ? refusal(131059) : invalidParameter("Invalid cursors values");
}
