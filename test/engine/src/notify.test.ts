import type { DirectNotice } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  auditOf,
  awayFromTheTurnOfTheHour,
  happened,
  openShop,
  refOf,
  type Shop,
  says,
  stranger,
} from "./shop.ts";

const FLOOR = 3;
const claims = () => ({ claims: [claim()] });

let keys = 0;

/** What the shop's own code asks for; each has a key of its own unless one is given. */
function noticeOf(phone: string, change: Partial<DirectNotice> = {}): DirectNotice {
  keys += 1;
  return {
    id: `notice-${keys}`,
    source: "/shop/notices",
    purpose: "order-updates",
    entity: { type: "order", ref: `order_noticed_${keys}`, label: `#${keys}` },
    recipient: { phone, locale: "en" },
    template: "order_delivered",
    params: { customer_name: "Canaryfirst", order_code: `#${keys}`, shop_name: "Lucky Shrub" },
    occurredAt: new Date(),
    ...change,
  };
}

describe.each(STORES)("a notice of the shop's own code, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["order-confirmation"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("goes through the same gate: without consent it is blocked, with one it is sent under the rule direct:<purpose>", async () => {
    const { notify } = shop.engine.messaging;
    const phone = stranger();
    expect(await notify(noticeOf(phone))).toMatchObject({
      intents: [{ ruleId: "direct:order-updates", state: "blocked", reason: { code: "no_consent" } }],
    });
    const { intents } = await notify(noticeOf(phone), claims());
    expect(intents).toMatchObject([{ ruleId: "direct:order-updates", state: "queued" }]);
    await untilState(shop.engine, intents[0]?.messageId ?? "", "read");
    await says(shop, { phone, text: "STOP" });
    expect(await notify(noticeOf(phone), claims())).toMatchObject({
      intents: [{ reason: { code: "consent_withdrawn" } }],
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a consent for one purpose allows none of another", async () => {
    const notice = noticeOf(stranger(), { purpose: "support" });
    expect(await shop.engine.messaging.notify(notice, claims())).toMatchObject({
      intents: [{ ruleId: "direct:support", state: "blocked", reason: { code: "no_consent" } }],
    });
  });

  test("the same key twice, or many times at once, makes one message", async () => {
    const phone = stranger();
    const notice = noticeOf(phone);
    const told = await Promise.all(
      Array.from({ length: 10 }, () => shop.engine.messaging.notify(notice, claims())),
    );
    told.push(await shop.engine.messaging.notify({ ...notice, template: "order_shipped" }, claims()));
    expect(told.filter(({ seenBefore }) => !seenBefore)).toHaveLength(1);
    const messageIds = new Set(told.flatMap(({ intents }) => intents.map(({ messageId }) => messageId)));
    expect(messageIds.size).toBe(1);
    for (const messageId of messageIds) await untilState(shop.engine, messageId, "read");
    expect(await acceptedFor(shop, phone)).toMatchObject([{ template: { name: "order_delivered" } }]);
    expect(await auditOf(shop, told[0]?.eventId ?? "")).toContainEqual(
      expect.objectContaining({ action: "event.seen_again" }),
    );
  });

  test("a template that the account does not have, and a value that it lacks, are told apart", async () => {
    const { notify } = shop.engine.messaging;
    expect(await notify(noticeOf(stranger(), { template: "no_such_template" }), claims())).toMatchObject({
      intents: [{ state: "blocked", reason: { code: "template_missing" } }],
    });
    const params = { customer_name: "Canaryfirst", shop_name: "Lucky Shrub" };
    expect(await notify(noticeOf(stranger(), { params }), claims())).toMatchObject({
      intents: [
        {
          state: "blocked",
          reason: { code: "parameter_missing", sentence: expect.stringContaining("order_code") },
        },
      ],
    });
  });

  test.each<[what: string, change: object, pointer: string]>([
    ["that calls itself a security notice", { purpose: "account-security" }, "/purpose"],
    ["for marketing", { purpose: "marketing" }, "/purpose"],
    ["without a key", { id: "" }, "/id"],
    ["to a phone that is no E.164", { recipient: { phone: "650 555 1234" } }, "/recipient/phone"],
    ["about nothing", { entity: { type: "parcel", ref: "x" } }, "/entity/type"],
    ["with a value that is no text", { params: { order_code: 7 } }, "/params/order_code"],
    ["of no time", { occurredAt: new Date(Number.NaN) }, "/occurredAt"],
    ["with a field that notices do not have", { text: "Hello" }, "/text"],
  ])("a notice %s is refused and the field named", async (_what, change, pointer) => {
    const phone = stranger();
    const notice = { ...noticeOf(phone), ...change } as DirectNotice;
    await expect(shop.engine.messaging.notify(notice, claims())).rejects.toMatchObject({
      code: "invalid_input",
      fields: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("stands on the timeline of the order that it is about", async () => {
    const phone = stranger();
    const order = happened("order.placed", { phone });
    await shop.engine.messaging.publish(order, claims());
    const entity = { type: "order" as const, ref: refOf(order) };
    const { intents } = await shop.engine.messaging.notify(noticeOf(phone, { entity }));
    // Its order has an opt-in of its own, which came with the order itself.
    expect(intents).toMatchObject([{ state: "queued" }]);
    const { body } = await shop.engine.call<{ messages: { rule_id: string }[] }>(
      "GET",
      `/v1/entities/order/${refOf(order)}/timeline`,
    );
    expect(body.messages.map(({ rule_id }) => rule_id).sort()).toEqual([
      "direct:order-updates",
      "order-confirmation",
    ]);
  });
});

describe.each(STORES)("the burst guard and notices, on %s", (name) => {
  test("notices are counted, each purpose by itself", async () => {
    await using shop = await openShop(name, { burstFloorPerHour: FLOOR, worker: false, on: [] });
    await awayFromTheTurnOfTheHour(shop);
    const states = [];
    for (let sent = 0; sent <= FLOOR; sent += 1) {
      const { intents } = await shop.engine.messaging.notify(noticeOf(stranger()), claims());
      states.push(intents[0]?.reason?.code ?? intents[0]?.state);
    }
    expect(states).toEqual(["queued", "queued", "queued", "burst_guard"]);
  });
});
