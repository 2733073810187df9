import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { odoo } from "../../src/index.ts";
import {
  major,
  numberOf,
  occurrence,
  type Platform,
  paidOrder,
  postTo,
  spaced,
  URL_OF_HOOK,
} from "./platform.ts";

/** Written to the documented shape of the webhook action and of `search_read`, not recorded. */
const STAGE_OF: Partial<Record<EventType, string | false>> = {
  "order.confirmed": false,
  "order.cancelled": false,
  "order.updated": "pending",
  "order.shipped": "partial",
  "order.delivered": "full",
};
const TELLS = Object.keys(STAGE_OF) as EventType[];

export function odooRecords({
  type,
  ref,
  code,
  total,
  occurredAt,
  name,
  shipping,
  billing,
  customer,
  locale,
}: Happening) {
  const partner = (id: number, phone: string | undefined, country: string) => ({
    id,
    name,
    lang: locale?.replace("-", "_") ?? false,
    phone: phone ?? false,
    country_code: country,
  });
  const time = spaced(occurredAt);
  const order = {
    id: numberOf(ref),
    name: `S0${code}`,
    state: type === "order.cancelled" ? "cancel" : "sale",
    delivery_status: STAGE_OF[type] ?? false,
    date_order: time,
    create_date: time,
    write_date: time,
    amount_total: Number(major(total)),
    currency_id: [2, total.currency],
    partner_id: [13, name],
    partner_invoice_id: [12, name],
    partner_shipping_id: [11, name],
  };
  return {
    order,
    partners: {
      "res.partner/11": partner(11, shipping.phone, shipping.country),
      "res.partner/12": partner(12, billing.phone, billing.country),
      "res.partner/13": partner(13, customer.phone, shipping.country),
    },
  };
}

export function odooHintOf({ id, state, delivery_status }: ReturnType<typeof odooRecords>["order"]) {
  return { _model: "sale.order", _id: id, _action: "Tell WebxKey(#555)", id, state, delivery_status };
}

const hint = odooHintOf(odooRecords(paidOrder).order);

export const odooPlatform: Platform = {
  connector: odoo,
  settings: {
    baseUrl: "https://odoo.example.com",
    database: "tea",
    userId: 2,
    apiKey: "api key",
    stageField: "delivery_status",
    states: { pending: "order.updated", partial: "order.shipped", full: "order.delivered" },
  },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: TELLS,
    refOf: (ref) => String(numberOf(ref)),
    oncePerOrder: TELLS,
    happen(happening) {
      const { order, partners } = odooRecords(happening);
      const held = { [`sale.order/${order.id}`]: order, ...partners };
      return occurrence({ hostEvent: "sale.order", payload: odooHintOf(order) }, held, happening.gone);
    },
  },
  delivery: (body) => postTo(URL_OF_HOOK, body, { "content-type": "application/json" }),
  sameActs: [[hint], [{ ...hint, _action: "Another one(#556)" }]],
  unknown: [{ ...hint, _model: "crm.lead" }],
};
