import {
  type Delivery,
  defineConnector,
  type PlatformEntity,
  type Told,
  type WebhookConnector,
} from "@webxkey/core";
import { z } from "zod";
import { ofAccounts, ofOrders } from "../acts.ts";
import { baseUrlSetting, recordIn, secretSetting } from "../api.ts";
import { ownField } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { signedInHeader } from "../signatures.ts";
import { namedBy, type States, statesSetting } from "../states.ts";
import { wooApi } from "./api.ts";
import { accountOf, actsOf, storyOf, wooCustomer, wooOrder } from "./order.ts";

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting,
  consumerKey: secretSetting,
  consumerSecret: secretSetting,
  /** By the slug of a state without `wc-`, such as `out-for-delivery`. */
  states: statesSetting
    .transform(withoutPrefix)
    .refine(
      namedBy(/^[a-z0-9_-]+$/),
      "Name a status by its slug, such as out-for-delivery, and not by its label.",
    ),
});
type Settings = z.output<typeof settings>;

/** WordPress keeps a state under `wc-` and its slug, and plugins show it so; the API gives the slug. */
function withoutPrefix(states: States): States {
  return Object.fromEntries(
    Object.entries(states).map(([state, meaning]) => [state.replace(/^wc-/, ""), meaning]),
  );
}

const signature = signedInHeader(["x-wc-webhook-signature"]);

const TOPICS = new Map([
  ["order.created", "order"],
  ["order.updated", "order"],
  ["order.restored", "order"],
  ["customer.created", "customer"],
]);
const RECORDS = { order: wooOrder, customer: wooCustomer } as const;
const META_DATA = "meta_data.";

/** WooCommerce: webhooks of the topics order created, updated and restored, and customer created. */
export const woocommerce: WebhookConnector<Settings> = {
  id: "woocommerce",
  name: "WooCommerce",
  settings,
  proof: { ...signature, greets: isPing },
  setup: {
    webhooks:
      "Under WooCommerce > Settings > Advanced > Webhooks make four webhooks, for order created, order updated, order restored and customer created, each with this address, this secret, status Active and API version WP REST API Integration v3.",
    consentField: "meta_data.whatsapp_optin",
  },
  advice: {
    silent:
      "WooCommerce turns a webhook off after several failed deliveries in a row, each by itself: under WooCommerce > Settings > Advanced > Webhooks open each one, set its status to Active and save.",
    malformed:
      "Under WooCommerce > Settings > Advanced > Webhooks set the API version to WP REST API Integration v3; save the webhook as a user who may read orders, because its body is otherwise an error.",
    credentials:
      "Under WooCommerce > Settings > Advanced > REST API make a key with Read access for a user who may read orders.",
    address:
      "The address is the one of the shop's front page; under Settings > Permalinks any structure but Plain is needed.",
    answers:
      "A plugin that prints notices is the usual cause: set WP_DEBUG_DISPLAY to false in wp-config.php, or end the maintenance mode.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "woocommerce",
      source: shop.source,
      events: {
        order: ofOrders(
          "order",
          { ...shop, fieldOf },
          (payload) => {
            const order = wooOrder.safeParse(payload).data;
            return (
              order && {
                entityId: order.id,
                acts: actsOf(order, shop.settings.states),
                states: { status: order.status },
                changedAt: order.date_modified_gmt,
              }
            );
          },
          async (id, entities) => {
            const order = recordIn(wooOrder, await entities.find("order", id), "WooCommerce's order");
            return order && storyOf(order, shop.settings.states);
          },
        ),
        customer: ofAccounts(
          "customer",
          { ...shop, fieldOf },
          (payload) => {
            const customer = wooCustomer.safeParse(payload).data;
            if (!customer) return undefined;
            const { id, date_created_gmt: at } = customer;
            return { entityId: id, acts: [{ type: "account.created", id, at }] };
          },
          async (id, entities) => {
            const customer = recordIn(
              wooCustomer,
              await entities.find("customer", id),
              "WooCommerce's customer",
            );
            return customer && accountOf(customer);
          },
        ),
      },
    }),

  fieldOf,

  api: wooApi,
};

/** `meta_data.KEY` is a custom field; the last one counts where plugins wrote several. */
function fieldOf({ value }: Pick<PlatformEntity, "value">, field: string): unknown {
  if (!field.startsWith(META_DATA)) return ownField(value, field);
  const key = field.slice(META_DATA.length);
  const list = ownField(value, "meta_data");
  const own = Array.isArray(list) ? list.filter((each) => ownField(each, "key") === key) : [];
  return ownField(own.at(-1), "value");
}

function told(delivery: Delivery): Told {
  if (isPing(delivery)) return { kind: "greeting" };
  const topic = delivery.headers.get("x-wc-webhook-topic") ?? "";
  const kind = TOPICS.get(topic) as keyof typeof RECORDS | undefined;
  if (!kind) return unknownTopic(topic);
  const value = jsonBody(delivery);
  // Also where the webhook's user may not read orders: its body is then an error of the API.
  const record = RECORDS[kind].safeParse(value);
  if (!record.success) return { kind: "malformed" };
  const deliveryId = delivery.headers.get("x-wc-webhook-delivery-id");
  return {
    kind: "acts",
    acts: [{ hostEvent: kind, payload: value }],
    entities: [{ kind, id: record.data.id, value }],
    ...(deliveryId && { deliveryId }),
  };
}

/** What WooCommerce posts when a webhook is saved: unsigned, with no header of its own but the user agent's. */
function isPing({ headers, body }: Delivery): boolean {
  return (
    !headers.has("x-wc-webhook-topic") &&
    /^WooCommerce\/\S{1,40} Hookshot /.test(headers.get("user-agent") ?? "") &&
    body.byteLength <= 30 &&
    /^webhook_id=\d{1,12}$/.test(Buffer.from(body).toString("latin1"))
  );
}
