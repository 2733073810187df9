import { defineTemplate, type Rule, starterRules } from "@webxkey/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORES, startEngine, untilState } from "./engine.ts";
import {
  acceptedFor,
  happened,
  openShop,
  publishOne,
  type Shop,
  says,
  secondsAgo,
  stranger,
} from "./shop.ts";

describe.each(STORES)("security notices on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, { on: ["password-reset-notice", "account-welcome"] });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test("a password reset that the person just asked for goes out without a consent, and says so", async () => {
    const phone = stranger();
    const { messageId } = await publishOne(shop, happened("account.password_reset", { phone }));
    const { entries } = await untilState(shop.engine, messageId, "read");
    expect(entries.find(({ kind }) => kind === "decided")?.sentence).toBe(
      "To be sent as password_reset_notice: a security notice that the customer asked for.",
    );
    const [row] = await shop.store.query(
      "select evidence_kind, consent_id from webxkey.messages where message_id = $1",
      [messageId],
    );
    expect(row).toEqual({ evidence_kind: "security_request", consent_id: null });
  });

  test("it goes out after STOP too, while the account's other news does not", async () => {
    const phone = stranger();
    await says(shop, { phone, text: "STOP", at: secondsAgo(30) });
    const welcome = await publishOne(shop, happened("account.created", { phone }));
    expect(welcome).toMatchObject({ state: "blocked", reason: { code: "consent_withdrawn" } });
    const reset = await publishOne(shop, happened("account.password_reset", { phone }));
    await untilState(shop.engine, reset.messageId, "read");
    expect(await acceptedFor(shop, phone)).toMatchObject([{ template: { name: "password_reset_notice" } }]);
  });

  test("no order can call itself a security notice, not even by a changed copy of a rule", async () => {
    const { storage, simulator } = shop;
    const changed = (change: Partial<Rule>) =>
      starterRules.map((rule) => (rule.id === "order-confirmation" ? { ...rule, ...change } : rule));
    await expect(
      startEngine({ storage, simulator, rules: changed({ purpose: "account-security" }) }),
    ).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.stringContaining("cannot serve account-security"),
    });
    const promotion = defineTemplate({
      name: "order_confirmation",
      category: "MARKETING",
      parameters: ["customer_name"],
      fallbackLanguage: "en",
    });
    await expect(
      startEngine({ storage, simulator, rules: changed({ template: promotion }) }),
    ).rejects.toMatchObject({ code: "invalid_configuration" });
  });

  test("two rules with one id are refused, because one of their messages would be lost", async () => {
    const { storage, simulator } = shop;
    const [first] = starterRules;
    const rules = first ? [...starterRules, first] : [];
    await expect(startEngine({ storage, simulator, rules })).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.stringContaining("order-confirmation"),
    });
  });
});
