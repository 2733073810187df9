import type { Fact, HostEventTranslation } from "@webxkey/core";
import { z } from "zod";

/**
 * What Medusa's events say, as facts. An event's payload is only taken for the ids in it; where Medusa's own says too
 * little (a refund's id, the customer behind an e-mail address), the subscriber adds it before it asks here.
 */

const id = z.string().regex(/^[\w-]{1,100}$/);
const time = z.iso.datetime({ offset: true });
/** Medusa leaves the field out, or writes null, where nobody said anything. */
const wish = z.boolean().nullish();

type FactsOf = HostEventTranslation<unknown>["facts"];

/** Facts of payloads of one shape; of any other, none. */
function factsOf<Payload extends z.ZodType>(
  payload: Payload,
  fact: (of: z.output<Payload>) => Fact,
): FactsOf {
  return (given) => {
    const read = payload.safeParse(given);
    return read.success ? [fact(read.data)] : [];
  };
}

/** The event is named by one id that happens once: the key is the name and the id. */
function once(type: string): FactsOf {
  return factsOf(z.object({ id }), (of) => ({ key: `${type}:${of.id}`, type, entityId: of.id }));
}

/** Of a fulfilment: Medusa keeps the wish not to notify nowhere but in the event. */
function ofFulfillment(type: string): FactsOf {
  return factsOf(z.object({ id, no_notification: wish }), (of) => ({
    key: `${type}:${of.id}`,
    type,
    entityId: of.id,
    doNotNotify: of.no_notification === true,
  }));
}

function ofReturn(type: string): FactsOf {
  return factsOf(z.object({ return_id: id }), (of) => ({
    key: `${type}:${of.return_id}`,
    type,
    entityId: of.return_id,
  }));
}

export const HOST_FACTS = {
  // A draft order is placed long after it was made; the moment is the event's.
  "order.placed": factsOf(z.object({ id, told_at: time.optional() }), (of) => ({
    key: `order.placed:${of.id}`,
    type: "order.placed",
    entityId: of.id,
    ...(of.told_at && { occurredAt: of.told_at }),
  })),
  "order.canceled": once("order.canceled"),

  // Medusa tells the payment only. Each capture and each refund is one act with an id of its own.
  "payment.captured": factsOf(z.object({ capture_id: id }), (of) => ({
    key: `payment.captured:${of.capture_id}`,
    type: "payment.captured",
    entityId: of.capture_id,
  })),
  "payment.refunded": factsOf(z.object({ refund_id: id }), (of) => ({
    key: `payment.refunded:${of.refund_id}`,
    type: "payment.refunded",
    entityId: of.refund_id,
  })),
  // No event of Medusa's: it only writes the state, and the sweep finds it.
  "payment_session.error": once("payment_session.error"),

  "shipment.created": ofFulfillment("shipment.created"),
  "delivery.created": ofFulfillment("delivery.created"),
  "order.fulfillment_created": factsOf(z.object({ fulfillment_id: id, no_notification: wish }), (of) => ({
    key: `order.fulfillment_created:${of.fulfillment_id}`,
    type: "order.fulfillment_created",
    entityId: of.fulfillment_id,
    doNotNotify: of.no_notification === true,
  })),

  "order.return_requested": ofReturn("order.return_requested"),
  "order.return_received": ofReturn("order.return_received"),

  "customer.created": once("customer.created"),
  // The e-mail address and the token that Medusa sends along are not looked at.
  "auth.password_reset": factsOf(
    z.object({ actor_type: z.literal("customer"), customer_id: id, requested_at: time }),
    (of) => ({
      key: `auth.password_reset:${of.customer_id}:${of.requested_at}`,
      type: "auth.password_reset",
      entityId: of.customer_id,
      state: of.requested_at,
      occurredAt: of.requested_at,
    }),
  ),
} satisfies Record<string, FactsOf>;

/** Medusa's event of an edited order. Nothing is told of it, so the connector does not know it: its consent may be what changed. */
export const ORDER_UPDATED = "order.updated";
const edit = z.object({ id, updated_at: z.union([z.date(), time]) });

/** An order is edited often: each edit is named by the time of change of its row, which subscriber and sweep both see. */
export const editFacts: FactsOf = factsOf(edit, (of) => ({
  key: `${ORDER_UPDATED}:${of.id}:${new Date(of.updated_at).toISOString()}`,
  type: ORDER_UPDATED,
  entityId: of.id,
}));

export type HostEvent = keyof typeof HOST_FACTS;
