import type { Money } from "@webxkey/core";
import { z } from "zod";
import {
  type AccountStory,
  type Act,
  moneyOf,
  type OrderAct,
  type OrderStory,
  refundAct,
  totalOf,
} from "../acts.ts";
import { majorUnits, numberId, optionalText, orderCode } from "../fields.ts";
import type { PhonePlace } from "../recipients.ts";
import { zonedTime } from "../times.ts";

/**
 * Shopify's records, as its webhooks write them (https://shopify.dev/docs/api/webhooks). The GraphQL API writes them otherwise;
 * `from-graphql.ts` brings its answers into this form, so that there is one reading of both.
 */

const GID_ID = /\/([1-9]\d{0,19})$/;

/** Ids of Shopify can be larger than JSON's numbers are exact: then the global id, which is a text, has them whole. */
const shopifyId = z
  .object({ id: z.unknown(), admin_graphql_api_id: z.string().regex(GID_ID).optional().catch(undefined) })
  .transform(({ id, admin_graphql_api_id: gid }, context) => {
    const text = gid ? GID_ID.exec(gid)?.[1] : numberId.safeParse(id).data;
    if (text !== undefined) return text;
    context.addIssue("Not an id.");
    return z.NEVER;
  });

function withId<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.intersection(
    z.object(shape),
    shopifyId.transform((shopId) => ({ shopId })),
  );
}

const address = z
  .object({ first_name: optionalText, phone: optionalText, country_code: optionalText })
  .nullish()
  .catch(null);

const buyer = withId({ first_name: optionalText, phone: optionalText, default_address: address });

/** An amount in the currency that the buyer paid in, which is another one than the shop's own where it sells abroad. */
const moneySet = z
  .object({ presentment_money: z.object({ amount: majorUnits, currency_code: z.string().max(10) }) })
  .nullish()
  .catch(null);

const transaction = z.object({
  kind: z.string(),
  status: z.string(),
  amount: majorUnits,
  /** Of `amount`; the buyer's, unlike `currency` of an order. */
  currency: z.string().max(10).nullish().catch(null),
  amount_set: moneySet,
});

const refund = withId({
  created_at: zonedTime,
  transactions: z.array(transaction).max(1_000).default([]),
});

const lineItem = z.object({
  requires_shipping: z.boolean().nullish().catch(null),
  gift_card: z.boolean().nullish().catch(null),
});

const fulfillment = withId({
  status: optionalText,
  shipment_status: optionalText,
  created_at: zonedTime,
  updated_at: zonedTime,
  tracking_company: optionalText,
  tracking_number: optionalText,
  tracking_url: optionalText,
  line_items: z.array(lineItem).max(1_000).default([]).catch([]),
});

export const shopifyOrder = withId({
  name: orderCode,
  created_at: zonedTime,
  updated_at: zonedTime,
  cancelled_at: zonedTime.nullish(),
  financial_status: optionalText,
  currency: z.string().max(10),
  total_price: majorUnits,
  total_price_set: moneySet,
  phone: optionalText,
  customer_locale: optionalText,
  customer: buyer.nullish().catch(null),
  shipping_address: address,
  billing_address: address,
  refunds: z.array(refund).max(1_000).default([]),
  fulfillments: z.array(fulfillment).max(1_000).default([]),
});

/** What `refunds/create` and `fulfillments/*` post: the thing itself, and which order it belongs to. */
const ofOrder = withId({ order_id: numberId });
export const shopifyFulfillment = z.intersection(fulfillment, ofOrder);
export const shopifyRefund = z.intersection(refund, ofOrder);

export const shopifyCustomer = withId({
  created_at: zonedTime,
  state: optionalText,
  first_name: optionalText,
  phone: optionalText,
  default_address: address,
});

export type ShopifyOrder = z.output<typeof shopifyOrder>;
type Fulfillment = z.output<typeof fulfillment>;
type Refund = z.output<typeof refund>;

const PAID = new Set(["paid", "partially_refunded", "refunded"]);

export function actsOf(order: ShopifyOrder): OrderAct[] {
  const { shopId: id, created_at, cancelled_at, financial_status } = order;
  const payment = () => ({ payment: { ref: id, amount: priceOf(order) } });
  return [
    { type: "order.placed", id, at: created_at },
    ...(PAID.has(financial_status ?? "") ? [{ type: "order.paid", id, details: payment } as const] : []),
    ...(cancelled_at ? [{ type: "order.cancelled", id, at: cancelled_at } as const] : []),
    ...order.refunds.filter(isOfMoney).map((refund) => ofRefund(order, refund)),
    ...order.fulfillments.flatMap((parcel) =>
      fulfillmentActs(parcel).map(
        (act): OrderAct => ({ ...act, details: () => ({ fulfillment: parcelOf(parcel) }) }),
      ),
    ),
  ];
}

