import { type Connector, defineConnector, type HostEventTranslation } from "@webxkey/core";
import { HOST_FACTS, type HostEvent } from "./facts.ts";
import { type MedusaHost, type MedusaShop, READ } from "./read.ts";

export { editFacts, type HostEvent, ORDER_UPDATED } from "./facts.ts";
export {
  CART_FIELDS,
  findCustomerRecipient,
  findOne,
  findOrder,
  type MedusaHost,
  type MedusaShop,
} from "./read.ts";
export {
  buyerPhoneOf,
  type MedusaAmount,
  type MedusaBuyer,
  type MedusaOrder,
  minorUnitsOf,
  recipientOf,
} from "./shapes.ts";

export type MedusaConnector = Connector<MedusaHost>;

/**
 * Translates a Medusa store into events of the vocabulary.
 *
 * @example
 * const connector = createMedusaConnector({ source: "/medusa/shop", name: "Tea Shop" });
 * const [fact] = connector.facts("order.placed", { id: "order_01H" });
 * const event = await connector.read(fact, { query });
 */
export function createMedusaConnector(shop: MedusaShop): MedusaConnector {
  const events = Object.entries(HOST_FACTS).map(
    ([name, facts]): [string, HostEventTranslation<MedusaHost>] => [
      name,
      { facts, read: (fact, host) => READ[name as HostEvent](fact, host, shop) },
    ],
  );
  return defineConnector<MedusaHost>({
    id: "medusa",
    source: shop.source,
    events: Object.fromEntries(events),
  });
}
