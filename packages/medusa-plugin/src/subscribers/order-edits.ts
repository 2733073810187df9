import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";
import { editFacts, ORDER_UPDATED } from "../connector/index.ts";
import { storeEvent } from "../intake/store-event.ts";

/** Medusa says that an order was edited, and not what of it. */
export default async function storeOrderEdit(args: SubscriberArgs<{ id: string }>): Promise<void> {
  const { event, container } = args;
  const changed = async () => {
    const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
      entity: "order",
      fields: ["id", "updated_at"],
      filters: { id: [event.data].flat().map(({ id }) => id) },
    });
    return data;
  };
  await storeEvent(args, changed, editFacts);
}

export const config: SubscriberConfig = {
  event: ORDER_UPDATED,
  context: { subscriberId: "webxkey-order-edits" },
};