/** What the state of a parcel proves. Its own id names the acts, so that two parcels of one order are two. */
export function fulfillmentActs({
  shopId: id,
  status,
  shipment_status,
  created_at,
  updated_at,
  line_items,
}: Fulfillment): Act[] {
  if (status !== "success" || !isParcel(line_items)) return [];
  switch (shipment_status) {
    case "ready_for_pickup":
      return [{ type: "order.ready_for_pickup", id, at: created_at }];
    // Fetched at the counter: nothing was on its way.
    case "picked_up":
      return [{ type: "order.delivered", id, at: updated_at }];
    case "delivered":
      return [
        { type: "order.shipped", id, at: created_at },
        { type: "order.delivered", id, at: updated_at },
      ];
    default:
      return [{ type: "order.shipped", id, at: created_at }];
  }
}

/** Goods can be taken back without money going with them. */
export function isOfMoney({ transactions }: Refund): boolean {
  return transactions.some(isGoneBack);
}

export function storyOf(order: ShopifyOrder): OrderStory {
  const { shipping_address: shipping, billing_address: billing, customer } = order;
  return {
    order: {
      ref: order.shopId,
      code: order.name,
      placed_at: order.created_at,
      total: priceOf(order),
    },
    person: {
      places: [
        placeOf(shipping),
        { ...placeOf(billing), buyers: true },
        { phone: customer?.phone, buyers: true },
        { phone: order.phone, buyers: true },
        placeOf(customer?.default_address),
      ],
      name: customer?.first_name || billing?.first_name || shipping?.first_name,
      ownersOf: ownersOf(customer),
      customerRef: customer?.shopId,
      locale: order.customer_locale,
    },
    acts: actsOf(order),
    changedAt: order.updated_at,
  };
}

export function accountOf(customer: z.output<typeof shopifyCustomer>): AccountStory {
  const { shopId: ref, default_address: home } = customer;
  const places = [{ phone: customer.phone, country: home?.country_code, buyers: true }, placeOf(home)];
  return {
    ref,
    person: {
      places,
      name: customer.first_name || home?.first_name,
      customerRef: ref,
      ownersOf: ownersOf(customer),
    },
    createdAt: customer.created_at,
  };
}

/** A consent that Shopify asks for itself, which is for marketing. */
export function isShopifysConsent(field: string): boolean {
  return /_marketing_consent(?:\.|$)/.test(field);
}

/** It belongs to the customer's own phone, wherever else a number stands. */
function ownersOf(customer: Pick<z.output<typeof buyer>, "phone"> | null | undefined) {
  return (field: string): readonly PhonePlace[] | undefined =>
    isShopifysConsent(field) ? [{ phone: customer?.phone }] : undefined;
}

function placeOf(of: z.output<typeof address>): PhonePlace {
  return { phone: of?.phone, country: of?.country_code, name: of?.first_name };
}

function isGoneBack({ kind, status }: Refund["transactions"][number]): boolean {
  return kind === "refund" && status === "success";
}

/** A gift card and a download are fulfilled too, by an e-mail: nothing of them is on its way. */
function isParcel(items: Fulfillment["line_items"]): boolean {
  return (
    items.length === 0 ||
    items.some(({ requires_shipping, gift_card }) => requires_shipping !== false && gift_card !== true)
  );
}

function priceOf({ total_price_set, total_price, currency }: ShopifyOrder): Money {
  const paid = total_price_set?.presentment_money;
  return paid ? totalOf(paid.amount, paid.currency_code) : totalOf(total_price, currency);
}

function ofRefund(order: ShopifyOrder, refund: Refund): OrderAct {
  return refundAct(refund.shopId, refund.created_at, () => {
    const amount = backIn(refund, order);
    const price = priceOf(order);
    return {
      amount,
      backByThen: order.refunds
        .filter(({ created_at }) => created_at <= refund.created_at)
        .reduce((sum, other) => sum + backIn(other, order).amount, 0),
      // In the shop's own currency where the refund is, as one that a staff member entered by hand.
      total: amount.currency === price.currency ? price : totalOf(order.total_price, order.currency),
    };
  });
}

function backIn({ transactions }: Refund, order: ShopifyOrder): Money {
  const parts = transactions.filter(isGoneBack).map(({ amount, currency, amount_set }) => {
    const paid = amount_set?.presentment_money;
    return paid ? moneyOf(paid.amount, paid.currency_code) : moneyOf(amount, currency ?? order.currency);
  });
  const currency = parts[0]?.currency ?? order.currency;
  if (parts.some((part) => part.currency !== currency))
    throw new Error("Shopify gave one refund in two currencies.");
  return { amount: parts.reduce((sum, part) => sum + part.amount, 0), currency };
}

const TRACKING_NUMBER_CHARS_MAX = 64;

function parcelOf({ shopId, tracking_company, tracking_number, tracking_url }: Fulfillment) {
  const number = tracking_number?.trim() ?? "";
  return {
    ref: shopId,
    ...(tracking_company && { carrier: tracking_company }),
    // Half a number tracks nothing.
    ...(number && number.length <= TRACKING_NUMBER_CHARS_MAX && { tracking_number: number }),
    ...(tracking_url && isPlainHttps(tracking_url) && { tracking_url }),
  };
}

function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}
