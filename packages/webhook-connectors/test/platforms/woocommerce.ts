import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { woocommerce } from "../../src/index.ts";
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

/** Written to the documented shape of REST v3, not recorded. */
const STATUS_OF: Partial<Record<EventType, string>> = {
  "order.placed": "processing",
  "order.paid": "processing",
  "order.payment_failed": "failed",
  "order.confirmed": "accepted",
  "order.updated": "packing",
  "order.ready_for_pickup": "at-counter",
  "order.shipped": "completed",
  "order.delivered": "handed-over",
  "order.cancelled": "cancelled",
  "order.refunded": "refunded",
  "order.partially_refunded": "processing",
  "order.return_requested": "return-asked",
  "order.return_received": "return-here",
};
const ORDER_TYPES = Object.keys(STATUS_OF) as EventType[];

export function wooOrderRecord(happening: Happening, more: object = {}) {
  const { type, ref, actRef, code, total, occurredAt, shipping, billing, name, email } = happening;
  const [first_name, last_name] = name.split(" ");
  const gmt = occurredAt.slice(0, 19);
  const isRefund = type === "order.refunded" || type === "order.partially_refunded";
  const refund = { id: numberOf(`${actRef}:${type}`), reason: "", total: `-${major(refundedOf(happening))}` };
  return {
    id: numberOf(ref),
    parent_id: 0,
    number: code,
    order_key: "wc_order_example",
    created_via: "checkout",
    status: STATUS_OF[type] ?? "processing",
    currency: total.currency,
    date_created: gmt,
    date_created_gmt: gmt,
    date_modified: gmt,
    date_modified_gmt: gmt,
    total: major(totalOf(happening)),
    customer_id: 7,
    customer_note: "",
    billing: { first_name, last_name, email, phone: billing.phone ?? "", country: billing.country },
    shipping: { first_name, last_name, phone: shipping.phone ?? "", country: shipping.country },
    payment_method: "cod",
    transaction_id: "",
    date_paid_gmt: type === "order.paid" || isRefund ? gmt : null,
    date_completed_gmt: type === "order.shipped" ? gmt : null,
    meta_data: [{ id: 9, key: "whatsapp_optin", value: "yes" }],
    line_items: [],
    shipping_lines: [{ id: 5, method_id: "flat_rate", method_title: "Flat rate", total: "5.00" }],
    refunds: isRefund ? [refund] : [],
    ...more,
  };
}

function customerRecord({ ref, name, email, customer, occurredAt }: Happening) {
  const first_name = name.split(" ")[0];
  return {
    id: numberOf(ref),
    date_created_gmt: occurredAt.slice(0, 19),
    email,
    first_name,
    role: "customer",
    billing: { first_name, phone: customer.phone ?? "", country: "US" },
    shipping: { first_name: "", phone: "", country: "" },
  };
}

export const wooPlatform: Platform = {
  connector: woocommerce,
  settings: {
    baseUrl: "https://shop.example.com",
    consumerKey: "ck_example",
    consumerSecret: "cs_example",
    states: {
      accepted: "order.confirmed",
      packing: "order.updated",
      "at-counter": "order.ready_for_pickup",
      "handed-over": "order.delivered",
      "return-asked": "order.return_requested",
      "return-here": "order.return_received",
    },
  },
  subject: {
    tells: [...ORDER_TYPES, "account.created"],
    saysWish: [],
    saysLocale: [],
    refOf: (ref) => String(numberOf(ref)),
    oncePerOrder: ORDER_TYPES.filter((type) => !type.endsWith("refunded")),
    phones: ["shipping", "billing"],
    happen(happening) {
      const kind = happening.type === "account.created" ? "customer" : "order";
      const payload = kind === "order" ? wooOrderRecord(happening) : customerRecord(happening);
      return occurrence({ hostEvent: kind, payload }, { [`${kind}/${payload.id}`]: payload }, happening.gone);
    },
  },
  signs: {
    secrets: ["current secret", "older secret", "strange secret"],
    headers: ["x-wc-webhook-signature"],
    sign: ({ body }, secret) => ({ "x-wc-webhook-signature": hmac(secret, body).toString("base64") }),
  },
  delivery: (body, topic = "order.created") =>
    postTo(URL_OF_HOOK, body, {
      "content-type": "application/json",
      "user-agent": "WooCommerce/7.9.0 Hookshot (WordPress/6.1.9)",
      "x-wc-webhook-source": "https://shop.example.com/",
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-id": "1",
      "x-wc-webhook-delivery-id": "1f0e555",
    }),
  sameActs: ["order.created", "order.updated", "order.restored"].map((topic) => [
    wooOrderRecord(paidOrder),
    topic,
  ]),
  unknown: [{ id: 5 }, "order.deleted"],
};
