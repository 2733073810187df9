import type { SubscriberArgs } from "@medusajs/framework/subscribers";
import type { Fact } from "@webxkey/core";
import { runtimeOf } from "../engine/index.ts";

/** When Medusa made the event, RFC 3339. It stays the same however often the bus delivers it. */
export function toldAt({ metadata }: SubscriberArgs<unknown>["event"]): string | undefined {
  const at = metadata?.["created_at"];
  const time = at instanceof Date || typeof at === "string" ? new Date(at) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined;
}

/**
 * What a subscriber does: stores the event's facts and returns. Nothing is looked up that the fact does not need, nothing is
 * sent here, and nothing is thrown into the store, whose own work this event is part of.
 *
 * @param complete payloads with the ids that Medusa's own lacks.
 * @param factsOf how they are read; the connector's way where it is left out.
 */
export async function storeEvent(
  { event, container }: SubscriberArgs<unknown>,
  complete: () => Promise<readonly unknown[]> | readonly unknown[],
  factsOf?: (payload: unknown) => readonly Fact[],
): Promise<void> {
  const runtime = runtimeOf(container);
  const read = factsOf ?? ((payload) => runtime.connector.facts(event.name, payload));
  try {
    const payloads = await complete();
    const facts = payloads.flatMap(read);
    const stored = await runtime.intake.record(facts, "push");
    // Not awaited: the bus waits for subscribers, and one that hangs holds up the next order's.
    if (stored > 0) void runtime.drain();
  } catch (error) {
    runtime.log.error("intake.store_failed", { event_type: event.name, error });
  }
}
