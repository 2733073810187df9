import { type EventData, knownCode, moneyFromMajorUnits, parsePhone, readLocale } from "@webxkey/core";
import { phoneOfFirst } from "@webxkey/host-kit";

/** Medusa's entities, as far as a message can be made of them, and what they become. No I/O here. */

export interface MedusaAddress {
  readonly phone?: string | null;
  readonly first_name?: string | null;
  readonly country_code?: string | null;
}

export interface MedusaCustomer {
  readonly id: string;
  readonly phone?: string | null;
  readonly first_name?: string | null;
  readonly has_account?: boolean;
  readonly created_at: string | Date;
}

/** Who an order or a cart belongs to, and how to reach them. */
export interface MedusaBuyer {
  readonly customer_id?: string | null;
  readonly customer?: MedusaCustomer | null;
  readonly shipping_address?: MedusaAddress | null;
  readonly billing_address?: MedusaAddress | null;
  readonly locale?: string | null;
}

export interface MedusaOrder extends MedusaBuyer {
  readonly id: string;
  readonly display_id: number;
  readonly custom_display_id?: string | null;
  readonly currency_code: string;
  readonly total: MedusaAmount;
  readonly no_notification?: boolean | null;
  readonly created_at: string | Date;
  readonly canceled_at?: string | Date | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** Medusa's decimals in major units: a number or text in JSON, its raw form beside it, or its BigNumber in process. */
export type MedusaAmount =
  | number
  | string
  | RawAmount
  | { readonly raw?: RawAmount | undefined; readonly numeric: number };

interface RawAmount {
  readonly value: string | number;
}

export interface MedusaFulfillment {
  readonly id: string;
  readonly created_at: string | Date;
  readonly shipped_at?: string | Date | null;
  readonly delivered_at?: string | Date | null;
  readonly canceled_at?: string | Date | null;
  /** False if none of its lines requires shipping. */
  readonly requires_shipping?: boolean;
  readonly labels?: readonly {
    readonly tracking_number?: string | null;
    readonly tracking_url?: string | null;
  }[];
  readonly shipping_option?: {
    readonly service_zone?: { readonly fulfillment_set?: { readonly type?: string } | null } | null;
  } | null;
  readonly order?: MedusaOrder | null;
}

type Recipient = EventData<"order.placed">["recipient"];
type Money = EventData<"order.placed">["order"]["total"];

/**
 * The phone that messages about an order or cart go to: shipping, then billing, then customer, each read with the country
 * the parcel goes to. A number that cannot be read does not hide a readable one behind it.
 */
export function phoneOf(buyer: MedusaBuyer): Pick<Recipient, "phone" | "phone_problem"> {
  const { shipping_address, billing_address, customer } = buyer;
  const country = shipping_address?.country_code ?? billing_address?.country_code;
  const typed = [
    { phone: shipping_address?.phone, country },
    { phone: billing_address?.phone, country: billing_address?.country_code ?? country },
    { phone: customer?.phone, country },
  ];
  return phoneOfFirst(typed.map(({ phone, country }) => parsePhone(phone, country)));
}

/** The number of the person who ticks a box: the billing address's or the customer's, never the parcel's. */
export function buyerPhoneOf(buyer: MedusaBuyer): Pick<Recipient, "phone" | "phone_problem"> {
  return phoneOf({
    ...buyer,
    shipping_address: { country_code: buyer.shipping_address?.country_code ?? null },
  });
}

export function recipientOf(buyer: MedusaBuyer): Recipient {
  const { shipping_address, billing_address, customer } = buyer;
  const name = shipping_address?.first_name ?? billing_address?.first_name ?? customer?.first_name;
  const customerRef = buyer.customer_id ?? customer?.id;
  const locale = readLocale(buyer.locale);
  return {
    ...phoneOf(buyer),
    ...(name ? { name } : {}),
    ...(customerRef ? { customer_ref: customerRef } : {}),
    ...(locale ? { locale } : {}),
  };
}

export function orderOf(order: MedusaOrder): EventData<"order.placed">["order"] {
  return {
    ref: order.id,
    code: knownCode(order.custom_display_id ?? "") ?? String(order.display_id),
    placed_at: rfc3339(order.created_at),
    total: notNegative(moneyOf(order.total, order.currency_code)),
  };
}

/** Medusa counts credits and returned items into an order's total, so that it can fall below nothing. */
function notNegative({ amount, currency }: Money): Money {
  return { amount: Math.max(0, amount), currency };
}

/** @throws Error where the store holds no amount: the fact is then tried again and at last parked, never told wrongly. */
export function moneyOf(amount: MedusaAmount, currency: string): Money {
  const money = moneyFromMajorUnits(decimalOf(amount), currency);
  if (!money) throw new Error("The store gave an amount that is not one.");
  return money;
}

/** An amount in minor units. Medusa keeps the exact decimal beside the number that JSON can carry. */
export function minorUnitsOf(
  { amount, raw_amount }: { amount: MedusaAmount; raw_amount?: RawAmount | null },
  currency: string,
): number {
  return moneyOf(raw_amount ?? amount, currency).amount;
}

function decimalOf(amount: MedusaAmount): number | string {
  if (typeof amount !== "object") return amount;
  return "value" in amount ? amount.value : (amount.raw?.value ?? amount.numeric);
}

export function fulfillmentOf(fulfillment: MedusaFulfillment): EventData<"order.shipped">["fulfillment"] {
  const label = fulfillment.labels?.find((candidate) => candidate.tracking_number);
  const number = label?.tracking_number?.trim() ?? "";
  const url = label?.tracking_url;
  return {
    ref: fulfillment.id,
    // Half a number tracks nothing.
    ...(number && number.length <= TRACKING_NUMBER_CHARS_MAX ? { tracking_number: number } : {}),
    ...(url && isPlainHttps(url) ? { tracking_url: url } : {}),
  };
}

/** Goods that travel, or wait to be fetched. Medusa fulfils gift cards, downloads and services in the same way. */
function isGoods({ requires_shipping }: MedusaFulfillment): boolean {
  return requires_shipping !== false;
}

/** Something that a carrier brings. */
export function isParcel(fulfillment: MedusaFulfillment): boolean {
  return isGoods(fulfillment) && !isPickup(fulfillment);
}

/** Something that the buyer collects. */
export function isCollected(fulfillment: MedusaFulfillment): boolean {
  return isGoods(fulfillment) && isPickup(fulfillment);
}

/** Fetched at the counter: its shipping option belongs to a fulfilment set of the kind `pickup`. */
function isPickup(fulfillment: MedusaFulfillment): boolean {
  return fulfillment.shipping_option?.service_zone?.fulfillment_set?.type === "pickup";
}

export function rfc3339(time: string | Date): string {
  return new Date(time).toISOString();
}

const TRACKING_NUMBER_CHARS_MAX = 64;

/** Medusa's admin writes "#" where the merchant typed no address; only a real one goes to a customer. */
function isPlainHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === "https:" && username === "" && password === "";
}
