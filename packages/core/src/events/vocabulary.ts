import { z } from "zod";
import { account, fulfillment, order, payment, recipient, refund, returned, shop } from "./shapes.ts";

/** What consent a type's messages fall under unless a rule names another one. */
export type PurposeClass = "order-updates" | "account" | "account-security";

export interface EventTypeEntry<Data extends z.ZodType = z.ZodType> {
  /** The version in `dataschema`; a changed meaning of a field is a new version. */
  readonly version: number;
  readonly data: Data;
  /** Valid data of a made-up order, for previews and tests. */
  readonly sample: z.output<Data>;
  /** How long after it happened telling it still helps; older facts are recorded, never sent. */
  readonly usefulForMs: number;
  readonly purpose: PurposeClass;
  /** Something the person just did that guards their account, such as asking for a new password. */
  readonly security: boolean;
  /** Told twice it alarms: when it may or may not have been sent, a person decides. */
  readonly aboutMoney: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECURITY_MS = 15 * MINUTE_MS;
const PROMPT_MS = 24 * HOUR_MS;
const NEWS_MS = 72 * HOUR_MS;

const ofOrder = { recipient, order, shop };
const ofAccount = { recipient, account, shop };

const sampleShop = { name: "Lanka Teas" };
const sampleRecipient = {
  phone: "+16505551234",
  name: "Pablo M.",
  customer_ref: "cus_01HX7",
  locale: "en",
} as const;
const sampleTotal = { amount: 4_999, currency: "USD" };
const sampleOrder = {
  recipient: sampleRecipient,
  order: { ref: "order_01HX7", code: "1042", placed_at: "2026-03-14T09:26:53.000Z", total: sampleTotal },
  shop: sampleShop,
};
const sampleAccount = {
  recipient: { ...sampleRecipient, phone_verified: true },
  account: { ref: "cus_01HX7" },
  shop: sampleShop,
};
const sampleFulfillment = {
  ref: "ful_01HX7",
  carrier: "Island Post",
  tracking_number: "IP555010",
  tracking_url: "https://track.example.com/IP555010",
};
const samplePayment = { ref: "pay_01HX7", amount: sampleTotal };

/**
 * Every kind of event there is, whatever platform it came from: what its data looks like, how long it is useful, and
 * which consent it needs. Data that is not listed is refused, so that nothing is kept by accident.
 */
export const VOCABULARY = {
  "order.placed": orderEvent(z.strictObject(ofOrder), sampleOrder, PROMPT_MS),
  "order.paid": moneyEvent(
    z.strictObject({ ...ofOrder, payment }),
    { ...sampleOrder, payment: samplePayment },
    PROMPT_MS,
  ),
  "order.payment_failed": moneyEvent(
    z.strictObject({ ...ofOrder, payment }),
    { ...sampleOrder, payment: samplePayment },
    PROMPT_MS,
  ),
  "order.confirmed": orderEvent(z.strictObject(ofOrder), sampleOrder, NEWS_MS),
  "order.updated": orderEvent(z.strictObject(ofOrder), sampleOrder, NEWS_MS),
  "order.shipped": orderEvent(
    z.strictObject({ ...ofOrder, fulfillment }),
    { ...sampleOrder, fulfillment: sampleFulfillment },
    NEWS_MS,
  ),
  "order.delivered": orderEvent(
    z.strictObject({ ...ofOrder, fulfillment }),
    { ...sampleOrder, fulfillment: sampleFulfillment },
    NEWS_MS,
  ),
  "order.ready_for_pickup": orderEvent(
    z.strictObject({ ...ofOrder, fulfillment }),
    { ...sampleOrder, fulfillment: { ref: "ful_01HX7" } },
    NEWS_MS,
  ),
  "order.cancelled": orderEvent(z.strictObject(ofOrder), sampleOrder, NEWS_MS),
  "order.refunded": moneyEvent(
    z.strictObject({ ...ofOrder, refund }),
    { ...sampleOrder, refund: { ref: "ref_01HX7", amount: sampleTotal } },
    NEWS_MS,
  ),
  "order.partially_refunded": moneyEvent(
    z.strictObject({ ...ofOrder, refund }),
    { ...sampleOrder, refund: { ref: "ref_01HX8", amount: { amount: 1_200, currency: "USD" } } },
    NEWS_MS,
  ),
  "order.return_requested": orderEvent(
    z.strictObject({ ...ofOrder, return: returned }),
    { ...sampleOrder, return: { ref: "return_01HX7" } },
    NEWS_MS,
  ),
  "order.return_received": orderEvent(
    z.strictObject({ ...ofOrder, return: returned }),
    { ...sampleOrder, return: { ref: "return_01HX7" } },
    NEWS_MS,
  ),
  "account.created": accountEvent("account", NEWS_MS),
  "account.verified": accountEvent("account", NEWS_MS),
  "account.password_reset": accountEvent("account-security", SECURITY_MS),
  "account.email_changed": accountEvent("account-security", SECURITY_MS),
} satisfies Record<string, EventTypeEntry>;

export type EventType = keyof typeof VOCABULARY;
export type EventData<T extends EventType = EventType> = z.output<(typeof VOCABULARY)[T]["data"]>;

export const EVENT_TYPES = Object.keys(VOCABULARY) as readonly EventType[];

export function isEventType(type: unknown): type is EventType {
  return typeof type === "string" && Object.hasOwn(VOCABULARY, type);
}

/** The URI in `dataschema` that names the version of a type's data: `urn:webxkey:event:order.placed:1`. */
export function dataSchemaOf(type: EventType): string {
  return `urn:webxkey:event:${type}:${VOCABULARY[type].version}`;
}

function orderEvent<Data extends z.ZodType>(data: Data, sample: z.output<Data>, usefulForMs: number) {
  return {
    version: 1,
    data,
    sample,
    usefulForMs,
    purpose: "order-updates",
    security: false,
    aboutMoney: false,
  } as const;
}

function moneyEvent<Data extends z.ZodType>(data: Data, sample: z.output<Data>, usefulForMs: number) {
  return { ...orderEvent(data, sample, usefulForMs), aboutMoney: true } as const;
}

function accountEvent(purpose: "account" | "account-security", usefulForMs: number) {
  const data = z.strictObject(ofAccount);
  return {
    version: 1,
    data,
    sample: sampleAccount,
    usefulForMs,
    purpose,
    security: purpose === "account-security",
    aboutMoney: false,
  } as const;
}
