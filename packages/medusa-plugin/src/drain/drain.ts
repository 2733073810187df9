import type { ConsentWording, Log, Messaging } from "@webxkey/core";
import { createDrain, type Intake } from "@webxkey/host-kit";
import {
  findOrder,
  type MedusaConnector,
  type MedusaHost,
  ORDER_UPDATED,
  recipientOf,
} from "../connector/index.ts";
import { claimsOfOrder } from "../consent/order-claims.ts";

/** Facts whose wish not to notify Medusa keeps nowhere but in the event: a sweep cannot know it. */
const WISH_ONLY_IN_EVENT = new Set(["shipment.created", "delivery.created", "order.fulfillment_created"]);

export interface StoreDrainPorts {
  readonly intake: Intake;
  readonly connector: MedusaConnector;
  readonly host: () => MedusaHost;
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
  /** What the store offers beside its box. */
  readonly wordings: readonly ConsentWording[];
}

/** Drains what the store told, with the storefront's consent and without the wishes that only an event carries. */
export function createStoreDrain(ports: StoreDrainPorts): () => Promise<number> {
  return createDrain({
    ...ports,
    claims: (orderRef, host) => claimsOfOrder(orderRef, host, ports.wordings),
    async editedOrder({ type, entityId }, host) {
      if (type !== ORDER_UPDATED) return undefined;
      const order = await findOrder(host, entityId);
      const { source } = ports.connector;
      return order && { source, type: "order", ref: order.id, phone: recipientOf(order).phone };
    },
    wishUnknown: ({ fact, origin }) => origin === "sweep" && WISH_ONLY_IN_EVENT.has(fact.type),
  });
}
