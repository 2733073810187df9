import type { WebhookConnector } from "@webxkey/core";
import { cloudevents } from "./cloudevents/index.ts";
import { dolibarr } from "./dolibarr/index.ts";
import { erpnext } from "./erpnext/index.ts";
import { espocrm } from "./espocrm/index.ts";
import { odoo } from "./odoo/index.ts";
import { shopify } from "./shopify/index.ts";
import { square } from "./square/index.ts";
import { woocommerce } from "./woocommerce/index.ts";

export { cloudevents, dolibarr, erpnext, espocrm, odoo, shopify, square, woocommerce };

/**
 * All of them. A program that does not know which one it has reads a shop's settings with the connector's own schema first.
 *
 * @example
 * ```ts
 * const connector = webhookConnectors.find(({ id }) => id === "woocommerce");
 * ```
 */
export const webhookConnectors: readonly WebhookConnector[] = [
  woocommerce,
  shopify,
  erpnext,
  odoo,
  dolibarr,
  espocrm,
  square,
  cloudevents,
];
