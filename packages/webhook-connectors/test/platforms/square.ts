import type { EventType } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { square } from "../../src/index.ts";
import { hmac, occurrence, type Platform, paidOrder, postTo, URL_OF_HOOK } from "./platform.ts";

/** Written to the documented shape of notifications and APIs, not recorded. */
const HOST_EVENTS = {
  "order.placed": "order",
  "order.cancelled": "order",
  "order.paid": "payment",
  "order.refunded": "refund",
  "order.partially_refunded": "refund",
  "order.ready_for_pickup": "fulfillment",
  "order.shipped": "fulfillment",
  "order.delivered": "fulfillment",
  "account.created": "customer",
} as const satisfies Partial<Record<EventType, string>>;
type Told = keyof typeof HOST_EVENTS;
const TELLS = Object.keys(HOST_EVENTS) as Told[];

const KIND_OF: Partial<
  Record<EventType, readonly [type: string, state: string, details: string, at: string]>
> = {
  "order.ready_for_pickup": ["PICKUP", "PREPARED", "pickup_details", "ready_at"],
  "order.shipped": ["SHIPMENT", "COMPLETED", "shipment_details", "shipped_at"],
  "order.delivered": ["DELIVERY", "COMPLETED", "delivery_details", "delivered_at"],
};

export function squareRecords({
  type,
  ref,
  actRef,
  code,
  total,
  amount,
  occurredAt,
  name,
  shipping,
  customer,
}: Happening) {
  const [kind, state, details, at] = KIND_OF[type] ?? ["SHIPMENT", "PROPOSED", "shipment_details", "none_at"];
  const [given_name] = name.split(" ");
  const fulfillment = {
    uid: actRef,
    type: kind,
    state,
    [details]: {
      recipient: { display_name: name, phone_number: shipping.phone, address: { country: shipping.country } },
      [at]: occurredAt,
      carrier: "Island Post",
      tracking_number: "IP555010",
    },
  };
  const tender = { id: actRef, payment_id: actRef, created_at: occurredAt, amount_money: amount };
  const order = {
    id: ref,
    location_id: "L88917AVBK2S5",
    reference_id: code,
    customer_id: "CUST5550001",
    state: type === "order.cancelled" ? "CANCELED" : "OPEN",
    created_at: occurredAt,
    updated_at: occurredAt,
    ...(type === "order.cancelled" && { closed_at: occurredAt }),
    total_money: total,
    tenders: type === "order.paid" ? [tender] : [],
    fulfillments: [fulfillment],
    metadata: { whatsapp: "yes" },
  };
  const paid = type === "order.refunded" ? amount : { ...amount, amount: amount.amount * 2 };
  const payment = {
    id: type === "order.paid" ? actRef : `pay_${ref}`,
    status: "COMPLETED",
    order_id: ref,
    created_at: occurredAt,
    total_money: type === "order.paid" ? amount : paid,
    refunded_money: type === "order.paid" ? undefined : amount,
  };
  const refund = {
    id: `${type}_${actRef}_${ref}`,
    status: "COMPLETED",
    payment_id: payment.id,
    created_at: occurredAt,
    updated_at: occurredAt,
    amount_money: amount,
  };
  const person = {
    created_at: occurredAt,
    given_name,
    phone_number: customer.phone,
    address: { country: "US" },
  };
  return {
    order,
    payment,
    refund,
    customer: { id: ref, ...person },
    buyer: { id: "CUST5550001", ...person },
    hints: {
      order: {
        order_id: ref,
        state: order.state,
        created_at: occurredAt,
        updated_at: occurredAt,
        version: 4,
      },
      fulfillment: {
        order_id: ref,
        fulfillment_update: [{ fulfillment_uid: actRef, old_state: "RESERVED", new_state: state }],
      },
      payment,
      refund,
      customer: { id: ref, ...person },
    },
  };
}

export function notification(type: string, member: string, object: object) {
  return {
    merchant_id: "ML82H4QPKMGXY",
    type,
    event_id: "00000000-0000-4000-8000-000000000555",
    created_at: "2026-03-14T09:26:54Z",
    data: { type: member, id: "555", object: { [member]: object } },
  };
}

const { hints } = squareRecords(paidOrder);

export const squarePlatform: Platform = {
  connector: square,
  settings: { accessToken: "access token", locationIds: ["L88917AVBK2S5"] },
  subject: {
    tells: TELLS,
    saysWish: [],
    saysLocale: [],
    phones: ["shipping", "customer"],
    happen(happening) {
      const { order, payment, refund, customer, buyer, hints } = squareRecords(happening);
      const hostEvent = HOST_EVENTS[happening.type as Told];
      const held = {
        [`order/${order.id}`]: order,
        [`payment/${payment.id}`]: payment,
        [`refund/${refund.id}`]: refund,
        "customer/CUST5550001": buyer,
        ...(hostEvent === "customer" && { [`customer/${customer.id}`]: customer }),
      };
      return occurrence({ hostEvent, payload: hints[hostEvent] }, held, happening.gone);
    },
  },
  signs: {
    secrets: ["current secret", "older secret", "strange secret"],
    headers: ["x-square-hmacsha256-signature"],
    sign: ({ url, body }, secret) => ({
      "x-square-hmacsha256-signature": hmac(secret, url, body).toString("base64"),
    }),
  },
  delivery: (body) =>
    postTo(URL_OF_HOOK, body, { "content-type": "application/json", "user-agent": "Square-Webhooks" }),
  sameActs: [
    [notification("order.created", "order_created", hints.order)],
    [notification("order.updated", "order_updated", { ...hints.order, version: 5 })],
  ],
  unknown: [notification("inventory.count.updated", "inventory_counts", {})],
};
