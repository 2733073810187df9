import { createHmac, timingSafeEqual } from "node:crypto";
import {
  type Delivery,
  defineConnector,
  moneyFromMajorUnits,
  type PlatformEvent,
  parsePhone,
  parseUntrustedJson,
  type Told,
  type WebhookConnector,
} from "@webxkey/core";
import { z } from "zod";

/** An order as the platform documents it. A body of another form is malformed; an id of another form could be anything. */
const order = z.object({
  id: z.string().regex(/^ord_\d{1,12}$/),
  number: z.string().min(1).max(64),
  created_at: z.iso.datetime({ offset: true }),
  paid_at: z.iso.datetime({ offset: true }).nullable(),
  total: z.string(),
  currency: z.string(),
  ship_to: z.object({ name: z.string(), phone: z.string().nullable(), country: z.string() }),
});
type Order = z.output<typeof order>;

/** A digest in hex. */
const SIGNATURE = /^[0-9a-f]{64}$/;

/** What a merchant types; nothing here, as this platform has no API. */
const settings = z.strictObject({});

export const tuckshop: WebhookConnector<z.output<typeof settings>> = {
  id: "tuckshop",
  name: "Tuckshop",
  settings,

  // The platform signs the raw bytes: HMAC-SHA256, in hex.
  proof: {
    kind: "signature",
    // Asked before the body is read: strangers must not make anybody read megabytes.
    isSigned: (headers) => SIGNATURE.test(headers.get("x-tuckshop-signature") ?? ""),
    verify({ headers, body }, secrets) {
      const given = headers.get("x-tuckshop-signature") ?? "";
      if (!SIGNATURE.test(given)) return false;
      const digests = secrets.map((secret) => createHmac("sha256", secret.reveal()).update(body).digest());
      return digests.map((digest) => timingSafeEqual(digest, Buffer.from(given, "hex"))).includes(true);
    },
  },

  told(delivery: Delivery): Told {
    const topic = delivery.headers.get("x-tuckshop-topic") ?? "";
    if (topic !== "order.changed") return { kind: "unknown_topic", topic: topic.slice(0, 100) };
    const value = parseUntrustedJson(Buffer.from(delivery.body).toString());
    const read = order.safeParse(value);
    if (!read.success) return { kind: "malformed" };
    return {
      kind: "acts",
      acts: [{ hostEvent: "order", payload: value }],
      entities: [{ kind: "order", id: read.data.id, value }],
    };
  },

  connector: (shop) =>
    defineConnector({
      id: "tuckshop",
      source: shop.source,
      events: {
        order: {
          // What an order's state proves: a key for each act, which is the same however often and by whichever topic it is told.
          facts(payload) {
            const read = order.safeParse(payload).data;
            if (!read) return [];
            const acts = read.paid_at ? ["order.placed", "order.paid"] : ["order.placed"];
            return acts.map((act) => ({
              key: `${act}:${read.id}`,
              type: "order",
              entityId: read.id,
              state: act,
            }));
          },
          async read(fact, entities) {
            const found = order.safeParse(await entities.find("order", fact.entityId)).data;
            return found ? eventOf(found, fact.state, { source: shop.source, name: shop.name }) : null;
          },
        },
      },
    }),

  // Custom fields, by which a merchant maps consent: own keys alone.
  fieldOf: ({ value }, field) =>
    typeof value === "object" && value !== null && Object.hasOwn(value, field)
      ? (value as Readonly<Record<string, unknown>>)[field]
      : undefined,
};

function eventOf(
  of: Order,
  act: string | undefined,
  shop: { source: string; name: string },
): PlatformEvent | null {
  const total = moneyFromMajorUnits(of.total, of.currency);
  if (!total) throw new Error("Tuckshop gave an amount that is not one.");
  const phone = parsePhone(of.ship_to.phone, of.ship_to.country);
  const envelope = { specversion: "1.0", id: `${act}:${of.id}`, source: shop.source } as const;
  const data = {
    order: { ref: of.id, code: of.number, placed_at: of.created_at, total },
    recipient: {
      name: of.ship_to.name,
      ...(phone.ok ? { phone: phone.e164 } : { phone_problem: phone.reason }),
    },
    shop: { name: shop.name },
  };
  if (act === "order.placed") return { ...envelope, type: act, time: of.created_at, data };
  if (act !== "order.paid" || !of.paid_at) return null;
  return {
    ...envelope,
    type: act,
    time: of.paid_at,
    data: { ...data, payment: { ref: of.id, amount: total } },
  };
}
