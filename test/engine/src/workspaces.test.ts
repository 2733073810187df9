import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cafe, credentialsOf, seedCafe } from "./clients.ts";
import { claim, type Engine, STORES, startEngine, untilState } from "./engine.ts";
import { happened, openShop, publishOne, refOf, type Shop, says, secondsAgo, stranger } from "./shop.ts";

const claims = () => ({ claims: [claim()] });

describe.each(STORES)("two workspaces of one installation, on %s", (name) => {
  let shop: Shop;
  let other: Engine;
  beforeAll(async () => {
    // The cafe's worker and the shop's work on the same tables, and each does the work of both.
    shop = await openShop(name);
    await seedCafe(shop.simulator);
    other = await startEngine({
      storage: shop.storage,
      simulator: shop.simulator,
      workspaceId: cafe.workspaceId,
    });
    await other.call("POST", "/v1/senders", credentialsOf(cafe));
    await other.call("PUT", "/v1/rules/order-confirmation", { active: true });
    await other.startWorker();
  });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
  });

  test("each sends its own message of the same event, from its own number", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    const mine = await publishOne(shop, order, claims());
    const theirs = await publishOne({ engine: other }, order, claims());
    expect(mine.messageId).not.toBe(theirs.messageId);
    await untilState(shop.engine, mine.messageId, "read");
    await untilState(other, theirs.messageId, "read");
    const accepted = await shop.simulator.accepted({ phone });
    expect(accepted.map(({ phoneNumberId }) => phoneNumberId).sort()).toEqual(
      ["106540352242922", cafe.number.id].sort(),
    );
  });

  test("a consent in one is none in the other, and neither is an opt-out", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    await publishOne(shop, order, claims());
    expect(await publishOne({ engine: other }, order)).toMatchObject({ reason: { code: "no_consent" } });
    await says(shop, { phone, text: "STOP", at: secondsAgo(1) });
    const next = happened("order.placed", { phone });
    expect(await publishOne(shop, next, claims())).toMatchObject({ reason: { code: "consent_withdrawn" } });
    expect(await publishOne({ engine: other }, next, claims())).toMatchObject({ state: "queued" });
  });

  test("a claim bound to a phone in one is not bound in the other", async () => {
    const phone = stranger();
    const phoneBinding = await shop.engine.messaging.bindPhone(phone);
    const options = { claims: [{ ...claim(), givenBy: { phoneBinding } }] };
    const order = happened("order.placed", { phone });
    expect(await publishOne({ engine: other }, order, options)).toMatchObject({ state: "blocked" });
  });

  test("no id of one opens anything in the other", async () => {
    const order = happened("order.placed", { phone: stranger() });
    const held = await publishOne(shop, order, { ...claims(), wishUnknown: true });
    const { body } = await shop.engine.call<{ senders: { sender_id: string }[] }>("GET", "/v1/senders");
    const swapped: [method: string, path: string][] = [
      ["GET", `/v1/messages/${held.messageId}/timeline`],
      ["POST", `/v1/messages/${held.messageId}/release`],
      ["POST", `/v1/messages/${held.messageId}/cancel`],
      ["POST", `/v1/senders/${body.senders[0]?.sender_id}/check`],
    ];
    for (const [method, path] of swapped) {
      expect(await other.call(method, path), path).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
    }
    expect(await shop.engine.call("GET", `/v1/messages/${held.messageId}/timeline`)).toMatchObject({
      status: 200,
      body: { message: { state: "held" } },
    });
    expect(await other.call("GET", `/v1/entities/order/${refOf(order)}/timeline`)).toMatchObject({
      body: { messages: [], entries: [] },
    });
    expect(
      await other.call("GET", `/v1/consents?entity_type=order&entity_ref=${refOf(order)}`),
    ).toMatchObject({ body: { consents: [] } });
    const listed = await other.call<{ messages: { message_id: string }[] }>("GET", "/v1/messages");
    expect(listed.body.messages.map(({ message_id }) => message_id)).not.toContain(held.messageId);
  });

  test("a number that one has connected cannot be connected by the other", async () => {
    expect(await other.call("POST", "/v1/senders", credentialsOf(cafe))).toMatchObject({ status: 201 });
    expect(await shop.engine.call("POST", "/v1/senders", credentialsOf(cafe))).toMatchObject({
      status: 409,
      body: { code: "conflict", detail: expect.stringContaining("another workspace") },
    });
    const { body } = await shop.engine.call<{ senders: unknown[] }>("GET", "/v1/senders");
    expect(body.senders).toHaveLength(1);
  });
});
