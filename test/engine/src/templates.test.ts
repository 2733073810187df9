import { randomUUID } from "node:crypto";
import { defineRule, defineTemplate, type Rule, sampleEvent, starterRules } from "@webxkey/core";
import { demoAccount, type Seed } from "@webxkey/testing";
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
  untilReason,
  webhooksApplied,
} from "./shop.ts";

const { waba, token } = demoAccount;
type SeedTemplate = NonNullable<Seed["templates"]>[number];

/** A template of the demo account as it would be seeded again, changed. */
function seededAgain(name: string, change: Partial<SeedTemplate>): SeedTemplate {
  const found = demoAccount.templates.find(
    (template) => template.name === name && template.language === "en",
  );
  if (!found) throw new Error(`The demo account has no template ${name}.`);
  const { parameters: _, ...template } = found;
  return { ...template, wabaId: waba.id, ...change };
}

const placed = sampleEvent("order.placed");

/** A rule whose template Meta has in Spanish only, and for which nobody wrote an English one. */
const spanishOnly: Rule = defineRule({
  id: "spanish-only",
  on: "order.updated",
  purpose: "order-updates",
  template: defineTemplate({
    name: "spanish_only",
    category: "UTILITY",
    parameters: ["order_code"],
    fallbackLanguage: "en",
  }),
  params: ({ order }) => ({ order_code: order.code }),
  sample: {
    ...sampleEvent("order.updated"),
    data: { ...placed.data, recipient: { ...placed.data.recipient, locale: "es" } },
  },
});

const SPANISH: SeedTemplate = {
  wabaId: waba.id,
  name: "spanish_only",
  language: "es",
  category: "UTILITY",
  parameterFormat: "NAMED",
  components: [
    {
      type: "BODY",
      text: "Tu pedido {{order_code}} ha cambiado, te avisaremos.",
      example: { body_text_named_params: [{ param_name: "order_code", example: "#1" }] },
    },
  ],
};

