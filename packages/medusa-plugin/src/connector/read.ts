import type { EventData, EventType, Fact, PlatformEvent } from "@webxkey/core";
import {
  fulfillmentOf,
  isPickup,
  type MedusaAmount,
  type MedusaCustomer,
  type MedusaFulfillment,
  type MedusaOrder,
  moneyOf,
  orderOf,
  recipientOf,
  rfc3339,
} from "./shapes.ts";

/** The store, as the connector needs it: Medusa's `query`. */
export interface MedusaHost {
  readonly query: {
    graph(of: {
      readonly entity: string;
      readonly fields: string[];
      readonly filters: Record<string, unknown>;
    }): Promise<{ data: unknown[] }>;
  };
}

export interface MedusaShop {
  /** `source` of its events. */
  readonly source: string;
  readonly name: string;
}

/** Reads one kind of fact again, as the store knows it now; null where there is nothing to tell. */
export type ReadFact = (fact: Fact, host: MedusaHost, shop: MedusaShop) => Promise<PlatformEvent | null>;

const BUYER_FIELDS = [
  "customer_id",
  "customer.id",
  "customer.phone",
  "customer.first_name",
  ...["shipping_address", "billing_address"].flatMap((address) =>
    ["phone", "first_name", "country_code"].map((field) => `${address}.${field}`),
  ),
];
const ORDER_FIELDS = [
  ...[
    "id",
    "display_id",
    "custom_display_id",
    "status",
    "is_draft_order",
    "currency_code",
    "total",
    "locale",
  ],
  ...["no_notification", "created_at", "canceled_at", "metadata"],
  ...BUYER_FIELDS,
];
const FULFILLMENT_FIELDS = [
  ...["id", "created_at", "shipped_at", "delivered_at", "canceled_at", "order.id"],
  ...["labels.tracking_number", "labels.tracking_url"],
  "shipping_option.service_zone.fulfillment_set.type",
];
const PAYMENT_FIELDS = ["payment.currency_code", "payment.payment_collection.order.id"];

interface OfPayment {
  readonly id: string;
  readonly amount: MedusaAmount;
  readonly raw_amount?: { readonly value: string } | null;
  readonly created_at: string | Date;
  readonly payment?: {
    readonly currency_code: string;
    readonly payment_collection?: { readonly order?: { readonly id: string } | null } | null;
  } | null;
}

export async function findOne<T>(
  host: MedusaHost,
  entity: string,
  fields: string[],
  id: string,
): Promise<T | null> {
  const { data } = await host.query.graph({ entity, fields, filters: { id } });
  return (data[0] as T | undefined) ?? null;
}

/** An order as it was placed; a draft is not an order yet. */
export async function findOrder(host: MedusaHost, id: string | undefined): Promise<MedusaOrder | null> {
  if (id === undefined) return null;
  const order = await findOne<MedusaOrder & { status: string }>(host, "order", ORDER_FIELDS, id);
  return order && order.status !== "draft" ? order : null;
}

/** A cart's buyer: the same fields in the same order as the order will have them. */
export const CART_FIELDS = ["id", "completed_at", ...BUYER_FIELDS];

function event<T extends EventType>(
  fact: Fact,
  shop: MedusaShop,
  type: T,
  time: string | Date,
  data: EventData<T>,
) {
  return {
    specversion: "1.0",
    id: fact.key,
    source: shop.source,
    type,
    time: fact.occurredAt ?? rfc3339(time),
    data,
  };
}

/** The wish may be in the event, or lie on the order for all that happens to it. */
function orderEvent<T extends EventType>(
  fact: Fact,
  shop: MedusaShop,
  order: MedusaOrder,
  type: T,
  time: string | Date,
  more: object = {},
): PlatformEvent {
  const data = { recipient: recipientOf(order), order: orderOf(order), shop: { name: shop.name }, ...more };
  const unwished = fact.doNotNotify === true || order.no_notification === true;
  return {
    ...event(fact, shop, type, time, data as EventData<T>),
    ...(unwished ? { donotnotify: true } : {}),
  } as PlatformEvent;
}

export const readPlaced: ReadFact = async (fact, host, shop) => {
  const order = await findOrder(host, fact.entityId);
  return order && orderEvent(fact, shop, order, "order.placed", order.created_at);
};

export const readCanceled: ReadFact = async (fact, host, shop) => {
  const order = await findOrder(host, fact.entityId);
  return order?.canceled_at ? orderEvent(fact, shop, order, "order.cancelled", order.canceled_at) : null;
};

