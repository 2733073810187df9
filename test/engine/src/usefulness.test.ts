import { starterRules } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import {
  acceptedFor,
  askForChore,
  auditOf,
  happened,
  hoursAgo,
  openShop,
  publishOne,
  refOf,
  type Shop,
  stranger,
  webhooksApplied,
} from "./shop.ts";

const HOUR_MS = 3_600_000;
const claims = () => ({ claims: [claim()] });

/** The starter rule with a use of two hours; a rule may only shorten what the vocabulary says. */
const hasty = starterRules.map((rule) => {
  if (rule.id === "order-cancelled") return { ...rule, usefulForMs: 2 * HOUR_MS };
  return rule.id === "payment-captured" ? { ...rule, usefulForMs: 1_000 * HOUR_MS } : rule;
});

describe.each(STORES)("how long news is useful, on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      rules: hasty,
      on: [
        "order-confirmation",
        "order-shipped",
        "order-cancelled",
        "payment-captured",
        "password-reset-notice",
      ],
    });
    await installedDaysAgo(30);
    await turnedOnDaysAgo(20);
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const installedDaysAgo = (days: number) =>
    shop.store.query("update webxkey.workspaces set installed_at = now() - make_interval(days => $1)", [
      days,
    ]);
  const turnedOnDaysAgo = (days: number) =>
    shop.store.query("update webxkey.rule_states set activated_at = now() - make_interval(days => $1)", [
      days,
    ]);

  test.each([
    ["order.placed", 25],
    ["order.paid", 25],
    ["order.shipped", 73],
    ["order.cancelled", 3],
    ["account.password_reset", 0.3],
  ] as const)("%s of %d hours ago is recorded and never sent", async (type, hours) => {
    const phone = stranger();
    const event = happened(type, { phone, at: hoursAgo(hours) });
    const { eventId, intents } = await shop.engine.messaging.publish(event, claims());
    expect(intents).toMatchObject([
      {
        state: "blocked",
        reason: {
          code: "too_old",
          sentence: "Not sent: it happened too long ago for the message to be useful.",
        },
      },
    ]);
    expect(await auditOf(shop, eventId)).toContainEqual(
      expect.objectContaining({ action: "event.received", outcome: type }),
    );
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test.each([
    ["order.placed", 23],
    ["order.shipped", 71],
    ["order.cancelled", 1],
    ["account.password_reset", 0.2],
  ] as const)("%s of %d hours ago is still sent", async (type, hours) => {
    const phone = stranger();
    const intent = await publishOne(shop, happened(type, { phone, at: hoursAgo(hours) }), claims());
    await untilState(shop.engine, intent.messageId, "read");
  });

  test("what happened before the installation is recorded and never sent", async () => {
    await installedDaysAgo(0);
    const event = happened("order.placed", { phone: stranger(), at: hoursAgo(1) });
    const intent = await publishOne(shop, event, claims());
    await installedDaysAgo(30);
    expect(intent).toMatchObject({
      state: "blocked",
      reason: {
        code: "before_installation",
        sentence:
          "Not sent: this happened before the connection was installed, or the platform does not say when and the order is older than that.",
      },
    });
    const { body } = await shop.engine.call<{ entries: { kind: string }[] }>(
      "GET",
      `/v1/entities/order/${refOf(event)}/timeline`,
    );
    expect(body.entries.map(({ kind }) => kind)).toContain("event_seen");
  });

  test("a rule never reaches back before it was turned on, nor into the time when it was off", async () => {
    const turn = (active: boolean) => shop.engine.call("PUT", "/v1/rules/order-shipped", { active });
    await turn(false);
    const missed = happened("order.shipped", { phone: stranger(), at: hoursAgo(1) });
    expect(await shop.engine.messaging.publish(missed, claims())).toMatchObject({ intents: [] });
    await turn(true);
    expect(await shop.engine.messaging.publish(missed, claims())).toMatchObject({
      seenBefore: true,
      intents: [],
    });
    const sweptLate = happened("order.shipped", { phone: stranger(), at: hoursAgo(1) });
    expect(await publishOne(shop, sweptLate, claims())).toMatchObject({
      state: "blocked",
      reason: { code: "rule_off_then", sentence: expect.stringContaining("never reaches back") },
    });
    const fresh = await publishOne(shop, happened("order.shipped", { phone: stranger() }), claims());
    await untilState(shop.engine, fresh.messageId, "read");
    await turnedOnDaysAgo(20);
  });

  test("a held message expires with its use and is not sent when its obstacle goes", async () => {
    const phone = stranger();
    await shop.simulator.setTemplateStatus("order_confirmation", "PAUSED");
    await webhooksApplied(shop);
    const held = await publishOne(shop, happened("order.placed", { phone }), claims());
    expect(held).toMatchObject({ state: "held" });
    await shop.store.query("update webxkey.messages set expires_at = now() where message_id = $1", [
      held.messageId,
    ]);
    await askForChore(shop, "expire-messages");
    const { message, entries } = await untilState(shop.engine, held.messageId, "expired");
    expect(message.reason).toEqual({
      code: "expired",
      sentence: "Not sent: it could not be sent in time to be useful.",
    });
    expect(entries.at(-1)).toMatchObject({ kind: "decided", sentence: message.reason?.sentence });
    expect(await auditOf(shop, held.messageId)).toContainEqual(
      expect.objectContaining({ action: "message.expired", actor_type: "engine" }),
    );
    await shop.simulator.setTemplateStatus("order_confirmation", "APPROVED");
    await webhooksApplied(shop);
    const later = await publishOne(shop, happened("order.placed", { phone: stranger() }), claims());
    await untilState(shop.engine, later.messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });
});
