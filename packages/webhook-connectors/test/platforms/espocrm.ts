import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { espocrm } from "../../src/index.ts";
import {
  hmac,
  major,
  occurrence,
  type Platform,
  paidOrder,
  postTo,
  spaced,
  URL_OF_HOOK,
} from "./platform.ts";

/** Written to the documented shape of webhooks and REST API; the order's fields are assumed to be those of the Sales Pack. */
const STATUS_OF: Partial<Record<EventType, string>> = {
  "order.placed": "Draft",
  "order.confirmed": "Booked",
  "order.updated": "In Progress",
  "order.ready_for_pickup": "Ready",
  "order.shipped": "Shipped",
  "order.delivered": "Completed",
  "order.cancelled": "Canceled",
};
const TELLS = Object.keys(STATUS_OF) as EventType[];
const countries = new Intl.DisplayNames("en", { type: "region" });
const WEBHOOK_ID = "64f0c0ffee5550001";

export function espoRecords({
  type,
  ref,
  code,
  total,
  occurredAt,
  name,
  shipping,
  billing,
  customer,
}: Happening) {
  const time = spaced(occurredAt);
  const order = {
    id: ref,
    name: "Order of tea",
    number: code,
    status: STATUS_OF[type] ?? "Booked",
    createdAt: time,
    modifiedAt: time,
    amount: Number(major(total)),
    amountCurrency: total.currency,
    accountId: "64f0acc0000000001",
    shippingContactId: "64f0c0a0000000001",
    billingContactId: "64f0c0b0000000001",
    shippingAddressCountry: countries.of(shipping.country),
    billingAddressCountry: countries.of(billing.country),
    whatsappConsent: true,
  };
  const personOf = (phone: string | undefined) => ({
    firstName: name.split(" ")[0],
    phoneNumber: phone ?? null,
  });
  return {
    order,
    people: {
      "Contact/64f0c0a0000000001": personOf(shipping.phone),
      "Contact/64f0c0b0000000001": personOf(billing.phone),
      "Account/64f0acc0000000001": personOf(customer.phone),
    },
  };
}

const { order } = espoRecords({ ...paidOrder, type: "order.confirmed" });

export const espoPlatform: Platform = {
  connector: espocrm,
  settings: {
    baseUrl: "https://crm.example.com",
    apiKey: "api key",
    country: "LK",
    states: Object.fromEntries(TELLS.map((type) => [STATUS_OF[type], type])),
  },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: [],
    oncePerOrder: TELLS,
    happen(happening) {
      const { order, people } = espoRecords(happening);
      const payload = { entityType: "SalesOrder", record: { id: order.id, status: order.status } };
      return occurrence(
        { hostEvent: "record", payload },
        { [`SalesOrder/${order.id}`]: order, ...people },
        happening.gone,
      );
    },
  },
  signs: {
    secrets: ["current secret", "older secret", "strange secret"],
    headers: ["signature", "x-signature"],
    sign: ({ body }, secret) => {
      const digest = hmac(secret, body);
      return {
        signature: Buffer.from(`${WEBHOOK_ID}:${digest.toString("hex")}`).toString("base64"),
        "x-signature": Buffer.concat([Buffer.from(`${WEBHOOK_ID}:`), digest]).toString("base64"),
      };
    },
  },
  delivery: (body) =>
    postTo(`${URL_OF_HOOK}?entity=SalesOrder`, body, { "content-type": "application/json" }),
  // A new record comes whole, a changed one with its changes.
  sameActs: [[[order]], [[{ id: order.id, status: order.status }]]],
};
