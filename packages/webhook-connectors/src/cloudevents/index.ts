import { createHash } from "node:crypto";
import {
  type ConnectedShop,
  type Delivery,
  type DeliveryProof,
  defineConnector,
  EVENT_TYPES,
  type HostAct,
  type HostEventTranslation,
  isSignedWith,
  isTimely,
  type Json,
  mayBeSigned,
  newSigningSecret,
  type PlatformEntities,
  type PlatformEntity,
  type PlatformEvent,
  parseEvent,
  readSignedDelivery,
  signingBytes,
  signingSecretProblem,
  type Told,
  type WebhookConnector,
} from "@webxkey/core";
import { z } from "zod";
import { fieldOf, ownField } from "../fields.ts";
import { jsonBody, unknownTopic } from "../json-body.ts";
import { messageSettings } from "../message-settings.ts";

/**
 * Events of the vocabulary from any system that speaks CloudEvents 1.0: one as `application/cloudevents+json`, several as
 * `application/cloudevents-batch+json`, signed as Standard Webhooks (https://www.standardwebhooks.com).
 */

const EVENTS_PER_BATCH_MAX = 100;
const BATCH = /^application\/cloudevents-batch\+json(?:;|$)/i;
const SINGLE = /^application\/(?:cloudevents\+)?json(?:;|$)/i;

/** One signature, or several while the sender rotates its secret. Two headers of the name arrive joined by a comma, and are none. */
const SIGNATURES = /^\w{1,8},[A-Za-z0-9+/]{1,200}={0,2}(?: \w{1,8},[A-Za-z0-9+/]{1,200}={0,2}){0,7}$/;

const proof: DeliveryProof = {
  kind: "signature",
  isSigned: mayBeSigned,
  newSecret: newSigningSecret,
  secretProblem: signingSecretProblem,
  verify({ headers, body }, secrets, now) {
    const signed = readSignedDelivery(headers, body);
    if (!signed || !isTimely(signed, now) || !SIGNATURES.test(signed.signatures)) return false;
    const keys = secrets.filter((one) => signingSecretProblem(one) === undefined).map(signingBytes);
    return keys.map((key) => isSignedWith(signed, key)).includes(true);
  },
};

const settings = z.strictObject({ language: messageSettings.language });
type Settings = z.output<typeof settings>;

export const cloudevents: WebhookConnector<Settings> = {
  id: "cloudevents",
  name: "CloudEvents",
  settings,
  proof,
  told,

  connector: (shop) =>
    defineConnector({
      id: "cloudevents",
      source: shop.source,
      events: Object.fromEntries(EVENT_TYPES.map((type) => [type, translationOf(type, shop)])),
    }),

  fieldOf,
};

/** The sender has translated already: what is left is to name the act without what the sender may have written into its id. */
function translationOf(
  type: string,
  { source, settings }: Pick<ConnectedShop<Settings>, "source" | "settings">,
): HostEventTranslation<PlatformEntities> {
  return {
    facts(payload) {
      const event = eventIn(payload);
      if (event?.type !== type) return [];
      const id = digestOf(event);
      return [
        {
          key: id,
          type,
          entityId: id,
          occurredAt: event.time,
          ...(event.donotnotify && { doNotNotify: true }),
        },
      ];
    },
    async read(fact, entities) {
      const event = eventIn(await entities.find("event", fact.entityId));
      if (!event) return null;
      const locale = event.data.recipient.locale ?? settings.language;
      const recipient = { ...event.data.recipient, ...(locale !== undefined && { locale }) };
      return { ...event, id: fact.key, source, data: { ...event.data, recipient } } as PlatformEvent;
    },
    // The sender chose whom the event is told to, and the field is the sender's word about that person.
    async buyerPhones(fact, entities) {
      const phone = eventIn(await entities.find("event", fact.entityId))?.data.recipient.phone;
      return phone === undefined ? [] : [phone];
    },
  };
}

function told(delivery: Delivery): Told {
  const type = delivery.headers.get("content-type") ?? "";
  const body = jsonBody(delivery);
  const events = BATCH.test(type) ? body : SINGLE.test(type) ? [body] : undefined;
  if (!Array.isArray(events) || events.length > EVENTS_PER_BATCH_MAX) return { kind: "malformed" };
  const acts: HostAct[] = [];
  const entities: PlatformEntity[] = [];
  for (const value of events as readonly (Json | undefined)[]) {
    const parsed = parseEvent(value);
    if (!parsed.ok) {
      if (parsed.code === "unknown_event_type" && events.length === 1)
        return unknownTopic(String(ownField(value, "type")));
      return { kind: "malformed" };
    }
    acts.push({ hostEvent: parsed.event.type, payload: value });
    entities.push({ kind: "event", id: digestOf(parsed.event), value });
  }
  const deliveryId = delivery.headers.get("webhook-id");
  return { kind: "acts", acts, entities, ...(deliveryId && { deliveryId }) };
}

function eventIn(value: unknown): PlatformEvent | undefined {
  const parsed = parseEvent(value);
  return parsed.ok ? parsed.event : undefined;
}

/** Source and id together name an event; a sender's id may hold anything, so what is kept of it is a digest. */
function digestOf({ source, id }: PlatformEvent): string {
  return createHash("sha256")
    .update(JSON.stringify([source, id]))
    .digest("base64url");
}
