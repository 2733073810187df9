import type { EventData, EventType, Fact, PlatformEvent } from "@webxkey/core";
import { type IsPhoneVerified, withVerifiedPhone } from "@webxkey/host-kit";
import type { HostEvent } from "./facts.ts";
import {
  fulfillmentOf,
  isCollected,
  isParcel,
  type MedusaAmount,
  type MedusaCustomer,
  type MedusaFulfillment,
  type MedusaOrder,
  minorUnitsOf,
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
      readonly pagination?: {
        readonly take: number;
        readonly skip: number;
        readonly order: Record<string, string>;
      };
    }): Promise<{ data: unknown[] }>;
  };
}

export interface MedusaShop {
  /** `source` of its events. */
  readonly source: string;
  readonly name: string;
  /** For security notices, which go to no phone that nobody verified. */
  readonly isPhoneVerified?: IsPhoneVerified | undefined;
}

/** Reads one kind of fact again, as the store knows it now; null where there is nothing to tell. */
export type ReadFact = (fact: Fact, host: MedusaHost, shop: MedusaShop) => Promise<PlatformEvent | null>;

const fields = (names: string) => names.split(" ");

const BUYER_FIELDS = [
  ...fields("customer_id customer.id customer.phone customer.first_name"),
  ...fields("shipping_address.phone shipping_address.first_name shipping_address.country_code"),
  ...fields("billing_address.phone billing_address.first_name billing_address.country_code"),
];
const ORDER_FIELDS = [
  ...fields("id display_id custom_display_id status currency_code total locale"),
  ...fields("no_notification created_at canceled_at metadata"),
  ...BUYER_FIELDS,
];
/** A cart's buyer, by the fields that its order will have. */
export const CART_FIELDS = ["id", "completed_at", ...BUYER_FIELDS];
const FULFILLMENT_FIELDS = [
  ...fields("id created_at shipped_at delivered_at canceled_at requires_shipping order.id"),
  ...fields("labels.tracking_number labels.tracking_url shipping_option.service_zone.fulfillment_set.type"),
];
const ACT_FIELDS = fields("id amount raw_amount created_at");
const PAYMENT_ACT_FIELDS = [
  ...ACT_FIELDS,
  ...fields("payment.currency_code payment.payment_collection.order.id"),
];
const ORDER_PAYMENT_FIELDS = ["captures", "refunds"].flatMap((acts) =>
  ACT_FIELDS.map((field) => `payment_collections.payments.${acts}.${field}`),
);
const SESSION_FIELDS = fields(
  "id status amount raw_amount currency_code updated_at payment_collection.order.id",
);
const RETURN_FIELDS = fields(
  "id order_id status no_notification requested_at received_at canceled_at updated_at",
);
const CUSTOMER_FIELDS = fields(
  "id phone first_name has_account created_at addresses.country_code addresses.is_default_shipping",
);

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

interface MedusaPaymentSession {
  readonly id: string;
  readonly status: string;
  readonly amount: MedusaAmount;
  readonly raw_amount?: { readonly value: string } | null;
  readonly currency_code: string;
  readonly updated_at: string | Date;
  readonly payment_collection?: { readonly order?: { readonly id: string } | null } | null;
}

interface OrderPayments {
  readonly payment_collections?: readonly {
    readonly payments?: readonly {
      readonly captures?: readonly OfPayment[];
      readonly refunds?: readonly OfPayment[];
    }[];
  }[];
}

export async function findOne<T>(
  host: MedusaHost,
  entity: string,
  names: string[],
  id: string,
): Promise<T | null> {
  const { data } = await host.query.graph({ entity, fields: names, filters: { id } });
  return (data[0] as T | undefined) ?? null;
}

/** An order as it was placed; a draft is not an order yet. */
export async function findOrder(host: MedusaHost, id: string | undefined): Promise<MedusaOrder | null> {
  if (id === undefined) return null;
  const order = await findOne<MedusaOrder & { status: string }>(host, "order", ORDER_FIELDS, id);
  return order && order.status !== "draft" ? order : null;
}

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

const readPlaced: ReadFact = async (fact, host, shop) => {
  const order = await findOrder(host, fact.entityId);
  return order && orderEvent(fact, shop, order, "order.placed", order.created_at);
};

const readCanceled: ReadFact = async (fact, host, shop) => {
  const order = await findOrder(host, fact.entityId);
  return order?.canceled_at ? orderEvent(fact, shop, order, "order.cancelled", order.canceled_at) : null;
};

const readCapture: ReadFact = async (fact, host, shop) => {
  const capture = await findOne<OfPayment>(host, "capture", PAYMENT_ACT_FIELDS, fact.entityId);
  const order = await findOrder(host, capture?.payment?.payment_collection?.order?.id);
  if (!capture?.payment || !order) return null;
  const payment = { ref: capture.id, amount: moneyOf(exact(capture), capture.payment.currency_code) };
  return orderEvent(fact, shop, order, "order.paid", capture.created_at, { payment });
};

