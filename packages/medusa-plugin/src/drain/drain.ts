import type { Log, Messaging } from "@webxkey/core";
import { type ClaimsRead, createDrain, type Intake } from "@webxkey/host-kit";
import { findOne, type MedusaConnector, type MedusaHost } from "../connector/index.ts";
import { readClaim } from "../consent/claim.ts";

/** Facts whose wish not to notify Medusa keeps nowhere but in the event: a sweep cannot know it. */
const WISH_ONLY_IN_EVENT = new Set(["shipment.created", "delivery.created", "order.fulfillment_created"]);

export interface StoreDrainPorts {
  readonly intake: Intake;
  readonly connector: MedusaConnector;
  readonly host: () => MedusaHost;
  readonly messaging: () => Promise<Messaging>;
  readonly log: Log;
}

/** Drains what the store told, with the storefront's consent and without the wishes that only an event carries. */
export function createStoreDrain(ports: StoreDrainPorts): () => Promise<number> {
  return createDrain({
    ...ports,
    claims: async ({ data }, host) =>
      "order" in data ? await claimsOfOrder(data.order.ref, host) : { kind: "none" },
    wishUnknown: ({ fact, origin }) => origin === "sweep" && WISH_ONLY_IN_EVENT.has(fact.type),
  });
}

/** The storefront's consent: on the order, where Medusa copied the cart's metadata, or still on its cart. */
async function claimsOfOrder(orderId: string, host: MedusaHost): Promise<ClaimsRead> {
  const order = await findOne<{
    readonly metadata?: Record<string, unknown> | null;
    readonly cart?: { readonly id: string; readonly metadata?: Record<string, unknown> | null } | null;
  }>(host, "order", ["id", "metadata", "cart.id", "cart.metadata"], orderId);
  const onOrder = readClaim(order?.metadata, `${orderId} metadata`);
  return onOrder.kind === "none" && order?.cart
    ? readClaim(order.cart.metadata, `${order.cart.id} metadata`)
    : onOrder;
}