describe.each(STORES)("templates on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      rules: [...starterRules, spanishOnly],
      seed: { templates: [SPANISH] },
      on: [
        "order-confirmation",
        "order-shipped",
        "order-delivered",
        "order-cancelled",
        "payment-captured",
        "payment-failed",
        "spanish-only",
      ],
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const claims = () => ({ claims: [claim()] });

  async function sync() {
    expect(await shop.engine.call("POST", "/v1/templates/sync")).toMatchObject({ status: 200 });
  }

  /** Nothing of it may leave, now or later, and the audit says so. */
  async function expectBlocked(messageId: string, phone: string, code: string) {
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
    expect(await auditOf(shop, messageId)).toMatchObject([
      { action: "message.decided", outcome: `blocked:${code}` },
    ]);
  }

  test("a paused template holds the message with the sentence, and sends it by itself when Meta allows it again", async () => {
    const phone = stranger();
    await shop.simulator.setTemplateStatus("order_confirmation", "PAUSED");
    await webhooksApplied(shop);
    const held = await publishOne(shop, happened("order.placed", { phone }), claims());
    expect(held).toMatchObject({
      state: "held",
      reason: {
        code: "template_not_approved",
        sentence:
          "Waiting: Meta does not allow this template now (PAUSED). The message will be sent when it does.",
      },
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
    await shop.simulator.setTemplateStatus("order_confirmation", "APPROVED");
    const { entries } = await untilState(shop.engine, held.messageId, "read");
    expect(entries.map(({ kind }) => kind)).toContain("held");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  test("a template that is deleted at Meta blocks the message", async () => {
    const phone = stranger();
    const url = `${shop.simulator.url}/v25.0/${waba.id}/message_templates?name=order_delivered`;
    const headers = { authorization: `Bearer ${token.value}` };
    expect((await fetch(url, { method: "DELETE", headers })).status).toBe(200);
    await sync();
    const intent = await publishOne(shop, happened("order.delivered", { phone }), claims());
    expect(intent).toMatchObject({
      state: "blocked",
      reason: { code: "template_missing", sentence: expect.stringContaining("order_delivered") },
    });
    await expectBlocked(intent.messageId, phone, "template_missing");
  });

  test("a rule whose template Meta does not have cannot be turned on", async () => {
    await shop.simulator.seed({ templates: [seededAgain("return_received", { status: "REJECTED" })] });
    await sync();
    expect(await shop.engine.call("PUT", "/v1/rules/return-received", { active: true })).toMatchObject({
      status: 409,
      body: { code: "conflict", detail: expect.stringContaining("return_received") },
    });
  });

  test("a rule whose template has another name at Meta is told which one was probably meant (D 8.8)", async () => {
    const headers = { authorization: `Bearer ${token.value}` };
    for (const name of ["account_welcome", "return_requested"]) {
      const url = `${shop.simulator.url}/v25.0/${waba.id}/message_templates?name=${name}`;
      expect((await fetch(url, { method: "DELETE", headers })).status).toBe(200);
    }
    await shop.simulator.seed({ templates: [seededAgain("account_welcome", { name: "acount_welcome_v2" })] });
    await sync();
    const refusedFor = async (rule: string) =>
      (await shop.engine.call<{ detail: string }>("PUT", `/v1/rules/${rule}`, { active: true })).body.detail;
    const missing = (name: string) =>
      `There is no template ${name}: create it at Meta, or sync the templates.`;
    expect(await refusedFor("account-welcome")).toBe(
      `${missing("account_welcome")} Did you mean "acount_welcome_v2"?`,
    );
    // "return_received" is as near, and is another rule's.
    expect(await refusedFor("return-requested")).toBe(missing("return_requested"));
  });

  test("a language that neither the person nor the rule can have blocks the message", async () => {
    const [spanish, french] = [stranger(), stranger()];
    const sent = await publishOne(
      shop,
      happened("order.updated", { phone: spanish, locale: "es-MX" }),
      claims(),
    );
    await untilState(shop.engine, sent.messageId, "read");
    expect(await acceptedFor(shop, spanish)).toMatchObject([{ template: { language: "es" } }]);
    const blocked = await publishOne(
      shop,
      happened("order.updated", { phone: french, locale: "fr" }),
      claims(),
    );
    expect(blocked).toMatchObject({
      state: "blocked",
      reason: { code: "template_language_missing", sentence: expect.stringContaining("spanish_only") },
    });
    await expectBlocked(blocked.messageId, french, "template_language_missing");
  });

  test("a variable that the rule does not fill blocks the message and is named", async () => {
    const phone = stranger();
    const changed = seededAgain("order_cancelled", {
      components: [
        {
          type: "BODY",
          text: "Hi {{customer_name}}, your order {{order_code}} at {{shop_name}} was cancelled, case {{case_number}} is closed.",
          example: {
            body_text_named_params: ["customer_name", "order_code", "shop_name", "case_number"].map(
              (param_name) => ({ param_name, example: "x" }),
            ),
          },
        },
      ],
    });
    await shop.simulator.seed({ templates: [changed] });
    await sync();
    const intent = await publishOne(shop, happened("order.cancelled", { phone }), claims());
    expect(intent).toMatchObject({
      state: "blocked",
      reason: { code: "parameter_missing", sentence: expect.stringContaining("case_number") },
    });
    await expectBlocked(intent.messageId, phone, "parameter_missing");
  });

  test("a template that a sync finds under marketing holds the message, and one that is moved back sends it (D 10.6)", async () => {
    const phone = stranger();
    await shop.simulator.seed({ templates: [seededAgain("payment_captured", { category: "MARKETING" })] });
    await sync();
    const intent = await publishOne(shop, happened("order.paid", { phone }), claims());
    expect(intent).toMatchObject({
      state: "held",
      reason: { code: "template_category_mismatch", sentence: expect.stringContaining("as marketing") },
    });
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
    // Nor does its rule say that nothing stands in the way (D 8.4).
    const { body } = await shop.engine.call<{ rules: { rule_id: string; problems: { code: string }[] }[] }>(
      "GET",
      "/v1/rules",
    );
    expect(body.rules.find(({ rule_id }) => rule_id === "payment-captured")?.problems).toMatchObject([
      { code: "category_mismatch" },
    ]);
    await shop.simulator.seed({ templates: [seededAgain("payment_captured", {})] });
    await sync();
    await untilState(shop.engine, intent.messageId, "read");
    expect(await acceptedFor(shop, phone)).toHaveLength(1);
  });

  /** A change of a template as Meta tells it. */
  async function told(field: string, name: string, value: object) {
    const { id } = seededAgain(name, {});
    const about = {
      message_template_id: Number(id),
      message_template_name: name,
      message_template_language: "en",
    };
    const changes = [{ field, value: { ...about, ...value } }];
    await shop.simulator.deliver({
      object: "whatsapp_business_account",
      entry: [{ id: waba.id, time: Math.floor(Date.now() / 1_000), changes }],
      // The same change twice in a second would be a repeated webhook.
      again: randomUUID(),
    });
    await webhooksApplied(shop);
  }

  test.each([
    [
      "a webhook of its own",
      "template_category_update",
      { previous_category: "UTILITY", new_category: "MARKETING" },
    ],
    [
      "the webhook of its status",
      "message_template_status_update",
      { event: "APPROVED", reason: "NONE", message_template_category: "MARKETING" },
    ],
  ])(
    "a template that %s moves to marketing holds the message until it is moved back (D 10.6)",
    async (_how, field, value) => {
      const phone = stranger();
      await told(field, "payment_failed", value);
      const held = await publishOne(shop, happened("order.payment_failed", { phone }), claims());
      expect(held).toMatchObject({ state: "held", reason: { code: "template_category_mismatch" } });
      expect(await acceptedFor(shop, phone)).toHaveLength(0);
      await told("template_category_update", "payment_failed", {
        previous_category: "MARKETING",
        new_category: "UTILITY",
      });
      await untilState(shop.engine, held.messageId, "read");
      expect(await auditOf(shop, held.messageId)).toContainEqual(
        expect.objectContaining({ action: "message.requeued", outcome: "template_category_mismatch" }),
      );
    },
  );

  test.each(["REINSTATED", "UNARCHIVED"])(
    "a template that is %s sends again at once (D 10.6)",
    async (event) => {
      const phone = stranger();
      await told("message_template_status_update", "payment_failed", { event: "DISABLED" });
      const held = await publishOne(shop, happened("order.payment_failed", { phone }), claims());
      expect(held).toMatchObject({ state: "held", reason: { code: "template_not_approved" } });
      await told("message_template_status_update", "payment_failed", { event });
      await untilState(shop.engine, held.messageId, "read");
    },
  );

  test("a template that is only flagged goes on sending (D 10.6)", async () => {
    await told("message_template_status_update", "payment_failed", { event: "FLAGGED" });
    const sent = await publishOne(shop, happened("order.payment_failed", { phone: stranger() }), claims());
    await untilState(shop.engine, sent.messageId, "read");
  });

  describe("a template that is edited at Meta", () => {
    /** As a text with one more variable, which the rule cannot fill. */
    const editedAtMeta = () => {
      const names = ["customer_name", "order_code", "shop_name", "carrier"];
      return seededAgain("order_shipped", {
        components: [
          {
            type: "BODY",
            text: `Hello, ${names.map((name) => `{{${name}}}`).join(" and ")} are news of your order today.`,
            example: { body_text_named_params: names.map((param_name) => ({ param_name, example: "x" })) },
          },
        ],
      });
    };
    const refusedAttempts = async (messageId: string) =>
      await shop.store.query("select 1 from webxkey.attempts where message_id = $1 and outcome = 'refused'", [
        messageId,
      ]);
    const componentsChanged = () =>
      told("message_template_components_update", "order_shipped", { message_template_element: "Hello" });

    test("costs no message when no webhook told of it: what Meta refuses waits, and is sent when the edit is undone (D 5.5)", async () => {
      const phone = stranger();
      await shop.simulator.seed({ templates: [editedAtMeta()] });
      const shipped = await publishOne(shop, happened("order.shipped", { phone }), claims());
      await untilReason(shop, shipped.messageId, "template_unsuitable");
      await shop.simulator.seed({ templates: [seededAgain("order_shipped", {})] });
      await componentsChanged();
      await untilState(shop.engine, shipped.messageId, "read");
      expect(await acceptedFor(shop, phone)).toHaveLength(1);
    });

    test("is read again at once, and no message is tried with the old text meanwhile (D 5.5)", async () => {
      await shop.simulator.seed({ templates: [editedAtMeta()] });
      await componentsChanged();
      const shipped = await publishOne(shop, happened("order.shipped", { phone: stranger() }), claims());
      await until("it is neither held nor blocked", async () => {
        const rows = await shop.store.query(
          "select 1 from webxkey.messages where message_id = $1 and state in ('held', 'blocked')",
          [shipped.messageId],
        );
        return rows.length > 0;
      });
      expect(await refusedAttempts(shipped.messageId)).toEqual([]);
      await shop.simulator.seed({ templates: [seededAgain("order_shipped", {})] });
      await sync();
    });
  });

  test("a template that is moved to marketing while the message waits is not used for it", async () => {
    const phone = stranger();
    await shop.simulator.setTemplateStatus("order_shipped", "PAUSED");
    await webhooksApplied(shop);
    const held = await publishOne(shop, happened("order.shipped", { phone }), claims());
    expect(held).toMatchObject({ state: "held" });
    await shop.simulator.seed({ templates: [seededAgain("order_shipped", { category: "MARKETING" })] });
    await sync();
    await untilReason(shop, held.messageId, "template_category_mismatch");
    expect(await acceptedFor(shop, phone)).toHaveLength(0);
  });

  test("a sync finds what no webhook told: the message is held, and sent after the sync that finds it allowed", async () => {
    await using deaf = await openShop(name, { on: ["order-confirmation"] });
    // Nothing that Meta posts is believed, so that only a sync can tell.
    await deaf.simulator.inject({ kind: "wrong_signature" });
    const syncDeaf = () => deaf.engine.call("POST", "/v1/templates/sync");
    const phone = stranger();
    await deaf.simulator.setTemplateStatus("order_confirmation", "PAUSED");
    await syncDeaf();
    const held = await publishOne(deaf, happened("order.placed", { phone }), claims());
    expect(held).toMatchObject({ state: "held", reason: { code: "template_not_approved" } });
    await deaf.simulator.setTemplateStatus("order_confirmation", "APPROVED");
    expect(await acceptedFor(deaf, phone)).toHaveLength(0);
    await syncDeaf();
    await untilState(deaf.engine, held.messageId, "accepted");
    await until("the message was not sent", async () => (await acceptedFor(deaf, phone)).length === 1);
  });
});
