import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework";
import { storeEvent, toldAt } from "../intake/store-event.ts";

export default async function storeOrderOrAccountEvent(args: SubscriberArgs<object>): Promise<void> {
  const told_at = toldAt(args.event);
  await storeEvent(args, () =>
    [args.event.data].flat().map((data) => ({ ...data, ...(told_at && { told_at }) })),
  );
}

export const config: SubscriberConfig = {
  event: [
    "order.placed",
    "order.canceled",
    "order.fulfillment_created",
    "shipment.created",
    "delivery.created",
    "order.return_requested",
    "order.return_received",
    "customer.created",
  ],
  context: { subscriberId: "webxkey-order-and-account-events" },
};
