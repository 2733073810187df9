import { type Delivery, defineConnector, type Told, type WebhookConnector } from "@webxkey/core";
import { z } from "zod";
import { ofOrders } from "../acts.ts";
import { baseUrlSetting, recordIn, secretSetting } from "../api.ts";
import { fieldOf } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { namedBy, statesSetting } from "../states.ts";
import { timeZoneSetting } from "../times.ts";
import { dolibarrApi } from "./api.ts";
import {
  actsOfHint,
  dolibarrHint,
  dolibarrOrder,
  dolibarrPointer,
  dolibarrThirdparty,
  STATUS_AFTER,
  storyOf,
} from "./order.ts";

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting,
  apiKey: secretSetting,
  /** Of orders that name none. */
  currency: z.string().regex(/^[A-Z]{3}$/, "Write the ISO 4217 code in three capitals, such as EUR."),
  timeZone: timeZoneSetting,
  /** By the number of the status: -1 cancelled, 1 validated, 2 shipment in process, 3 delivered. */
  states: statesSetting.refine(
    namedBy(/^-?\d{1,2}$/),
    "Name a status by Dolibarr's number, such as 2 for a shipment in process, and not by its label.",
  ),
});
type Settings = z.output<typeof settings>;

/** Dolibarr with its module Webhook, and targets for the triggers ORDER_VALIDATE, ORDER_CLOSE, ORDER_CANCEL and ORDER_MODIFY. */
export const dolibarr: WebhookConnector<Settings> = {
  id: "dolibarr",
  name: "Dolibarr",
  settings,
  proof: { kind: "read_again" },
  setup: {
    webhooks:
      "Turn the module Webhook on and make a target with this address for ORDER_VALIDATE,ORDER_CLOSE,ORDER_CANCEL,ORDER_MODIFY, not blocking.",
    consentField: "array_options.options_whatsapp",
  },
  advice: {
    silent:
      "In Dolibarr under Home > Setup > Modules look whether the module Webhook is on, and in its list whether each target is enabled with the address of this connection.",
    credentials: "In Dolibarr give the key's user the rights to read customers' orders and third parties.",
    address: "In Dolibarr under Home > Setup > Modules turn the module API/Web services (REST) on.",
    answers:
      "Dolibarr prints PHP warnings into its answers while display_errors is on in php.ini: turn it off.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "dolibarr",
      source: shop.source,
      events: {
        order: ofOrders(
          "order",
          { ...shop, fieldOf },
          (payload) => {
            const pointer = dolibarrPointer.safeParse(payload).data;
            return (
              pointer && {
                entityId: pointer.id,
                acts: actsOfHint(pointer, shop.settings.states),
                states: { status: pointer.status },
                changedAt: pointer.changedAt,
              }
            );
          },
          async (id, entities) => {
            const order = recordIn(dolibarrOrder, await entities.find("order", id), "Dolibarr's order");
            if (!order) return undefined;
            const found = order.socid ? await entities.find("thirdparty", order.socid) : undefined;
            return storyOf(
              order,
              recordIn(dolibarrThirdparty, found, "Dolibarr's third party"),
              shop.settings,
            );
          },
        ),
      },
    }),

  /** Custom fields are below `array_options`, such as `array_options.options_whatsapp`. */
  fieldOf,

  api: dolibarrApi,
};

function told(delivery: Delivery): Told {
  const hint = dolibarrHint.safeParse(jsonBody(delivery));
  if (!hint.success) return { kind: "malformed" };
  const { triggercode, object } = hint.data;
  // ORDER_SUPPLIER_… is about what the shop itself buys.
  if (!/^ORDER_(?!SUPPLIER_)/.test(triggercode)) return unknownTopic(triggercode);
  const status = STATUS_AFTER.get(triggercode) ?? object.status ?? object.statut;
  return { kind: "acts", acts: [{ hostEvent: "order", payload: { id: object.id, status } }], entities: [] };
}
