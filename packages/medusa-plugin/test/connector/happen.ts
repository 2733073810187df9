import type { EventType, Money } from "@webxkey/core";
import type { Happening, Occurrence } from "@webxkey/testing/contracts";
import type { MedusaHost } from "../../src/connector/index.ts";

/** Puts what happened into Medusa's shape: entities behind a `query.graph`, and the event that tells of them. */

type Entity = Record<string, unknown>;
/** By Medusa's entity name, then by id. */
type Entities = Record<string, Record<string, Entity>>;

const HOST_EVENTS = {
  "order.placed": "order.placed",
  "order.cancelled": "order.canceled",
  "order.paid": "payment.captured",
  "order.payment_failed": "payment_session.error",
  "order.shipped": "shipment.created",
  "order.delivered": "delivery.created",
  "order.ready_for_pickup": "order.fulfillment_created",
  "order.refunded": "payment.refunded",
  "order.partially_refunded": "payment.refunded",
  "order.return_requested": "order.return_requested",
  "order.return_received": "order.return_received",
  "account.created": "customer.created",
  "account.password_reset": "auth.password_reset",
} as const satisfies Partial<Record<EventType, string>>;

type Told = keyof typeof HOST_EVENTS;

export const TELLS = Object.keys(HOST_EVENTS) as Told[];
export const ORDER_TYPES = TELLS.filter((type) => type.startsWith("order."));

export function happen(happening: Happening): Occurrence<MedusaHost> {
  const type = happening.type as Told;
  const { entities, payload } = happening.type.startsWith("order.")
    ? toOrder(type, happening)
    : toAccount(type, happening);
  return { hostEvent: HOST_EVENTS[type], payload, host: hostOf(happening.gone ? {} : entities) };
}

/** Answers only the fields that are asked for, as Medusa does: a field that is forgotten is missing here too. */
function hostOf(entities: Entities): MedusaHost {
  return {
    query: {
      async graph({ entity, fields, filters }) {
        const found = entities[entity]?.[String(filters["id"])];
        return { data: found ? [picked(found, fields)] : [] };
      },
    },
  };
}

function picked(from: Entity, fields: readonly string[]): Entity {
  const heads = new Map<string, string[]>();
  for (const field of fields) {
    const [head = "", ...rest] = field.split(".");
    heads.set(head, [...(heads.get(head) ?? []), ...(rest.length > 0 ? [rest.join(".")] : [])]);
  }
  const pick = (value: unknown, inner: string[]): unknown => {
    if (inner.length === 0 || value === null || typeof value !== "object") return value;
    return Array.isArray(value) ? value.map((one) => pick(one, inner)) : picked(value as Entity, inner);
  };
  return Object.fromEntries(
    [...heads].flatMap(([head, inner]) => (head in from ? [[head, pick(from[head], inner)]] : [])),
  );
}

