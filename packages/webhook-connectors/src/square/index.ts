import {
  type Delivery,
  defineConnector,
  type PlatformEntities,
  type Told,
  type WebhookConnector,
} from "@webxkey/core";
import { z } from "zod";
import { ofAccounts, ofOrders } from "../acts.ts";
import { baseUrlSetting, recordIn, secretSetting } from "../api.ts";
import { codeId, fieldOf, ownField } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";
import { signedInHeader } from "../signatures.ts";
import { squareApi } from "./api.ts";
import {
  accountOf,
  actsOfFulfillmentHint,
  actsOfOrderHint,
  customerIdOf,
  refundStoryOf,
  squareCustomer,
  squareFulfillmentHint,
  squareOrder,
  squareOrderHint,
  squarePayment,
  squareRefund,
  storyOf,
} from "./order.ts";

const settings = z.strictObject({
  ...messageSettings,
  baseUrl: baseUrlSetting.default("https://connect.squareup.com/"),
  accessToken: secretSetting,
  /** The locations whose orders are looked for between webhooks. */
  locationIds: z.array(codeId).min(1).max(10),
});
type Settings = z.output<typeof settings>;

const notification = z.object({
  type: z.string().min(1).max(100),
  event_id: z.string().min(1).max(200),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

/** By a notification's type: what it is about here, and under which name its object has it. */
const TYPES = new Map<string, { readonly kind: string; readonly member: string; readonly record: z.ZodType }>(
  [
    ["order.created", { kind: "order", member: "order_created", record: squareOrderHint }],
    ["order.updated", { kind: "order", member: "order_updated", record: squareOrderHint }],
    [
      "order.fulfillment.updated",
      { kind: "fulfillment", member: "order_fulfillment_updated", record: squareFulfillmentHint },
    ],
    ["payment.created", { kind: "payment", member: "payment", record: squarePayment }],
    ["payment.updated", { kind: "payment", member: "payment", record: squarePayment }],
    ["refund.created", { kind: "refund", member: "refund", record: squareRefund }],
    ["refund.updated", { kind: "refund", member: "refund", record: squareRefund }],
    ["customer.created", { kind: "customer", member: "customer", record: squareCustomer }],
  ],
);

/** Square, online and at the point of sale: webhooks about orders, fulfilments, payments, refunds and customers. */
export const square: WebhookConnector<Settings> = {
  id: "square",
  name: "Square",
  settings,
  // The address that was given to Square comes first, exactly as it was given.
  proof: signedInHeader(["x-square-hmacsha256-signature"], ({ url, body }) => [url, body]),
  setup: {
    webhooks:
      "In the Developer Console make a webhook subscription with this address for order.created, order.updated, order.fulfillment.updated, payment.updated, refund.updated and customer.created.",
    consentField: "metadata.whatsapp",
  },
  advice: {
    silent:
      "In Square's Developer Console open the application's webhook subscription, look whether it is enabled, and read its event log.",
    credentials:
      "In Square's Developer Console copy the access token anew: it has to read orders, payments and customers.",
  },
  told,

  connector: (shop) =>
    defineConnector({
      id: "square",
      source: shop.source,
      events: {
        order: ofOrders(
          "order",
          { ...shop, fieldOf },
          (payload) => {
            const hint = squareOrderHint.safeParse(payload).data;
            return hint && { entityId: hint.order_id, acts: actsOfOrderHint(hint) };
          },
          readOrder,
        ),
        fulfillment: ofOrders(
          "fulfillment",
          { ...shop, fieldOf },
          (payload) => {
            const hint = squareFulfillmentHint.safeParse(payload).data;
            return hint && { entityId: hint.order_id, acts: actsOfFulfillmentHint(hint) };
          },
          readOrder,
        ),
        payment: ofOrders(
          "payment",
          { ...shop, fieldOf },
          (payload) => {
            const payment = squarePayment.safeParse(payload).data;
            if (!payment?.order_id) return undefined;
            const { id, order_id: entityId, created_at: at, status } = payment;
            return { entityId, acts: status === "COMPLETED" ? [{ type: "order.paid", id, at }] : [] };
          },
          readOrder,
        ),
        refund: ofOrders(
          "refund",
          { ...shop, fieldOf },
          (payload) => {
            const refund = squareRefund.safeParse(payload).data;
            if (!refund) return undefined;
            const { id, created_at: at, status } = refund;
            return { entityId: id, acts: status === "COMPLETED" ? [{ type: "order.refunded", id, at }] : [] };
          },
          readRefund,
        ),
        customer: ofAccounts(
          "customer",
          { ...shop, fieldOf },
          (payload) => {
            const customer = squareCustomer.safeParse(payload).data;
            if (!customer) return undefined;
            const { id, created_at: at } = customer;
            return { entityId: id, acts: [{ type: "account.created", id, at }] };
          },
          async (id, entities) => {
            const customer = recordIn(
              squareCustomer,
              await entities.find("customer", id),
              "Square's customer",
            );
            return customer && accountOf(customer);
          },
        ),
      },
    }),

  fieldOf,

  api: squareApi,
};

async function readOrder(id: string, entities: PlatformEntities) {
  const order = recordIn(squareOrder, await entities.find("order", id), "Square's order");
  if (!order) return undefined;
  const customerId = customerIdOf(order);
  const found = customerId ? await entities.find("customer", customerId) : undefined;
  return storyOf(order, recordIn(squareCustomer, found, "Square's customer"));
}

/** A refund names its payment, and the payment the order that was paid. */
async function readRefund(id: string, entities: PlatformEntities) {
  const refund = recordIn(squareRefund, await entities.find("refund", id), "Square's refund");
  const found = refund?.payment_id ? await entities.find("payment", refund.payment_id) : undefined;
  const payment = recordIn(squarePayment, found, "Square's payment");
  const sale = payment?.order_id ? await readOrder(payment.order_id, entities) : undefined;
  return refund && payment && sale && refundStoryOf(refund, payment, sale);
}

function told(delivery: Delivery): Told {
  const note = notification.safeParse(jsonBody(delivery));
  if (!note.success) return { kind: "malformed" };
  const { type, event_id: deliveryId, data } = note.data;
  const about = TYPES.get(type);
  if (!about) return unknownTopic(type);
  const payload = ownField(data.object, about.member);
  if (!about.record.safeParse(payload).success) return { kind: "malformed" };
  const id = ownField(payload, "id");
  // Of an order and its fulfilments only their states are told. A customer comes whole.
  const isWhole = about.kind === "customer" && typeof id === "string";
  return {
    kind: "acts",
    acts: [{ hostEvent: about.kind, payload }],
    entities: isWhole ? [{ kind: about.kind, id, value: payload }] : [],
    deliveryId,
  };
}
