import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { shopify } from "../../src/index.ts";
import {
  hmac,
  major,
  numberOf,
  occurrence,
  type Platform,
  paidOrder,
  postTo,
  refundedOf,
  totalOf,
  URL_OF_HOOK,
} from "./platform.ts";

/** Written to the documented shape of the webhooks, not recorded. */
const HOST_EVENTS = {
  "order.placed": "order",
  "order.paid": "order",
  "order.cancelled": "order",
  "order.refunded": "refund",
  "order.partially_refunded": "refund",
  "order.shipped": "fulfillment",
  "order.delivered": "fulfillment",
  "order.ready_for_pickup": "fulfillment",
  "account.created": "customer",
} as const satisfies Partial<Record<EventType, string>>;
type Told = keyof typeof HOST_EVENTS;
const TELLS = Object.keys(HOST_EVENTS) as Told[];
const ORDER_TYPES = TELLS.filter((type) => type.startsWith("order."));

const SHIPMENT_STATUS: Partial<Record<EventType, string>> = {
  "order.delivered": "delivered",
  "order.ready_for_pickup": "ready_for_pickup",
};

export function shopifyRecords(happening: Happening) {
  const { type, ref, actRef, code, total, occurredAt, shipping, billing, customer, name, email, locale } =
    happening;
  const id = numberOf(ref);
  const [first_name, last_name] = name.split(" ");
  const addressOf = ({ phone, country }: Happening["shipping"]) => ({
    first_name,
    last_name,
    phone: phone ?? null,
    country_code: country,
  });
  const isRefund = type === "order.refunded" || type === "order.partially_refunded";
  const refund = {
    id: numberOf(`${actRef}:${type}`),
    order_id: id,
    created_at: occurredAt,
    note: null,
    transactions: [
      {
        id: 555,
        kind: "refund",
        status: "success",
        amount: major(refundedOf(happening)),
        currency: total.currency,
      },
    ],
  };
  const fulfillment = {
    id: numberOf(actRef),
    order_id: id,
    status: "success",
    shipment_status: SHIPMENT_STATUS[type] ?? null,
    created_at: occurredAt,
    updated_at: occurredAt,
    tracking_company: "Island Post",
    tracking_number: "IP555010",
    tracking_url: "https://track.example.com/IP555010",
  };
  const order = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${code}`,
    email,
    phone: null,
    created_at: occurredAt,
    updated_at: occurredAt,
    cancelled_at: type === "order.cancelled" ? occurredAt : null,
    financial_status: type === "order.paid" ? "paid" : "pending",
    currency: total.currency,
    total_price: major(totalOf(happening)),
    customer_locale: locale ?? null,
    note: null,
    note_attributes: [{ name: "WhatsApp", value: "yes" }],
    tags: "tea, first order",
    customer: {
      id: 706_405,
      email,
      first_name,
      phone: customer.phone ?? null,
    },
    shipping_address: addressOf(shipping),
    billing_address: addressOf(billing),
    line_items: [],
    refunds: isRefund ? [refund] : [],
    fulfillments: HOST_EVENTS[type as Told] === "fulfillment" ? [fulfillment] : [],
  };
  const person = {
    id,
    admin_graphql_api_id: `gid://shopify/Customer/${id}`,
    created_at: occurredAt,
    state: "enabled",
    first_name,
    email,
    phone: customer.phone ?? null,
    default_address: { first_name, phone: null, country_code: "US" },
  };
  return { order, refund, fulfillment, customer: person };
}

/** An order as GraphQL gives it, from the one that the webhook gives. */
export function graphqlNode({ order }: ReturnType<typeof shopifyRecords>) {
  const addressOf = ({ first_name, phone, country_code }: typeof order.shipping_address) => ({
    firstName: first_name,
    phone,
    countryCodeV2: country_code,
  });
  const gid = (type: string, id: number) => `gid://shopify/${type}/${id}`;
  return {
    id: gid("Order", order.id),
    name: order.name,
    createdAt: order.created_at,
    updatedAt: order.updated_at,
    cancelledAt: order.cancelled_at,
    displayFinancialStatus: order.financial_status.toUpperCase(),
    totalPriceSet: { presentmentMoney: { amount: order.total_price, currencyCode: order.currency } },
    phone: order.phone,
    customerLocale: order.customer_locale,
    note: "Ring twice",
    tags: ["tea", "first order"],
    customAttributes: [{ key: "WhatsApp", value: "yes" }],
    customer: {
      id: gid("Customer", order.customer.id),
      firstName: order.customer.first_name,
      defaultPhoneNumber: {
        phoneNumber: order.customer.phone,
        marketingState: "NOT_SUBSCRIBED",
        whatsAppMarketingConsent: { state: "SUBSCRIBED" },
      },
    },
    shippingAddress: addressOf(order.shipping_address),
    billingAddress: addressOf(order.billing_address),
    refunds: order.refunds.map(({ id, created_at, transactions }) => ({
      id: gid("Refund", id),
      createdAt: created_at,
      transactions: {
        nodes: transactions.map(({ amount }) => ({
          kind: "REFUND",
          status: "SUCCESS",
          amountSet: { presentmentMoney: { amount, currencyCode: order.currency } },
        })),
      },
    })),
    fulfillments: order.fulfillments.map(({ id, created_at, updated_at, shipment_status }) => ({
      id: gid("Fulfillment", id),
      createdAt: created_at,
      updatedAt: updated_at,
      status: "SUCCESS",
      requiresShipping: true,
      displayStatus: (shipment_status ?? "fulfilled").toUpperCase(),
      trackingInfo: [
        { company: "Island Post", number: "IP555010", url: "https://track.example.com/IP555010" },
      ],
    })),
  };
}

const { order, refund } = shopifyRecords({ ...paidOrder, type: "order.refunded" });

export const shopifyPlatform: Platform = {
  connector: shopify,
  settings: { baseUrl: "https://tea.myshopify.com", accessToken: "access token" },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: ORDER_TYPES,
    refOf: (ref) => String(numberOf(ref)),
    oncePerOrder: ["order.paid"],
    happen(happening) {
      const records = shopifyRecords(happening);
      const hostEvent = HOST_EVENTS[happening.type as Told];
      const { order, customer } = records;
      const held =
        hostEvent === "customer"
          ? { [`customer/${customer.id}`]: customer }
          : { [`order/${order.id}`]: order };
      return occurrence({ hostEvent, payload: records[hostEvent] }, held, happening.gone);
    },
  },
  signs: {
    secrets: ["current secret", "older secret", "strange secret"],
    headers: ["x-shopify-hmac-sha256"],
    sign: ({ body }, secret) => ({ "x-shopify-hmac-sha256": hmac(secret, body).toString("base64") }),
  },
  delivery: (body, topic = "orders/create") =>
    postTo(URL_OF_HOOK, body, {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": "tea.myshopify.com",
      "x-shopify-api-version": "2026-07",
      "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
      "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    }),
  sameActs: ["orders/create", "orders/updated", "orders/paid", "orders/cancelled"].map((topic) => [
    order,
    topic,
  ]),
  unknown: [refund, "products/create"],
};