export const readCapture: ReadFact = async (fact, host, shop) => {
  const fields = ["id", "amount", "raw_amount", "created_at", ...PAYMENT_FIELDS];
  const capture = await findOne<OfPayment>(host, "capture", fields, fact.entityId);
  const order = await findOrder(host, capture?.payment?.payment_collection?.order?.id);
  if (!capture?.payment || !order) return null;
  const payment = { ref: capture.id, amount: moneyOf(exact(capture), capture.payment.currency_code) };
  return orderEvent(fact, shop, order, "order.paid", capture.created_at, { payment });
};

interface OrderPayments {
  readonly payment_collections?: readonly {
    readonly payments?: readonly {
      readonly captures?: readonly OfPayment[];
      readonly refunds?: readonly OfPayment[];
    }[];
  }[];
}

/** Whole once everything that was captured has gone back, this refund included; each refund before that is a part. */
export const readRefund: ReadFact = async (fact, host, shop) => {
  const fields = ["id", "amount", "raw_amount", "created_at", ...PAYMENT_FIELDS];
  const refund = await findOne<OfPayment>(host, "refund", fields, fact.entityId);
  const order = await findOrder(host, refund?.payment?.payment_collection?.order?.id);
  if (!refund?.payment || !order) return null;

  const of = (acts: string) =>
    ["id", "amount", "raw_amount", "created_at"].map(
      (field) => `payment_collections.payments.${acts}.${field}`,
    );
  const paid = await findOne<OrderPayments>(
    host,
    "order",
    ["id", ...of("captures"), ...of("refunds")],
    order.id,
  );
  const payments = paid?.payment_collections?.flatMap((collection) => collection.payments ?? []) ?? [];
  const currency = refund.payment.currency_code;
  const sum = (acts: readonly OfPayment[]) =>
    acts.reduce((minor, act) => minor + moneyOf(exact(act), currency).amount, 0);
  const captured = sum(payments.flatMap((payment) => payment.captures ?? []));
  const refundedByThen = sum(
    payments
      .flatMap((payment) => payment.refunds ?? [])
      .filter((other) => other.id === refund.id || new Date(other.created_at) < new Date(refund.created_at)),
  );
  const type = refundedByThen >= captured ? "order.refunded" : "order.partially_refunded";
  const told = { ref: refund.id, amount: moneyOf(exact(refund), currency) };
  return orderEvent(fact, shop, order, type, refund.created_at, { refund: told });
};

/** A payment of an order that the provider turned down. One that belongs to a cart only is between shop and buyer. */
export const readPaymentError: ReadFact = async (fact, host, shop) => {
  const fields = [
    "id",
    "status",
    "amount",
    "raw_amount",
    "currency_code",
    "updated_at",
    "payment_collection.order.id",
  ];
  const session = await findOne<
    Omit<OfPayment, "payment"> & {
      readonly status: string;
      readonly currency_code: string;
      readonly updated_at: string | Date;
      readonly payment_collection?: { readonly order?: { readonly id: string } | null } | null;
    }
  >(host, "payment_session", fields, fact.entityId);
  const order = await findOrder(host, session?.payment_collection?.order?.id);
  if (session?.status !== "error" || !order) return null;
  const payment = { ref: session.id, amount: moneyOf(exact(session), session.currency_code) };
  return orderEvent(fact, shop, order, "order.payment_failed", session.updated_at, { payment });
};

async function findFulfillment(host: MedusaHost, id: string) {
  const fulfillment = await findOne<MedusaFulfillment>(host, "fulfillment", FULFILLMENT_FIELDS, id);
  const order = fulfillment?.canceled_at ? null : await findOrder(host, fulfillment?.order?.id);
  return fulfillment && order ? { fulfillment, order } : null;
}

export const readShipped: ReadFact = async (fact, host, shop) => {
  const found = await findFulfillment(host, fact.entityId);
  if (!found?.fulfillment.shipped_at) return null;
  const { fulfillment, order } = found;
  return orderEvent(fact, shop, order, "order.shipped", found.fulfillment.shipped_at, {
    fulfillment: fulfillmentOf(fulfillment),
  });
};

/** What was handed over at the counter was not delivered, and its owner was there. */
export const readDelivered: ReadFact = async (fact, host, shop) => {
  const found = await findFulfillment(host, fact.entityId);
  if (!found?.fulfillment.delivered_at || isPickup(found.fulfillment)) return null;
  const { fulfillment, order } = found;
  return orderEvent(fact, shop, order, "order.delivered", found.fulfillment.delivered_at, {
    fulfillment: fulfillmentOf(fulfillment),
  });
};

