import type { EventType } from "./vocabulary.ts";

const UNTRUE_ONCE: Partial<Record<EventType, readonly EventType[]>> = {
  // Money that went back is news all the same, and so is a parcel that came.
  "order.cancelled": [
    "order.placed",
    "order.confirmed",
    "order.updated",
    "order.paid",
    "order.payment_failed",
    "order.ready_for_pickup",
    "order.shipped",
  ],
  "order.paid": ["order.payment_failed"],
};

/** Whether an order's earlier news is no longer true after this later act: a reader would take it for an order that goes on. */
export function isUntrueAfter(earlier: EventType, later: EventType): boolean {
  return UNTRUE_ONCE[later]?.includes(earlier) ?? false;
}

// Parcels are never compared with parcels: an order may have several.
const STALE_ONCE_SENT: Partial<Record<EventType, readonly EventType[]>> = {
  "order.confirmed": ["order.placed"],
  "order.ready_for_pickup": ["order.placed", "order.confirmed"],
  "order.shipped": ["order.placed", "order.confirmed"],
  "order.delivered": ["order.placed", "order.confirmed"],
};

/** Whether an order's earlier news only confuses a reader who has this later news already. */
export function isStaleAfter(earlier: EventType, later: EventType): boolean {
  return STALE_ONCE_SENT[later]?.includes(earlier) ?? false;
}

/** The acts after which earlier news may be untrue or stale. */
export const OVERTAKING_TYPES = [
  ...new Set([...Object.keys(UNTRUE_ONCE), ...Object.keys(STALE_ONCE_SENT)]),
] as readonly EventType[];
