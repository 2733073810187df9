import { type Connector, defineConnector, type HostEventTranslation } from "@webxkey/core";
import { HOST_FACTS, type HostEvent } from "./facts.ts";
import { READ, type StrapiHost, type StrapiShop } from "./read.ts";

export type { HostEvent } from "./facts.ts";
export { orderEvent, type StrapiHost, type StrapiShop } from "./read.ts";

export type StrapiConnector = Connector<StrapiHost>;

/** Translates a Strapi application into events of the vocabulary, by the merchant's mapping. */
export function createStrapiConnector(shop: StrapiShop): StrapiConnector {
  const events = Object.entries(HOST_FACTS).map(
    ([name, facts]): [string, HostEventTranslation<StrapiHost>] => [
      name,
      { facts, read: (fact, host) => READ[name as HostEvent](fact, host, shop) },
    ],
  );
  return defineConnector<StrapiHost>({
    id: "strapi",
    source: shop.source,
    events: Object.fromEntries(events),
  });
}