/** Medusa has no such event: a pickup order is ready when it is packed, which is when its fulfilment is made. */
export const readReadyForPickup: ReadFact = async (fact, host, shop) => {
  const found = await findFulfillment(host, fact.entityId);
  if (!found || !isPickup(found.fulfillment) || found.fulfillment.delivered_at) return null;
  return orderEvent(fact, shop, found.order, "order.ready_for_pickup", found.fulfillment.created_at, {
    fulfillment: { ref: found.fulfillment.id },
  });
};

interface MedusaReturn {
  readonly id: string;
  readonly order_id: string;
  readonly status: string;
  readonly no_notification?: boolean | null;
  readonly requested_at?: string | Date | null;
  readonly received_at?: string | Date | null;
  readonly canceled_at?: string | Date | null;
  readonly updated_at: string | Date;
}

async function findReturn(host: MedusaHost, fact: Fact) {
  const fields = [
    "id",
    "order_id",
    "status",
    "no_notification",
    "requested_at",
    "received_at",
    "canceled_at",
    "updated_at",
  ];
  const given = await findOne<MedusaReturn>(host, "return", fields, fact.entityId);
  const order = given?.canceled_at ? null : await findOrder(host, given?.order_id);
  if (!given || !order) return null;
  // A return keeps its own wish.
  return { given, order, fact: given.no_notification === true ? { ...fact, doNotNotify: true } : fact };
}

export const readReturnRequested: ReadFact = async (fact, host, shop) => {
  const found = await findReturn(host, fact);
  if (!found?.given.requested_at) return null;
  return orderEvent(found.fact, shop, found.order, "order.return_requested", found.given.requested_at, {
    return: { ref: found.given.id },
  });
};

/** Told at the first parcel of a return; the rest of it is the same return. */
export const readReturnReceived: ReadFact = async (fact, host, shop) => {
  const found = await findReturn(host, fact);
  if (!found || !["received", "partially_received"].includes(found.given.status)) return null;
  const { given, order } = found;
  return orderEvent(found.fact, shop, order, "order.return_received", given.received_at ?? given.updated_at, {
    return: { ref: given.id },
  });
};

/** A notice about an account goes to the account's own phone: an address in it may be somebody else's. */
async function findCustomer(host: MedusaHost, id: string) {
  const customer = await findOne<MedusaCustomer & { readonly addresses?: readonly HomeAddress[] }>(
    host,
    "customer",
    [
      ...["id", "phone", "first_name", "has_account", "created_at"],
      ...["addresses.country_code", "addresses.is_default_shipping"],
    ],
    id,
  );
  if (!customer) return null;
  const home = customer.addresses?.find((address) => address.is_default_shipping) ?? customer.addresses?.[0];
  const recipient = recipientOf({ customer, shipping_address: { country_code: home?.country_code ?? null } });
  return { customer, recipient };
}

interface HomeAddress {
  readonly country_code?: string | null;
  readonly is_default_shipping?: boolean;
}

/** The person behind a customer's id, for a notice of the store's own. */
export async function findCustomerRecipient(host: MedusaHost, id: string) {
  return (await findCustomer(host, id))?.recipient ?? null;
}

async function accountEvent(
  fact: Fact,
  host: MedusaHost,
  shop: MedusaShop,
  type: "account.created" | "account.password_reset",
): Promise<PlatformEvent | null> {
  const found = await findCustomer(host, fact.entityId);
  // A guest's record is no account.
  if (!found?.customer.has_account) return null;
  const { customer, recipient } = found;
  const data = { recipient, account: { ref: customer.id }, shop: { name: shop.name } };
  return event(fact, shop, type, customer.created_at, data) as PlatformEvent;
}

export const readAccountCreated: ReadFact = (fact, host, shop) =>
  accountEvent(fact, host, shop, "account.created");

export const readPasswordReset: ReadFact = (fact, host, shop) =>
  accountEvent(fact, host, shop, "account.password_reset");

/** Medusa keeps the exact decimal beside the number that JSON can carry. */
function exact({
  amount,
  raw_amount,
}: {
  amount: MedusaAmount;
  raw_amount?: { value: string } | null;
}): MedusaAmount {
  return raw_amount ?? amount;
}
