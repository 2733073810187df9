import { type Delivery, defineConnector, type Told, type WebhookConnector } from "@webxkey/core";
import { z } from "zod";
import { ofOrders } from "../acts.ts";
import { baseUrlSetting, recordIn, secretSetting } from "../api.ts";
import { fieldOf } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { statesSetting } from "../states.ts";
import { odooApi } from "./api.ts";
import { actsOfHint, odooHint, odooOrder, odooPartner, statesOf, storyOf } from "./order.ts";

const fieldName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, "Give a field's technical name, such as x_studio_stage.");

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting,
  database: z.string().min(1).max(100),
  /** The number of the user whom the key belongs to. */
  userId: z.int().positive(),
  apiKey: secretSetting,
  /** `mobile` where people keep numbers for messages there; Odoo 19 has that field no more. */
  phoneField: fieldName.default("phone"),
  /** A field of the order beside `state` that says how far it is, such as `delivery_status`. */
  stageField: fieldName.optional(),
  /** Fields of the order and of the partner that are read beside those that are needed, such as one that says consent. */
  orderFields: z.array(fieldName).max(20).default([]),
  partnerFields: z.array(fieldName).max(20).default([]),
  /** By the value of `state` or of the stage field. */
  states: statesSetting,
});
type Settings = z.output<typeof settings>;

const ORDER = "sale.order";

/** Odoo 17 and newer: an automation rule on sales orders with the action to send a webhook. */
export const odoo: WebhookConnector<Settings> = {
  id: "odoo",
  name: "Odoo",
  settings,
  proof: { kind: "read_again" },
  setup: {
    webhooks:
      "Make an automation rule on Sales Order with the action Send Webhook Notification to this address, and choose the field state.",
    consentField: "x_studio_whatsapp",
  },
  advice: {
    silent:
      "In Odoo under Settings > Technical > Automation Rules look whether the rule on Sales Order is active and its webhook action has the address of this connection.",
    credentials: "In Odoo make a new API key for a user who may read sales orders and contacts.",
    address: "The address is the one of Odoo's sign-in page, without /odoo or /web at its end.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "odoo",
      source: shop.source,
      events: {
        [ORDER]: ofOrders(
          ORDER,
          { ...shop, fieldOf },
          (payload) => {
            const hint = odooHint.safeParse(payload).data;
            if (hint?._model !== ORDER) return undefined;
            return {
              entityId: hint._id,
              acts: actsOfHint(hint, shop.settings),
              states: statesOf(hint, shop.settings),
              changedAt: hint.write_date,
            };
          },
          async (id, entities) => {
            const found = await entities.find(ORDER, id);
            const order = recordIn(odooOrder, found, "Odoo's order");
            if (!order) return undefined;
            const { partner_shipping_id, partner_invoice_id, partner_id } = order;
            const partners = [];
            for (const link of [partner_shipping_id, partner_invoice_id, partner_id]) {
              const partner = link ? await entities.find("res.partner", link[0]) : undefined;
              partners.push(recordIn(odooPartner, partner, "Odoo's partner"));
            }
            return storyOf(order, found, partners, shop.settings);
          },
        ),
      },
    }),

  fieldOf,

  api: odooApi,
};

function told(delivery: Delivery): Told {
  const payload = jsonBody(delivery);
  const hint = odooHint.safeParse(payload);
  if (!hint.success) return { kind: "malformed" };
  if (hint.data._model !== ORDER) return unknownTopic(hint.data._model);
  return { kind: "acts", acts: [{ hostEvent: ORDER, payload }], entities: [] };
}
