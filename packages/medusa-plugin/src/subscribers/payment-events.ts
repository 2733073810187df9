import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";
import { storeEvent } from "../intake/store-event.ts";

/** Medusa names the payment; which of its captures or refunds is new, only the keys of all of them tell. */
const ACTS = {
  "payment.captured": { entity: "capture", id: "capture_id" },
  "payment.refunded": { entity: "refund", id: "refund_id" },
} as const;

export default async function storePaymentEvent(args: SubscriberArgs<{ id: string }>): Promise<void> {
  const { event, container } = args;
  const act = ACTS[event.name as keyof typeof ACTS];
  await storeEvent(args, async () => {
    const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
      entity: act.entity,
      fields: ["id"],
      filters: { payment_id: event.data.id },
    });
    return data.map(({ id }) => ({ [act.id]: id }));
  });
}

export const config: SubscriberConfig = {
  event: Object.keys(ACTS),
  context: { subscriberId: "webxkey-payment-events" },
};
