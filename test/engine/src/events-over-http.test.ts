import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiClient, clientWith, createKey, type NewKey } from "./api-client.ts";
import { STORES, untilState } from "./engine.ts";
import { acceptedFor, auditOf, happened, openShop, type Shop, stranger } from "./shop.ts";
import { countOf } from "./webhooks.ts";

interface Published {
  readonly event_id: string;
  readonly seen_before: boolean;
  readonly intents: readonly { readonly message_id: string; readonly state: string }[];
}

const WORDING = {
  id: "form",
  version: "1",
  language: "en",
  purpose: "order-updates",
  text: "Tell me about my orders on WhatsApp.",
} as const;

describe.each(STORES)("POST /v1/events on %s", (name) => {
  let shop: Shop;
  let service: NewKey;
  let client: ApiClient;
  let atMs = Date.now();
  beforeAll(async () => {
    shop = await openShop(name, { clock: { now: () => new Date(atMs) }, wordings: [WORDING] });
    service = await createKey(shop.engine, { kind: "service", scopes: ["event:publish", "consent:grant"] });
    client = clientWith(shop.engine, service.key);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** A person who agreed, so that an event about them becomes a message. */
  async function optedIn(): Promise<string> {
    const phone = stranger();
    const granted = await shop.engine.call("POST", "/v1/consents", {
      identity: { kind: "phone", value: phone },
      channel: "whatsapp",
      wording: { id: WORDING.id, version: WORDING.version, language: WORDING.language },
      method: "form",
      evidence: "form 12",
      reason: "signed at the desk",
      occurred_at: new Date(atMs).toISOString(),
    });
    expect(granted.status).toBe(201);
    return phone;
  }
  const order = (phone: string, ref?: string) =>
    happened("order.placed", { phone, at: new Date(atMs), ...(ref && { ref }) });
  const publish = (event: unknown, by = client) => by.call<Published>("POST", "/v1/events", event);
  const eventsOf = () => countOf(shop.store, "webxkey.events");

  test("R10: the same event from 64 clients at once gives one message, which is sent once", async () => {
    const phone = await optedIn();
    const event = order(phone);
    const answers = await Promise.all(
      Array.from({ length: 64 }, () => publish(event, clientWith(shop.engine, service.key))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(answers.filter(({ body }) => !body.seen_before)).toHaveLength(1);
    const messageIds = new Set(
      answers.flatMap(({ body }) => body.intents.map((intent) => intent.message_id)),
    );
    expect(messageIds.size).toBe(1);
    await untilState(shop.engine, [...messageIds][0] ?? "", "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("R10: 64 clients at once with one id and 64 bodies: one is taken, the others are told 409, one message", async () => {
    const phone = await optedIn();
    const ref = "one_id_many_bodies";
    const bodies = Array.from({ length: 64 }, (_, index) =>
      happened("order.placed", { phone, ref, at: new Date(atMs), total: 1_000 + index }),
    );
    const answers = await Promise.all(bodies.map((body) => publish(body)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(63);
    const rows = await shop.store.query("select 1 from webxkey.events where entity_ref = $1", [ref]);
    expect(rows).toHaveLength(1);
  });

  test("an id that is used again with another body is answered 409 naming it, and leaves the first as it is", async () => {
    const first = order(await optedIn());
    const { body: taken } = await publish(first);
    const told = async () => ({
      audit: await auditOf(shop, taken.event_id),
      events: await eventsOf(),
      messages: await countOf(shop.store, "webxkey.messages"),
    });
    const before = await told();
    const another = order(stranger()).data;
    for (const body of [
      { ...first, data: another },
      { ...first, data: another, donotnotify: true },
      { ...first, time: new Date(atMs - 1_000).toISOString() },
    ]) {
      expect(await publish(body)).toMatchObject({
        status: 409,
        body: {
          code: "event_id_reused",
          type: "urn:webxkey:problem:event_id_reused",
          fields: [{ pointer: "/id" }],
        },
      });
    }
    expect(await told()).toEqual(before);
    expect(await publish(first)).toMatchObject({
      status: 202,
      body: { event_id: taken.event_id, seen_before: true },
    });
  });

  test("for a connector in the process the first body stands, and a later one is kept as seen again", async () => {
    const first = order(await optedIn());
    const { eventId } = await shop.engine.messaging.publish(first);
    const other = { ...first, data: order(stranger()).data };
    expect(await shop.engine.messaging.publish(other)).toMatchObject({ eventId, seenBefore: true });
    expect((await auditOf(shop, eventId)).at(-1)).toMatchObject({
      action: "event.seen_again",
      outcome: "first_body_stands",
    });
  });

  test("a CloudEvent in its own content type is read like any JSON", async () => {
    const event = order(await optedIn());
    const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
    expect(await client.call("POST", "/v1/events", event, headers)).toMatchObject({ status: 202 });
  });

  interface Signing {
    readonly by?: string;
    readonly at?: Date;
    readonly sent?: string;
  }
  /** Posts without a key, signed by the library of the specification. */
  async function signedPost(event: object, { by, at = new Date(atMs), sent }: Signing = {}) {
    const text = JSON.stringify(event);
    return await clientWith(shop.engine).call<Published & { code: string }>(
      "POST",
      "/v1/events",
      sent ?? text,
      {
        "webhook-id": "delivery_1",
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(by ?? service.signing_secret ?? "").sign("delivery_1", at, text),
      },
    );
  }

  test("an event that a service key's secret signed is taken as with the key", async () => {
    const event = order(await optedIn());
    const signed = await signedPost(event);
    expect(signed).toMatchObject({ status: 202, body: { seen_before: false } });
    expect((await auditOf(shop, signed.body.event_id))[0]).toMatchObject({
      action: "event.received",
      actor_type: "service",
      actor_id: service.key_id,
    });
    expect(await publish(event)).toMatchObject({
      body: { event_id: signed.body.event_id, seen_before: true },
    });
    // The same delivery once more is a replay, and changes nothing.
    expect(await signedPost(event)).toMatchObject({ status: 202, body: { seen_before: true } });
  });

  test("a forged, changed, old or early signature is answered 401 and stores nothing", async () => {
    const before = await eventsOf();
    const phone = await optedIn();
    const minutes = (count: number) => new Date(atMs + count * 60_000);
    const refused = [
      await signedPost(order(phone), { by: `whsec_${Buffer.alloc(32, 7).toString("base64")}` }),
      await signedPost(order(phone), { sent: JSON.stringify(order(phone)) }),
      await signedPost(order(phone), { at: minutes(-6) }),
      await signedPost(order(phone), { at: minutes(6) }),
      await clientWith(shop.engine).call("POST", "/v1/events", order(phone), { "webhook-signature": "v1,x" }),
    ];
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 401, body: { code: "bad_signature" } });
    expect(await eventsOf()).toBe(before);
  });

  test("a signature is worth nothing on any other route", async () => {
    const headers = { "webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x" };
    expect(await clientWith(shop.engine).call("POST", "/v1/keys", {}, headers)).toMatchObject({
      status: 401,
      body: { code: "unauthenticated" },
    });
  });

  test("the secret of a key that was revoked, has ended or may not publish signs nothing", async () => {
    const phone = await optedIn();
    const revoked = await createKey(shop.engine, { kind: "service" });
    const ended = await createKey(shop.engine, { kind: "service", expires_in_days: 1 });
    const narrow = await createKey(shop.engine, { kind: "service", scopes: ["consent:grant"] });
    expect((await signedPost(order(phone), { by: revoked.signing_secret ?? "" })).status).toBe(202);
    await shop.engine.call("POST", `/v1/keys/${revoked.key_id}/revoke`);
    expect((await signedPost(order(phone), { by: ended.signing_secret ?? "" })).status).toBe(202);
    atMs += 24 * 60 * 60_000;
    const before = await eventsOf();
    expect((await signedPost(order(phone), { by: revoked.signing_secret ?? "" })).status).toBe(401);
    expect((await signedPost(order(phone), { by: ended.signing_secret ?? "" })).status).toBe(401);
    expect((await signedPost(order(phone), { by: narrow.signing_secret ?? "" })).status).toBe(403);
    expect(await eventsOf()).toBe(before);
  });
});
