import { type Delivery, defineConnector, type Told, type WebhookConnector } from "@webxkey/core";
import { z } from "zod";
import { ofOrders } from "../acts.ts";
import { baseUrlSetting, countrySetting, recordIn, secretSetting } from "../api.ts";
import { fieldOf, optionalText, ownField } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { signedInHeader } from "../signatures.ts";
import { statesSetting } from "../states.ts";
import { timeInZone, timeZoneSetting } from "../times.ts";
import { erpnextApi } from "./api.ts";
import { actsOf, frappeAddress, frappeDocument, frappeOrder, statesOf, storyOf } from "./document.ts";
import { isSeriesName } from "./document-name.ts";

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting,
  apiKey: secretSetting,
  apiSecret: secretSetting,
  /** The kind of document that is an order. */
  doctype: z.string().min(1).max(140).default("Sales Order"),
  timeZone: timeZoneSetting,
  country: countrySetting,
  /** By the workflow's state, by the status, or by `Submitted` and `Cancelled`. */
  states: statesSetting,
});
type Settings = z.output<typeof settings>;

const body = frappeDocument.extend({ event: optionalText });

/** ERPNext and other apps of Frappe: webhooks with the body of the README's template, and security enabled. */
export const erpnext: WebhookConnector<Settings> = {
  id: "erpnext",
  name: "ERPNext",
  settings,
  // Python writes JSON with spaces of its own: the bytes are what counts.
  proof: signedInHeader(["x-frappe-webhook-signature"]),
  setup: {
    webhooks:
      "Make a Webhook on Sales Order for each of on_submit, on_change and on_cancel, with this address, Enable Security and this secret, and the JSON body of the connector's README.",
    consentField: "whatsapp_consent",
  },
  advice: {
    silent:
      "In ERPNext open each Webhook of this connection, look whether Enabled is ticked, and read its Webhook Request Log.",
    malformed:
      "In ERPNext compare the webhook's JSON body with the one in the connector's README, field by field.",
    credentials:
      "In ERPNext give the key's user the role to read this document type, and make its API secret anew.",
    address: "The address is the one of the site, without /app or /api at its end.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "erpnext",
      source: shop.source,
      events: {
        document: ofOrders(
          "document",
          { ...shop, fieldOf },
          (payload) => {
            const document = frappeDocument.safeParse(payload).data;
            if (document?.doctype !== shop.settings.doctype) return undefined;
            return {
              entityId: document.name,
              acts: actsOf(document, shop.settings.states),
              states: statesOf(document),
              changedAt: timeInZone(document.modified, shop.settings.timeZone),
            };
          },
          async (name, entities) => {
            const found = await entities.find(shop.settings.doctype, name);
            const order = recordIn(frappeOrder, found, "ERPNext's order");
            if (!order) return undefined;
            const addressOf = async (of: string | null | undefined) =>
              of
                ? recordIn(frappeAddress, await entities.find("Address", of), "ERPNext's address")
                : undefined;
            const shipping = await addressOf(order.shipping_address_name);
            const billing = await addressOf(order.customer_address);
            return storyOf(order, shipping, billing, shop.settings);
          },
        ),
      },
    }),

  /** Any field that the template sends or the API gives, custom ones too. */
  fieldOf,

  api: erpnextApi,
};

const PERSONAL_NAME =
  "The document's name may be a person's, so it is not stored: in ERPNext let Sales Orders be named by a series, such as SO-.YYYY.-.#####, under Settings > Document Naming Settings.";

/** Only the name is not taken: with another one the document would be. */
function isPersonal(value: unknown): boolean {
  const rest = body.omit({ name: true }).safeParse(value);
  const name = ownField(value, "name");
  return rest.success && typeof name === "string" && name !== "" && !isSeriesName(name);
}

function told(delivery: Delivery): Told {
  const value = jsonBody(delivery);
  const document = body.safeParse(value);
  if (!document.success) return { kind: "malformed", ...(isPersonal(value) && { detail: PERSONAL_NAME }) };
  const { event, doctype, name } = document.data;
  if (event === "on_trash") return unknownTopic(`${doctype} ${event}`);
  return {
    kind: "acts",
    acts: [{ hostEvent: "document", payload: value }],
    entities: [{ kind: doctype, id: name, value }],
  };
}
