import { sql } from "kysely";
import { EVENT_TYPES, isEventType, isStaleAfter, isUntrueAfter, OVERTAKING_TYPES } from "../events/index.ts";
import { anyOf, type Db, recordset } from "../storage/index.ts";

// The news of one order reaches the customer in the order in which it happened, one message after another. A claim therefore
// reads the other messages of each order that it is about to send for:
//   - while one of them is on the wire, or its outcome is unknown, the others wait;
//   - while an earlier one is in the queue, the later ones wait, unless it was put off for longer than PUT_OFF_MS_MAX;
//   - an earlier one that a later act made untrue, or stale, is not sent at all.
// A held message keeps no other waiting, because nobody knows when its hold ends. The claims of one workspace exclude each other
// (`takeTurns` locks the pace of its number), so that two of them cannot each find the other's message not yet begun.

/** A message in the queue that is due later than this keeps the later news of its order no longer. */
const PUT_OFF_MS_MAX = 10 * 60_000;
const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 30_000;

/** A due message, and what it is about. */
export interface OrderNews {
  readonly message_id: string;
  readonly event_type: string;
  readonly occurred_at: Date;
  readonly source: string;
  readonly entity_type: string;
  readonly entity_ref: string;
}

/** Another act of the same order, with its message where a rule made one. */
export interface OtherNews {
  readonly message_id: string | null;
  readonly event_type: string;
  readonly occurred_at: Date;
  readonly state: string | null;
  readonly due_ms: number | null;
  readonly updated_ms: number | null;
}

export type OrderTurn =
  | { readonly kind: "now" }
  | { readonly kind: "later"; readonly untilMs: number }
  | { readonly kind: "never"; readonly overtakenBy: string };

/**
 * Reads what else there is of each message's order, by message. One statement, which meets each order through an index and reads
 * it once: a shop that gives many orders one reference has thousands of acts in it, and a claim brings many messages of it.
 */
export async function readOrderNews(
  tx: Db,
  workspaceId: string,
  news: readonly OrderNews[],
): Promise<ReadonlyMap<string, readonly OtherNews[]>> {
  const orders = Map.groupBy(
    news.filter(({ entity_type }) => entity_type === "order"),
    ({ source, entity_ref }) => JSON.stringify([source, entity_ref]),
  );
  if (orders.size === 0) return new Map();
  const messagesOf = [...orders.values()];
  const refs = messagesOf.flatMap(([first], n) =>
    first ? [{ n, source: first.source, entity_ref: first.entity_ref }] : [],
  );
  // "offset 0" keeps the planner from joining the tables as a whole where it knows too little of them.
  const { rows } = await sql<OtherNews & { n: number }>`
    select r.n, m.message_id, e.type as event_type, e.occurred_at, m.state, m.due_ms, m.updated_ms
    from ${recordset(refs, { n: "int", source: "text", entity_ref: "text" })}
    cross join lateral (
      select e.event_id, e.type, e.occurred_at from webxkey.events e
      where e.workspace_id = ${workspaceId} and e.entity_type = 'order' and e.entity_ref = r.entity_ref and e.source = r.source
      offset 0) e
    left join lateral (
      select m.message_id, m.state, m.open_state, extract(epoch from m.due_at)::float8 * 1000 as due_ms,
        extract(epoch from m.updated_at)::float8 * 1000 as updated_ms
      from webxkey.messages m where m.workspace_id = ${workspaceId} and m.event_id = e.event_id
      offset 0) m on true
    where m.open_state in ('queued', 'sending', 'unknown') or e.type = ${anyOf(OVERTAKING_TYPES, "text")}`.execute(
    tx,
  );
  const newsOf = Map.groupBy(rows, ({ n }) => n);
  return new Map(
    messagesOf.flatMap((messages, n) => {
      const acts = newsOf.get(n) ?? [];
      return messages.map(({ message_id: own }) => [
        own,
        acts.filter(({ message_id }) => message_id !== own),
      ]);
    }),
  );
}

/** Whether a message's turn among the news of its order has come. Pure. */
export function orderTurnOf(message: OrderNews, others: readonly OtherNews[], nowMs: number): OrderTurn {
  const overtakenBy = overtakerOf(message, others);
  if (overtakenBy) return { kind: "never", overtakenBy };
  const waits = others.flatMap((other) => {
    if (other.state === "sending" || other.state === "unknown") {
      // The longer it has lasted, the longer it may still last.
      const lastedMs = nowMs - (other.updated_ms ?? nowMs);
      return [Math.min(WAIT_MS_MAX, Math.max(WAIT_MS_MIN, lastedMs / 2))];
    }
    if (other.state !== "queued" || compareNews(message, other) < 0) return [];
    const putOffMs = (other.due_ms ?? nowMs) - nowMs;
    return putOffMs > PUT_OFF_MS_MAX || overtakerOf(other, [message])
      ? []
      : [Math.max(WAIT_MS_MIN, putOffMs)];
  });
  return waits.length === 0 ? { kind: "now" } : { kind: "later", untilMs: nowMs + Math.max(...waits) };
}

const LEFT: readonly (string | null)[] = ["accepted", "sent", "delivered", "read"];

function overtakerOf(
  message: OtherNews | OrderNews,
  others: readonly (OtherNews | OrderNews)[],
): string | undefined {
  const { event_type: type } = message;
  if (!isEventType(type)) return undefined;
  return others.find((other) => {
    const { event_type: later } = other;
    if (!isEventType(later) || compareNews(other, message) < 0) return false;
    return (
      isUntrueAfter(type, later) ||
      ("state" in other && LEFT.includes(other.state) && isStaleAfter(type, later))
    );
  })?.event_type;
}

/** Acts of one moment go as a shop goes through them. */
function compareNews(one: OtherNews | OrderNews, other: OtherNews | OrderNews): number {
  return (
    one.occurred_at.getTime() - other.occurred_at.getTime() ||
    rankOf(one.event_type) - rankOf(other.event_type) ||
    ((one.message_id ?? "") < (other.message_id ?? "") ? -1 : 1)
  );
}

function rankOf(type: string): number {
  return (EVENT_TYPES as readonly string[]).indexOf(type);
}
