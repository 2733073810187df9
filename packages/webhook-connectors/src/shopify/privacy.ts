import { type Json, type PrivacyWish, parsePhone } from "@webxkey/core";
import { z } from "zod";
import { numberId, optionalText } from "../fields.ts";

/**
 * The three topics that every app has to take (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance). Shopify signs the
 * body and not the topic, so somebody who holds an old delivery can send it again as any of them: what is asked for is read from the
 * body, whose form differs for each.
 */
const PRIVACY_TOPICS = new Set(["customers/data_request", "customers/redact", "shop/redact"]);

const orderIds = z.array(numberId).max(10_000);
const customer = z.object({ id: numberId, phone: optionalText });
const absent = z.undefined().optional();

const dataRequest = z
  .object({ customer, orders_requested: orderIds, data_request: z.object({ id: numberId }) })
  .transform(
    ({ customer, orders_requested, data_request }): PrivacyWish => ({
      kind: "access",
      key: `customers/data_request:${data_request.id}`,
      person: personOf(customer, orders_requested),
    }),
  );

const customerRedact = z
  .object({ customer, orders_to_redact: orderIds, orders_requested: absent, data_request: absent })
  .transform(
    ({ customer, orders_to_redact }): PrivacyWish => ({
      kind: "erase_person",
      key: `customers/redact:${customer.id}`,
      person: personOf(customer, orders_to_redact),
    }),
  );

const shopRedact = z
  .object({ shop_id: numberId, customer: absent, orders_requested: absent, orders_to_redact: absent })
  .transform(
    ({ shop_id }): PrivacyWish => ({ kind: "erase_shop", key: `shop/redact:${shop_id}`, person: {} }),
  );

const wish: z.ZodType<PrivacyWish> = z.union([dataRequest, customerRedact, shopRedact]);

export function isPrivacyTopic(topic: string): boolean {
  return PRIVACY_TOPICS.has(topic);
}

/**
 * What a body asks for; undefined where it is none of the documented ones.
 *
 * @param eventId Shopify's id of the event, where it came with one: the same person may be asked to be erased again a year later.
 */
export function privacyWish(body: Json | undefined, eventId: string | null): PrivacyWish | undefined {
  const asked = wish.safeParse(body).data;
  return asked && eventId ? { ...asked, key: `${asked.key}:${eventId.slice(0, 100)}` } : asked;
}

function personOf(
  { id, phone }: z.output<typeof customer>,
  orderRefs: readonly string[],
): PrivacyWish["person"] {
  // Shopify keeps a customer's own phone with its country code.
  const read = parsePhone(phone);
  return { customerRef: id, orderRefs, ...(read.ok && { phone: read.e164 }) };
}
