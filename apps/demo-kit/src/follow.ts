import { setTimeout as delay } from "node:timers/promises";
import type { AdminClient } from "@webxkey/admin-kit";
import type { Progress } from "./progress.ts";
import { STATUSES } from "./prove.ts";

const POLL_MS = 100;

/** A message in one of these goes no further by itself. */
const LAST_STATES = new Set(["blocked", "held", "failed", "expired", "cancelled"]);

export type Following = { engine: AdminClient; orderId: string; withinMs: number; progress: Progress };

/**
 * Tells what becomes of an order's messages as its timeline grows, until none of them goes any further.
 *
 * @returns false when the time was over before.
 */
export async function followOrder({ engine, orderId, withinMs, progress }: Following): Promise<boolean> {
  const told = new Set<string>();
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const order = await engine.entities.timeline({ entity_type: "order", entity_ref: orderId });
    for (const { kind, sentence, message_id } of order.entries) {
      const entry = `${kind} ${sentence} ${message_id}`;
      if (!told.has(entry)) progress.step(`  ${sentence}`);
      told.add(entry);
    }
    const { messages, entries } = order;
    if (messages.length > 0 && messages.every((message) => goesNoFurther(message, entries))) return true;
    await delay(POLL_MS);
  }
  return false;
}

type Order = Awaited<ReturnType<AdminClient["entities"]["timeline"]>>;

/** Each status is a webhook of its own: the last may come before the others, which are still told. */
function goesNoFurther({ message_id, state }: Order["messages"][number], entries: Order["entries"]): boolean {
  if (state !== "read") return LAST_STATES.has(state);
  const statuses = entries.filter((entry) => entry.kind === "status" && entry.message_id === message_id);
  return statuses.length >= STATUSES.length;
}
