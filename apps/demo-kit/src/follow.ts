import { setTimeout as delay } from "node:timers/promises";
import type { AdminClient } from "@webxkey/admin-kit";
import type { Progress } from "./progress.ts";

const POLL_MS = 100;

/** A message in one of these goes no further by itself. */
const LAST_STATES = new Set(["blocked", "held", "read", "failed", "expired", "cancelled"]);

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
    if (order.messages.length > 0 && order.messages.every(({ state }) => LAST_STATES.has(state))) return true;
    await delay(POLL_MS);
  }
  return false;
}
