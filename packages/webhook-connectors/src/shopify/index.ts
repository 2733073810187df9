import {
  type Delivery,
  defineConnector,
  type PlatformEntities,
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
import { shopifyApi } from "./api.ts";
import {
  accountOf,
  actsOf,
  fulfillmentActs,
  isOfMoney,
  isShopifysConsent,
  shopifyCustomer,
  shopifyFulfillment,
  shopifyOrder,
  shopifyRefund,
  storyOf,
} from "./order.ts";
import { isPrivacyTopic, privacyWish } from "./privacy.ts";

const settings = z.strictObject({ ...messageSettings, baseUrl: baseUrlSetting, accessToken: secretSetting });
type Settings = z.output<typeof settings>;

/**
 * Shopify's own names of kinds, by topic. Only an order comes whole: refunds and parcels are read with their order, and a customer for
 * the consents, which webhooks leave out.
 */
const TOPICS = new Map([
  ["orders/create", "order"],
  ["orders/updated", "order"],
  ["orders/paid", "order"],
  ["orders/cancelled", "order"],
  ["refunds/create", "refund"],
  ["fulfillments/create", "fulfillment"],
  ["fulfillments/update", "fulfillment"],
  ["customers/create", "customer"],
  ["customers/enable", "customer"],
]);
const RECORDS = {
  order: shopifyOrder,
  refund: shopifyRefund,
  fulfillment: shopifyFulfillment,
  customer: shopifyCustomer,
} as const;
type Kind = keyof typeof RECORDS;

/** Shopify: the classic webhooks and the newer ones, whose headers have lost their `X-`. */
export const shopify: WebhookConnector<Settings> = {
  id: "shopify",
  name: "Shopify",
  settings,
  proof: signedInHeader(["x-shopify-hmac-sha256", "shopify-hmac-sha256"]),
  setup: {
    webhooks:
      "Make webhooks for orders/create, orders/updated, orders/cancelled, refunds/create, fulfillments/create, fulfillments/update, customers/create and customers/enable, and the three privacy topics, each with this address.",
    consentField: "note_attributes.WhatsApp",
  },
  advice: {
    silent:
      "Shopify removes a webhook after eight failed deliveries: in the admin under Settings > Notifications > Webhooks, or in your app, create each one anew with the address of this connection.",
    credentials:
      "In Shopify's admin under Settings > Apps and sales channels > Develop apps grant the app to read orders and customers, and enter its new token.",
    address: "The address is the shop's own one, such as https://SHOP.myshopify.com.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "shopify",
      source: shop.source,
      events: {
        order: ofOrders(
          "order",
          { ...shop, fieldOf },
          (payload) => {
            const order = shopifyOrder.safeParse(payload).data;
            return order && { entityId: order.shopId, acts: actsOf(order) };
          },
          readOrder,
        ),
        refund: ofOrders(
          "refund",
          { ...shop, fieldOf },
          (payload) => {
            const refund = shopifyRefund.safeParse(payload).data;
            if (!refund) return undefined;
            const { shopId: id, created_at: at } = refund;
            return {
              entityId: refund.order_id,
              acts: isOfMoney(refund) ? [{ type: "order.refunded", id, at }] : [],
            };
          },
          readOrder,
        ),
        fulfillment: ofOrders(
          "fulfillment",
          { ...shop, fieldOf },
          (payload) => {
            const parcel = shopifyFulfillment.safeParse(payload).data;
            return parcel && { entityId: parcel.order_id, acts: fulfillmentActs(parcel) };
          },
          readOrder,
        ),
        customer: ofAccounts(
          "customer",
          { ...shop, fieldOf },
          (payload) => {
            const customer = shopifyCustomer.safeParse(payload).data;
            if (!customer) return undefined;
            const { shopId: id, created_at: at } = customer;
            // A buyer without a sign-in is a customer too, and has no account.
            return {
              entityId: id,
              acts: customer.state === "enabled" ? [{ type: "account.created", id, at }] : [],
            };
          },
          async (id, entities) => {
            const customer = recordIn(
              shopifyCustomer,
              await entities.find("customer", id),
              "Shopify's customer",
            );
            return customer && accountOf(customer);
          },
        ),
      },
    }),

  fieldOf,

  isForMarketingAlone: isShopifysConsent,

  api: shopifyApi,
};

async function readOrder(id: string, entities: PlatformEntities) {
  const order = recordIn(shopifyOrder, await entities.find("order", id), "Shopify's order");
  return order && storyOf(order);
}

/**
 * `note_attributes.NAME` is what a buyer answered at the checkout and `tags.TAG` whether an order has a tag. The consents that Shopify
 * keeps itself, such as `customer.whatsapp_marketing_consent.state`, are for marketing alone.
 */
function fieldOf({ kind, value }: PlatformEntity, path: string): unknown {
  // One mapping for the customer of an order and for a customer.
  const field = kind === "customer" ? path.replace(/^customer\./, "") : path;
  const [list = "", ...rest] = field.split(".");
  const name = rest.join(".");
  if (list === "note_attributes") {
    const attributes = ownField(value, list);
    const found = Array.isArray(attributes)
      ? attributes.find((each) => ownField(each, "name") === name)
      : undefined;
    return ownField(found, "value");
  }
  if (list === "tags" && name !== "") {
    const tags = ownField(value, list);
    return typeof tags === "string" ? tags.split(",").some((tag) => tag.trim() === name) : undefined;
  }
  return ownField(value, field);
}

function told(delivery: Delivery): Told {
  const header = (name: string) =>
    delivery.headers.get(`x-shopify-${name}`) ?? delivery.headers.get(`shopify-${name}`);
  const topic = header("topic") ?? "";
  const webhookId = header("webhook-id");
  const id = webhookId ? { deliveryId: webhookId } : {};
  if (isPrivacyTopic(topic)) {
    const wish = privacyWish(jsonBody(delivery), header("event-id"));
    return wish ? { kind: "privacy", wish, ...id } : { kind: "malformed" };
  }
  const kind = TOPICS.get(topic) as Kind | undefined;
  if (!kind) return unknownTopic(topic);
  const value = jsonBody(delivery);
  const record = RECORDS[kind].safeParse(value);
  if (!record.success) return { kind: "malformed" };
  return {
    kind: "acts",
    acts: [{ hostEvent: kind, payload: value }],
    entities: kind === "order" ? [{ kind, id: record.data.shopId, value }] : [],
    ...id,
  };
}
