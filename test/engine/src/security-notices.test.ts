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
  webhooksApplied,
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

  describe("a number that its person gave up", () => {
    const reset = (phone: string) => publishOne(shop, happened("account.password_reset", { phone }));
    const REFUSED = { state: "blocked", reason: { code: "security_number_given_up" } };
    async function giveUp(before: string): Promise<{ before: string; after: string }> {
      const after = stranger();
      // Meta tells it to businesses that the person has written to.
      await shop.simulator.phone(before).reply("Hello");
      await shop.simulator.phone(before).changeNumber(after);
      await webhooksApplied(shop);
      return { before, after };
    }

    test("gets no security notice, and the reason says what to do (D 6.1)", async () => {
      const { before } = await giveUp(stranger());
      const refused = await reset(before);
      expect(refused).toMatchObject(REFUSED);
      expect(refused.reason?.sentence).toContain("Correct the phone in the customer's account");
      expect(await acceptedFor(shop, before)).toEqual([]);
    });

    test("gets none either once whoever has it now says stop, or start (D 6.1)", async () => {
      const { before } = await giveUp(stranger());
      for (const text of ["STOP", "START"]) {
        await says(shop, { phone: before, text });
        expect(await reset(before), text).toMatchObject(REFUSED);
      }
    });

    test("hands none over to the new number, which gets its own once the account names it (D 6.1)", async () => {
      const { before, after } = await giveUp(stranger());
      await reset(before);
      expect(await acceptedFor(shop, after)).toEqual([]);
      const { messageId } = await reset(after);
      await untilState(shop.engine, messageId, "read");
      expect(await acceptedFor(shop, before)).toEqual([]);
    });

    test("gets them again once somebody of the shop attests, with evidence, that it is the customer's (D 6.1)", async () => {
      const { before } = await giveUp(stranger());
      await shop.engine.call("PUT", "/v1/members/user_privacy", { role: "privacy_officer" });
      const who = { kind: "phone", value: before };
      const { body } = await shop.engine.call<{ consents: { consent_id: string; purpose: string }[] }>(
        "POST",
        "/v1/consents/show",
        { identity: who },
        "user_privacy",
      );
      const lifts = body.consents.findLast(({ purpose }) => purpose === "account")?.consent_id;
      const wording = { id: "account-news", version: "1", language: "en" };
      const text = "Write to me about my account.";
      await shop.engine.call("POST", "/v1/wordings", { ...wording, purpose: "account", text });
      const attested = await shop.engine.call(
        "POST",
        "/v1/consents",
        {
          identity: who,
          channel: "whatsapp",
          wording,
          method: "form",
          evidence: "the customer's letter",
          occurred_at: new Date().toISOString(),
          reason: "The customer has the old number again.",
          lifts,
        },
        "user_privacy",
      );
      expect(attested).toMatchObject({ status: 201 });
      const { messageId } = await reset(before);
      await untilState(shop.engine, messageId, "read");
    });

    test("is asked for again when a notice that waits is claimed (D 6.1)", async () => {
      const phone = stranger();
      await shop.simulator.setTemplateStatus("password_reset_notice", "PAUSED");
      await webhooksApplied(shop);
      const waiting = await reset(phone);
      expect(waiting).toMatchObject({ state: "held" });
      await giveUp(phone);
      await shop.simulator.setTemplateStatus("password_reset_notice", "APPROVED");
      const { message } = await untilState(shop.engine, waiting.messageId, "blocked");
      expect(message.reason?.code).toBe("security_number_given_up");
      expect(await acceptedFor(shop, phone)).toEqual([]);
    });
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
