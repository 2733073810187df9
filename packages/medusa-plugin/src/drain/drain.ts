import type { ConsentWording, Log, Messaging } from "@webxkey/core";
import { createDrain, type Intake } from "@webxkey/host-kit";
import type { MedusaConnector, MedusaHost } from "../connector/index.ts";
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
    claims: async ({ data }, host) =>
      "order" in data ? await claimsOfOrder(data.order.ref, host, ports.wordings) : { kind: "none" },
    wishUnknown: ({ fact, origin }) => origin === "sweep" && WISH_ONLY_IN_EVENT.has(fact.type),
  });
}
