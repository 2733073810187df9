import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { erpnext } from "../../src/index.ts";
import {
  hmac,
  major,
  numberOf,
  occurrence,
  type Platform,
  paidOrder,
  postTo,
  spaced,
  URL_OF_HOOK,
} from "./platform.ts";

/** Written to the fields of a Sales Order and to the README's template, not recorded. */
const STATE_OF: Partial<Record<EventType, string>> = {
  "order.placed": "Received",
  "order.confirmed": "",
  "order.updated": "In the kitchen",
  "order.ready_for_pickup": "At the counter",
  "order.shipped": "On the way",
  "order.delivered": "Completed",
  "order.cancelled": "",
};
const TELLS = Object.keys(STATE_OF) as EventType[];

const countries = new Intl.DisplayNames("en", { type: "region" });
const COLOMBO_MS = 5.5 * 3_600_000;

const salesOrderName = (ref: string) => `SAL-ORD-2026-${numberOf(ref)}`;

export function salesOrder({ type, ref, total, occurredAt, name, email, customer, locale }: Happening) {
  const time = `${spaced(new Date(Date.parse(occurredAt) + COLOMBO_MS).toISOString())}.000000`;
  return {
    event: type === "order.cancelled" ? "on_cancel" : "on_submit",
    doctype: "Sales Order",
    name: salesOrderName(ref),
    docstatus: type === "order.cancelled" ? 2 : 1,
    status: type === "order.cancelled" ? "Cancelled" : "To Deliver and Bill",
    workflow_state: STATE_OF[type] ?? "",
    creation: time,
    modified: time,
    grand_total: Number(major(total)),
    currency: total.currency,
    customer: name,
    customer_name: name,
    language: locale ?? null,
    contact_email: email,
    contact_mobile: customer.phone ?? null,
    contact_phone: "",
    shipping_address_name: `${name}-Shipping`,
    customer_address: `${name}-Billing`,
    whatsapp_consent: 1,
  };
}

export function addresses({ name, shipping, billing }: Happening) {
  const addressOf = ({ phone, country }: Happening["shipping"]) => ({
    phone: phone ?? null,
    country: countries.of(country),
  });
  return {
    [`Address/${name}-Shipping`]: addressOf(shipping),
    [`Address/${name}-Billing`]: addressOf(billing),
  };
}

const { event: _insert, ...document } = salesOrder({ ...paidOrder, type: "order.shipped" });

export const erpnextPlatform: Platform = {
  connector: erpnext,
  settings: {
    baseUrl: "https://erp.example.com",
    apiKey: "key",
    apiSecret: "api secret",
    timeZone: "Asia/Colombo",
    country: "LK",
    states: {
      Received: "order.placed",
      "In the kitchen": "order.updated",
      "At the counter": "order.ready_for_pickup",
      "On the way": "order.shipped",
      Completed: "order.delivered",
    },
  },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: TELLS,
    refOf: salesOrderName,
    oncePerOrder: TELLS,
    happen(happening) {
      const payload = salesOrder(happening);
      const held = { [`Sales Order/${payload.name}`]: payload, ...addresses(happening) };
      return occurrence({ hostEvent: "document", payload }, held, happening.gone);
    },
  },
  signs: {
    secrets: ["current secret", "older secret", "strange secret"],
    headers: ["x-frappe-webhook-signature"],
    sign: ({ body }, secret) => ({ "x-frappe-webhook-signature": hmac(secret, body).toString("base64") }),
  },
  // Python's spaces, which JavaScript would not write.
  delivery: (body) =>
    postTo(URL_OF_HOOK, typeof body === "string" ? body.replaceAll('":', '": ') : body, {
      "content-type": "application/json",
    }),
  sameActs: ["on_submit", "on_update_after_submit", "on_change"].map((event) => [{ event, ...document }]),
  unknown: [{ ...document, event: "on_trash" }],
};
