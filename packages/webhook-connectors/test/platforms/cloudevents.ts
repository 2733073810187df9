import { EVENT_TYPES, type PlatformEvent, parsePhone } from "@webxkey/core";
import type { Happening } from "@webxkey/testing/contracts";
import { Webhook } from "standardwebhooks";
import { cloudevents } from "../../src/index.ts";
import { occurrence, type Platform, paidOrder, postTo, URL_OF_HOOK } from "./platform.ts";

/** The sender is a shop's own program, which reads its phones and writes our vocabulary. */
export function cloudEvent(happening: Happening): PlatformEvent {
  const { type, ref, actRef, code, total, amount, occurredAt, name, shipping, billing, customer, locale } =
    happening;
  const isOrder = type.startsWith("order.");
  const places = isOrder
    ? [shipping, billing, { ...customer, country: shipping.country }]
    : [{ ...customer, country: "US" }];
  const read = places.map(({ phone, country }) => parsePhone(phone, country));
  const found = read.find((result) => result.ok) ?? read[0];
  const recipient = {
    ...(found?.ok ? { phone: found.e164 } : { phone_problem: found?.reason }),
    name,
    customer_ref: "cus_1",
    ...(locale && { locale }),
  };
  const shop = { name: "Tea Shop" };
  const act = { ref: actRef, amount };
  const data = isOrder
    ? {
        recipient,
        shop,
        order: { ref, code, placed_at: occurredAt, total },
        ...(/paid|payment/.test(type) && { payment: act }),
        ...(type.endsWith("refunded") && { refund: act }),
        ...(/return/.test(type) && { return: { ref: actRef } }),
        ...(/shipped|delivered|ready/.test(type) && { fulfillment: { ref: actRef } }),
      }
    : { recipient, shop, account: { ref } };
  return {
    specversion: "1.0",
    id: `${type}-${ref}-${actRef}`,
    source: "/tea/program",
    type,
    time: occurredAt,
    ...(happening.doNotNotify && { donotnotify: true }),
    data,
  } as PlatformEvent;
}

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(32, "-")).toString("base64")}`;
const SENT_AT = new Date("2026-03-14T09:26:54Z");
const event = cloudEvent(paidOrder);

/** Where the connector keeps an event is its own matter: the fixture asks it, as the engine does. */
function keptOf(value: PlatformEvent) {
  const told = cloudevents.told(cloudPlatform.delivery(JSON.stringify(value)));
  const [entity] = told.kind === "acts" ? told.entities : [];
  return { [`${entity?.kind}/${entity?.id}`]: entity?.value };
}

export const cloudPlatform: Platform = {
  connector: cloudevents,
  settings: {},
  subject: {
    tells: EVENT_TYPES,
    saysWish: EVENT_TYPES,
    saysLocale: EVENT_TYPES,
    oncePerOrder: [],
    happen(happening) {
      const payload = cloudEvent(happening);
      return occurrence({ hostEvent: happening.type, payload }, keptOf(payload), happening.gone);
    },
  },
  signs: {
    secrets: [secretOf("current"), secretOf("older"), secretOf("strange")],
    headers: ["webhook-id", "webhook-timestamp", "webhook-signature"],
    sign: ({ body }, secret) => ({
      "webhook-id": "msg_555",
      "webhook-timestamp": String(SENT_AT.getTime() / 1_000),
      "webhook-signature": new Webhook(secret).sign("msg_555", SENT_AT, Buffer.from(body).toString()),
    }),
  },
  delivery: (body, type = "application/cloudevents+json; charset=utf-8") =>
    postTo(URL_OF_HOOK, body, { "content-type": type }),
  sameActs: [[event], [[event], "application/cloudevents-batch+json"], [event, "application/json"]],
  unknown: [{ ...event, type: "order.exploded" }],
};
