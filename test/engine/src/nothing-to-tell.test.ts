import type { EventType, PlatformEvent } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES } from "./engine.ts";
import { acceptedFor, happened, openShop, publishOne, refOf, type Shop, stranger } from "./shop.ts";

const claims = () => ({ claims: [claim()] });

/** News of an order that was placed just now, after the installation. */
function newsOf(type: EventType, what: { readonly phone: string; readonly ref?: string }): PlatformEvent {
  const event = happened(type, what);
  if (!("order" in event.data)) throw new Error(`${type} is not about an order.`);
  const order = { ...event.data.order, placed_at: new Date().toISOString() };
  return { ...event, data: { ...event.data, order } } as PlatformEvent;
}

describe.each(STORES)("what is nothing to tell, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      on: ["order-confirmation", "order-cancelled", "payment-captured", "order-refunded"],
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("the end of an order that was never told as placed or confirmed is recorded and not sent (D 3.2)", async () => {
    const phone = stranger();
    const cancelled = newsOf("order.cancelled", { phone });
    expect(await publishOne(shop, cancelled, claims())).toMatchObject({
      state: "blocked",
      reason: { code: "never_ordered" },
    });
    expect(await acceptedFor(shop, phone)).toEqual([]);
  });

  test.each(["order.placed", "order.confirmed"] as const)(
    "the end of an order that was told as %s is sent, also where both come at once (D 3.2)",
    async (type) => {
      const phone = stranger();
      const told = newsOf(type, { phone });
      const cancelled = newsOf("order.cancelled", { phone, ref: refOf(told) });
      const [, end] = await Promise.all([
        shop.engine.messaging.publish(told, claims()),
        publishOne(shop, cancelled, claims()),
      ]);
      expect(end).toMatchObject({ state: "queued" });
    },
  );

  test("another order's placing does not make it one, nor the same number in another shop (D 3.2)", async () => {
    const phone = stranger();
    const placed = newsOf("order.placed", { phone });
    await shop.engine.messaging.publish(placed, claims());
    const elsewhere = { ...newsOf("order.cancelled", { phone, ref: refOf(placed) }), source: "/shop/other" };
    for (const cancelled of [newsOf("order.cancelled", { phone }), elsewhere]) {
      expect(await publishOne(shop, cancelled, claims())).toMatchObject({
        reason: { code: "never_ordered" },
      });
    }
  });

  test("an order from before the installation is cancelled on the shop's word (D 3.2)", async () => {
    expect(
      await publishOne(shop, happened("order.cancelled", { phone: stranger() }), claims()),
    ).toMatchObject({
      state: "queued",
    });
  });

  test.each([
    ["order.paid", "payment"],
    ["order.refunded", "refund"],
  ] as const)("%s of nothing is recorded and not sent (D 9.11)", async (type, part) => {
    const event = newsOf(type, { phone: stranger() });
    const amount = { amount: 0, currency: "USD" };
    const nothing = { ...event, data: { ...event.data, [part]: { ref: "act_1", amount } } } as PlatformEvent;
    expect(await publishOne(shop, nothing, claims())).toMatchObject({
      state: "blocked",
      reason: { code: "amountless", sentence: "Not sent: the amount is zero." },
    });
  });

  test("what is nothing to tell is not sent again by hand either (D 3.2, D 9.11)", async () => {
    const phone = stranger();
    const cancelled = await publishOne(shop, newsOf("order.cancelled", { phone }), claims());
    const paid = newsOf("order.paid", { phone });
    const payment = { ref: "act_1", amount: { amount: 0, currency: "USD" } };
    const nothing = await publishOne(
      shop,
      { ...paid, data: { ...paid.data, payment } } as PlatformEvent,
      claims(),
    );
    for (const { messageId, reason } of [cancelled, nothing]) {
      expect(await shop.engine.call("POST", `/v1/messages/${messageId}/resend`)).toMatchObject({
        status: 409,
        body: { detail: reason?.sentence },
      });
    }
    expect(await acceptedFor(shop, phone)).toEqual([]);
  });

  test("the timeline says that no rule was on for what was told (D 3.5)", async () => {
    const event = newsOf("order.confirmed", { phone: stranger() });
    expect((await shop.engine.messaging.publish(event, claims())).intents).toEqual([]);
    const { body } = await shop.engine.call<{ entries: { sentence: string }[] }>(
      "GET",
      `/v1/entities/order/${refOf(event)}/timeline`,
    );
    expect(body.entries.map(({ sentence }) => sentence)).toContain(
      "Order confirmed in the shop. No automation for it was on, so nothing was sent.",
    );
  });
});