/** Whole once everything that was captured has gone back, this refund included; each refund before that is a part. */
const readRefund: ReadFact = async (fact, host, shop) => {
  const refund = await findOne<OfPayment>(host, "refund", PAYMENT_ACT_FIELDS, fact.entityId);
  const order = await findOrder(host, refund?.payment?.payment_collection?.order?.id);
  if (!refund?.payment || !order) return null;

  const paid = await findOne<OrderPayments>(host, "order", ORDER_PAYMENT_FIELDS, order.id);
  const payments = paid?.payment_collections?.flatMap((collection) => collection.payments ?? []) ?? [];
  const currency = refund.payment.currency_code;
  const sum = (acts: readonly OfPayment[]) =>
    acts.reduce((minor, act) => minor + minorUnitsOf(act, currency), 0);
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
const readPaymentError: ReadFact = async (fact, host, shop) => {
  const session = await findOne<MedusaPaymentSession>(host, "payment_session", SESSION_FIELDS, fact.entityId);
  const order = await findOrder(host, session?.payment_collection?.order?.id);
  if (session?.status !== "error" || !order) return null;
  const payment = { ref: session.id, amount: moneyOf(exact(session), session.currency_code) };
  return orderEvent(fact, shop, order, "order.payment_failed", session.updated_at, { payment });
};

/** What a fulfilment's dates say; without the date that a fact is about there is nothing to tell. */
function ofFulfillment(
  type: "order.shipped" | "order.delivered" | "order.ready_for_pickup",
  at: (fulfillment: MedusaFulfillment) => string | Date | null | undefined,
): ReadFact {
  return async (fact, host, shop) => {
    const found = await findOne<MedusaFulfillment>(host, "fulfillment", FULFILLMENT_FIELDS, fact.entityId);
    const time = found && !found.canceled_at ? at(found) : null;
    const order = found && time ? await findOrder(host, found.order?.id) : null;
    return found && time && order
      ? orderEvent(fact, shop, order, type, time, { fulfillment: fulfillmentOf(found) })
      : null;
  };
}

const shippedAt = (fulfillment: MedusaFulfillment) => (isParcel(fulfillment) ? fulfillment.shipped_at : null);

/** Goods handed over at the counter were not delivered, and their owner was there. */
const deliveredAt = (fulfillment: MedusaFulfillment) =>
  isParcel(fulfillment) ? fulfillment.delivered_at : null;

/** Medusa has no such event: a pickup order is ready when it is packed, which is when its fulfilment is made. */
const readyAt = (fulfillment: MedusaFulfillment) =>
  isCollected(fulfillment) && !fulfillment.delivered_at ? fulfillment.created_at : null;

function ofReturn(
  type: "order.return_requested" | "order.return_received",
  at: (given: MedusaReturn) => string | Date | null | undefined,
): ReadFact {
  return async (fact, host, shop) => {
    const found = await findOne<MedusaReturn>(host, "return", RETURN_FIELDS, fact.entityId);
    const time = found && !found.canceled_at ? at(found) : null;
    const order = found && time ? await findOrder(host, found.order_id) : null;
    if (!found || !time || !order) return null;
    // A return keeps its own wish.
    const wished = found.no_notification === true ? { ...fact, doNotNotify: true } : fact;
    return orderEvent(wished, shop, order, type, time, { return: { ref: found.id } });
  };
}

/** Told at the first parcel of a return; the rest of it is the same return. */
const receivedAt = ({ status, received_at, updated_at }: MedusaReturn) =>
  received_at ?? (status === "partially_received" ? updated_at : null);

/** A notice about an account goes to the account's own phone: an address in it may be somebody else's. */
async function findCustomer(host: MedusaHost, id: string) {
  const customer = await findOne<MedusaCustomer & { readonly addresses?: readonly HomeAddress[] }>(
    host,
    "customer",
    CUSTOMER_FIELDS,
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

function ofAccount(type: "account.created" | "account.password_reset"): ReadFact {
  return async (fact, host, shop) => {
    const found = await findCustomer(host, fact.entityId);
    // A guest's record is no account.
    if (!found?.customer.has_account) return null;
    const { customer } = found;
    const recipient = await withVerifiedPhone(found.recipient, customer.id, shop.isPhoneVerified);
    const data = { recipient, account: { ref: customer.id }, shop: { name: shop.name } };
    return event(fact, shop, type, customer.created_at, data) as PlatformEvent;
  };
}

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

export const READ: Readonly<Record<HostEvent, ReadFact>> = {
  "order.placed": readPlaced,
  "order.canceled": readCanceled,
  "payment.captured": readCapture,
  "payment.refunded": readRefund,
  "payment_session.error": readPaymentError,
  "shipment.created": ofFulfillment("order.shipped", shippedAt),
  "delivery.created": ofFulfillment("order.delivered", deliveredAt),
  "order.fulfillment_created": ofFulfillment("order.ready_for_pickup", readyAt),
  "order.return_requested": ofReturn("order.return_requested", ({ requested_at }) => requested_at),
  "order.return_received": ofReturn("order.return_received", receivedAt),
  "customer.created": ofAccount("account.created"),
  "auth.password_reset": ofAccount("account.password_reset"),
};