function toOrder(type: Told, happening: Happening): { entities: Entities; payload: Entity } {
  const { ref, actRef, occurredAt, doNotNotify, amount } = happening;
  const wish = { no_notification: doNotNotify };
  const order = { id: ref };
  const at = { created_at: occurredAt, updated_at: occurredAt };
  const paid = { currency_code: amount.currency.toLowerCase(), payment_collection: { order } };
  const act = { id: actRef, ...money(amount), ...at, payment: paid };
  const fulfillment = { id: actRef, order, labels: [], shipping_option: optionOf("shipping"), ...at };
  const returned = { id: actRef, order_id: ref, ...wish, ...at };

  switch (type) {
    case "order.placed":
      return { entities: { order: orders(happening, wish) }, payload: { id: ref } };
    case "order.cancelled":
      return {
        entities: { order: orders(happening, { ...wish, canceled_at: occurredAt }) },
        payload: { id: ref },
      };
    case "order.paid":
      return {
        entities: { order: orders(happening, wish), capture: { [actRef]: act } },
        payload: { id: "pay_1", capture_id: actRef },
      };
    case "order.payment_failed":
      return {
        entities: {
          order: orders(happening, wish),
          payment_session: { [actRef]: { ...act, ...paid, status: "error", updated_at: occurredAt } },
        },
        payload: { id: actRef },
      };
    case "order.refunded":
    case "order.partially_refunded": {
      // Another act, so another refund.
      const id = type === "order.refunded" ? `${actRef}_whole` : actRef;
      const refund = { ...act, id };
      const captured = type === "order.refunded" ? amount : { ...amount, amount: amount.amount * 2 };
      const payments = [{ captures: [{ id: "capt_1", ...money(captured), ...at }], refunds: [refund] }];
      return {
        entities: {
          order: orders(happening, { ...wish, payment_collections: [{ payments }] }),
          refund: { [id]: refund },
        },
        payload: { id: "pay_1", refund_id: id },
      };
    }
    case "order.shipped":
      return {
        entities: {
          order: orders(happening),
          fulfillment: { [actRef]: { ...fulfillment, shipped_at: occurredAt } },
        },
        payload: { id: actRef, ...wish },
      };
    case "order.delivered":
      return {
        entities: {
          order: orders(happening),
          fulfillment: { [actRef]: { ...fulfillment, delivered_at: occurredAt } },
        },
        payload: { id: actRef, ...wish },
      };
    case "order.ready_for_pickup":
      return {
        entities: {
          order: orders(happening),
          fulfillment: { [actRef]: { ...fulfillment, shipping_option: optionOf("pickup") } },
        },
        payload: { order_id: ref, fulfillment_id: actRef, ...wish },
      };
    case "order.return_requested":
      return {
        entities: {
          order: orders(happening),
          return: { [actRef]: { ...returned, status: "requested", requested_at: occurredAt } },
        },
        payload: { order_id: ref, return_id: actRef },
      };
    case "order.return_received":
      return {
        entities: {
          order: orders(happening),
          return: { [actRef]: { ...returned, status: "received", received_at: occurredAt } },
        },
        payload: { order_id: ref, return_id: actRef },
      };
    default:
      throw new Error(`${type} does not happen to an order.`);
  }
}

function orders(happening: Happening, more: Entity = {}): Record<string, Entity> {
  const { ref, code, total, occurredAt, shipping, billing, customer, name, email, locale } = happening;
  const [first_name, last_name] = name.split(" ");
  const address = ({ phone, country }: Happening["shipping"]) => ({
    first_name,
    last_name,
    phone: phone ?? null,
    country_code: country.toLowerCase(),
  });
  return {
    [ref]: {
      id: ref,
      display_id: Number(code),
      custom_display_id: null,
      status: "pending",
      email,
      locale: locale ?? null,
      currency_code: total.currency.toLowerCase(),
      total: money(total).amount,
      created_at: occurredAt,
      canceled_at: null,
      customer_id: "cus_1",
      customer: { id: "cus_1", first_name, phone: customer.phone ?? null },
      shipping_address: address(shipping),
      billing_address: address(billing),
      metadata: null,
      ...more,
    },
  };
}

function toAccount(type: Told, { ref, name, email, customer, occurredAt, token }: Happening) {
  const account = {
    id: ref,
    email,
    first_name: name.split(" ")[0],
    phone: customer.phone ?? null,
    has_account: true,
    created_at: occurredAt,
    addresses: [{ country_code: "us", is_default_shipping: true }],
  };
  const reset = {
    entity_id: email,
    actor_type: "customer",
    token,
    customer_id: ref,
    requested_at: occurredAt,
  };
  return {
    entities: { customer: { [ref]: account } },
    payload: type === "account.created" ? { id: ref } : reset,
  };
}

function optionOf(type: "shipping" | "pickup") {
  return { service_zone: { fulfillment_set: { type } } };
}

/** Medusa's decimals: the number, and its raw form beside it. */
function money({ amount, currency }: Money) {
  const decimals = { JPY: 0, KWD: 3 }[currency] ?? 2;
  const value = (amount / 10 ** decimals).toFixed(decimals);
  return { amount: Number(value), raw_amount: { value, precision: 20 } };
}
