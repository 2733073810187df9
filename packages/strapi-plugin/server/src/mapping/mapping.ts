import type { EventType } from "@webxkey/core";
import { z } from "zod";

/** What a merchant may say an entry's creation or state is. */
export const ORDER_EVENTS = [
  "order.placed",
  "order.confirmed",
  "order.updated",
  "order.paid",
  "order.payment_failed",
  "order.shipped",
  "order.ready_for_pickup",
  "order.delivered",
  "order.cancelled",
  "order.refunded",
  "order.partially_refunded",
  "order.return_requested",
  "order.return_received",
] as const satisfies readonly EventType[];

export type OrderEvent = (typeof ORDER_EVENTS)[number];

const STATES_MAX = 50;
/** A text that is longer is no state, and would not fit into the key of what happened. */
export const STATE_CHARS_MAX = 120;
const PHONES_MAX = 3;

const state = z.string().min(1).max(STATE_CHARS_MAX);

/** An attribute of the content type, or one of a component in it: `phone`, `address.phone`. */
const attribute = z
  .string()
  .max(120)
  .regex(/^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)?$/, "Name an attribute, such as phone or address.phone.");

const attributeOr = (value: z.ZodString) =>
  z.union([z.strictObject({ attribute }), z.strictObject({ value })], {
    error: "Give either an attribute or one value for all.",
  });

const country = attributeOr(
  z.string().regex(/^[A-Za-z]{2}$/, "Write the country as ISO 3166 does, such as LK."),
);
const currency = attributeOr(
  z.string().regex(/^[A-Za-z]{3}$/, "Write the currency as ISO 4217 does, such as LKR."),
);
const phone = z.array(attribute).min(1).max(PHONES_MAX);

const order = z.strictObject({
  content_type: z.string().max(200),
  /** What a new entry is: with draft and publish, one that is published for the first time. Null where it is nothing. */
  created: z.enum(ORDER_EVENTS).nullable(),
  /** What it is when an entry comes into a state. States that are not named here are nothing. */
  states: z
    .record(state, z.enum(ORDER_EVENTS))
    .refine((states) => Object.keys(states).length <= STATES_MAX, `Name at most ${STATES_MAX} states.`),
  fields: z.strictObject({
    state: attribute.optional(),
    /** Where a phone number may be, the best place first. */
    phone,
    country: country.optional(),
    name: attribute.optional(),
    /** In major units, such as 49.99. */
    total: attribute,
    currency,
    /** What the customer knows the order by. */
    code: attribute,
    locale: attribute.optional(),
    /** What was paid, where it is not the total. */
    paid: attribute.optional(),
    refunded: attribute.optional(),
    /** A true value is the customer's consent to the wording that stood beside the box. */
    consent: z
      .strictObject({
        attribute,
        /** Which of the phones is the number of whoever ticks. Left out: the only one, or the one that stands in every place. */
        phone: attribute.optional(),
        wording_id: z.string().min(1).max(80),
        wording_version: z.string().min(1).max(40),
        wording_language: z.string().min(1).max(35),
      })
      .optional(),
  }),
});

const account = z.strictObject({
  phone,
  country: country.optional(),
  name: attribute.optional(),
  locale: attribute.optional(),
});

/** Which content type is an order, and where in it and in the users is what a message needs. */
export const mappingSchema = z.strictObject({ order: order.nullable(), account: account.nullable() });

export type Mapping = z.output<typeof mappingSchema>;
export type OrderMapping = z.output<typeof order>;
export type AccountMapping = z.output<typeof account>;
export type AttributeOr = z.output<typeof country>;

/** Nothing is mapped until the merchant says so. */
export const NO_MAPPING: Mapping = { order: null, account: null };

/** All that decides whose consent a tick is, and to what; null where no attribute counts as one. */
export function consentFieldOf({ order }: Mapping) {
  if (!order?.fields.consent) return null;
  const { content_type, fields } = order;
  const { consent, phone, country } = fields;
  return { content_type, phones: phone, ...(country && { country }), ...consent };
}

export function withoutConsent(mapping: Mapping): Mapping {
  const { order } = mapping;
  return order
    ? { ...mapping, order: { ...order, fields: { ...order.fields, consent: undefined } } }
    : mapping;
}

/** A row as Strapi's query gives it, components inside. */
export type Row = Readonly<Record<string, unknown>>;

/** What stands in an attribute of a row; undefined where there is none. */
export function valueAt(row: Row, path: string): unknown {
  const [head = "", inner] = path.split(".");
  const value = row[head];
  if (inner === undefined) return value;
  return typeof value === "object" && value !== null ? (value as Row)[inner] : undefined;
}

export function textAt(row: Row, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : valueAt(row, path);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The attribute's text in this row, or the one value for all. */
export function textOr(row: Row, of: AttributeOr | undefined): string | undefined {
  if (!of) return undefined;
  return "value" in of ? of.value : textAt(row, of.attribute);
}
