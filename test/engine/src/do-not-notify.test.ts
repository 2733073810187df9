import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  happened,
  openShop,
  publishOne,
  type Shop,
  stranger,
  until,
  webhooksApplied,
} from "./shop.ts";

const claims = () => ({ claims: [claim()] });
const UNWANTED = {
  state: "blocked",
  reason: {
    code: "do_not_notify",
    sentence: "Not sent: the shop asked not to notify for this change.",
  },
};

describe.each(STORES)("the shop's wish not to notify, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation", "order-shipped", "order-cancelled"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const publish = (event: ReturnType<typeof happened>) => shop.engine.messaging.publish(event, claims());

  /** The same event told a second time, with the wish in it. */
  const withWish = (event: ReturnType<typeof happened>) => ({ ...event, donotnotify: true });

  test("is honoured: the event is recorded and nothing is sent", async () => {
    const phone = stranger();
    const event = happened("order.placed", { phone, doNotNotify: true });
    expect(await publishOne(shop, event, claims())).toMatchObject(UNWANTED);
    // Told once more without the wish, it stands: the first body counts.
    const { donotnotify: _, ...later } = event;
    expect(await publish(later as typeof event)).toMatchObject({ seenBefore: true, intents: [UNWANTED] });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("stops a held message when only a later body of the same event brings it", async () => {
    const phone = stranger();
    await shop.simulator.setTemplateStatus("order_shipped", "PAUSED");
    await webhooksApplied(shop);
    const event = happened("order.shipped", { phone });
    const held = await publishOne(shop, event, claims());
    expect(held).toMatchObject({ state: "held" });
    expect(await publish(withWish(event))).toMatchObject({ seenBefore: true, intents: [UNWANTED] });
    await shop.simulator.setTemplateStatus("order_shipped", "APPROVED");
    await webhooksApplied(shop);
    const { entries } = await untilState(shop.engine, held.messageId, "blocked");
    expect(entries.at(-1)).toMatchObject({ kind: "decided", sentence: UNWANTED.reason.sentence });
    expect(await auditOf(shop, held.messageId)).toMatchObject([
      { action: "message.decided" },
      { action: "message.blocked", outcome: "do_not_notify", actor_type: "host" },
    ]);
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("stops a message that waits to be tried again", async () => {
    const phone = stranger();
    await shop.simulator.inject({ kind: "graph_error", code: 130429, phone });
    const event = happened("order.placed", { phone });
    const { messageId } = await publishOne(shop, event, claims());
    await until("it was not refused", async () => {
      const [message] = await shop.store.query(
        "select 1 from webxkey.messages where message_id = $1 and reason_code = 'waiting_for_sender'",
        [messageId],
      );
      return message !== undefined;
    });
    expect(await publish(withWish(event))).toMatchObject({ intents: [UNWANTED] });
  });

  test("comes too late for a message that has left, and changes nothing", async () => {
    const phone = stranger();
    const event = happened("order.placed", { phone });
    const { messageId } = await publishOne(shop, event, claims());
    await untilState(shop.engine, messageId, "read");
    expect(await publish(withWish(event))).toMatchObject({ intents: [{ messageId, state: "read" }] });
  });

  test("a later body that differs changes nothing else, and is noted in the audit", async () => {
    const phone = stranger();
    const ref = "order_told_twice";
    const event = happened("order.placed", { phone, ref, total: 4_999 });
    const { eventId, intents } = await publish(event);
    const other = happened("order.placed", { phone: stranger(), ref, total: 1 });
    const again = { ...other, time: event.time };
    expect(await publish(again as typeof event)).toMatchObject({ eventId, seenBefore: true });
    await untilState(shop.engine, intents[0]?.messageId ?? "", "read");
    expect(await auditOf(shop, eventId)).toMatchObject([
      { action: "event.received" },
      { action: "event.seen_again", outcome: "first_body_stands" },
    ]);
    const [sent, ...more] = await shop.simulator.accepted({ template: "order_confirmation", phone });
    expect(more).toEqual([]);
    expect(JSON.stringify(sent?.request)).toContain("$49.99");
  });

  test("the same body told again is not noted: platforms repeat themselves", async () => {
    const event = happened("order.placed", { phone: stranger() });
    const { eventId } = await publish(event);
    await publish(event);
    expect(await auditOf(shop, eventId)).toHaveLength(1);
  });

  test("a wish that the sweep could not see holds the message for a person", async () => {
    const phone = stranger();
    const options = { ...claims(), wishUnknown: true };
    const held = await publishOne(shop, happened("order.cancelled", { phone }), options);
    expect(held).toMatchObject({ state: "held", reason: { code: "wish_unknown" } });
    // A synced template or a connected number ends other holds, not this one.
    expect(await shop.engine.call("POST", "/v1/templates/sync")).toMatchObject({ status: 200 });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
    await shop.engine.call("POST", `/v1/messages/${held.messageId}/release`);
    await untilState(shop.engine, held.messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });
});

describe.each(STORES)("the wish before the worker comes, on %s", (name) => {
  test("stops a queued message, also when both bodies are taken in together", async () => {
    await using shop = await openShop(name, { worker: false });
    const { messaging } = shop.engine;
    const [queued, together] = [stranger(), stranger()];
    const first = happened("order.placed", { phone: queued });
    expect(await publishOne(shop, first, claims())).toMatchObject({ state: "queued" });
    expect(await messaging.publish({ ...first, donotnotify: true })).toMatchObject({ intents: [UNWANTED] });

    const second = happened("order.placed", { phone: together });
    // The first of these keeps the intake busy, so that the two bodies meet in one set.
    await Promise.all([
      messaging.publish(happened("order.placed", { phone: stranger() })),
      messaging.publish(second, claims()),
      messaging.publish({ ...second, donotnotify: true }),
    ]);
    await shop.engine.startWorker();
    const last = await publishOne(shop, happened("order.placed", { phone: stranger() }), claims());
    await untilState(shop.engine, last.messageId, "read");
    expect(await acceptedFor(shop, queued)).toHaveLength(0);
    expect(await acceptedFor(shop, together)).toHaveLength(0);
  });
});
