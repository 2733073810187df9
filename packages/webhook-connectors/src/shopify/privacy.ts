import { type Json, type PrivacyWish, parsePhone } from "@webxkey/core";
import { z } from "zod";
import { numberId, optionalText } from "../fields.ts";

/** The three topics that every app has to take (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance). */

const orderIds = z.array(numberId).max(10_000).default([]);
const customer = z.object({ id: numberId, phone: optionalText });

const dataRequest = z
  .object({ customer, orders_requested: orderIds, data_request: z.object({ id: numberId }) })
  .transform(
    ({ customer, orders_requested, data_request }): PrivacyWish => ({
      kind: "access",
      key: `customers/data_request:${data_request.id}`,
      person: personOf(customer, orders_requested),
    }),
  );

const customerRedact = z.object({ customer, orders_to_redact: orderIds }).transform(
  ({ customer, orders_to_redact }): PrivacyWish => ({
    kind: "erase_person",
    key: `customers/redact:${customer.id}`,
    person: personOf(customer, orders_to_redact),
  }),
);

const shopRedact = z
  .object({ shop_id: numberId })
  .transform(
    ({ shop_id }): PrivacyWish => ({ kind: "erase_shop", key: `shop/redact:${shop_id}`, person: {} }),
  );

const WISHES: ReadonlyMap<string, z.ZodType<PrivacyWish>> = new Map<string, z.ZodType<PrivacyWish>>([
  ["customers/data_request", dataRequest],
  ["customers/redact", customerRedact],
  ["shop/redact", shopRedact],
]);

export function isPrivacyTopic(topic: string): boolean {
  return WISHES.has(topic);
}

/**
 * The wish of a privacy topic; undefined where the body is not the documented one.
 *
 * @param eventId Shopify's id of the event, where it came with one: the same person may be asked to be erased again a year later.
 */
export function privacyWish(
  topic: string,
  body: Json | undefined,
  eventId: string | null,
): PrivacyWish | undefined {
  const wish = WISHES.get(topic)?.safeParse(body).data;
  return wish && eventId ? { ...wish, key: `${wish.key}:${eventId.slice(0, 100)}` } : wish;
}

function personOf(
  { id, phone }: z.output<typeof customer>,
  orderRefs: readonly string[],
): PrivacyWish["person"] {
  // Shopify keeps a customer's own phone with its country code.
  const read = parsePhone(phone);
  return { customerRef: id, orderRefs, ...(read.ok && { phone: read.e164 }) };
}
