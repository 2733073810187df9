import { defineRule, defineTemplate, type PlatformEvent, type Rule, sampleEvent } from "@webxkey/core";
import { demoAccount, type Seed } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claim, STORES, untilState } from "./engine.ts";
import { acceptedFor, happened, openShop, publishOne, type Shop, stranger } from "./shop.ts";

type SeedTemplate = NonNullable<Seed["templates"]>[number];

const wordsOf = (name: string): Rule =>
  defineRule({
    id: name.replaceAll("_", "-"),
    on: "order.updated",
    purpose: "order-updates",
    template: defineTemplate({
      name,
      category: "UTILITY",
      parameters: ["order_code", "total"],
      fallbackLanguage: "en",
    }),
    params: ({ order }, { locale }) => ({
      order_code: order.code,
      total: new Intl.NumberFormat(locale).format(order.total.amount),
    }),
    sample: sampleEvent("order.updated"),
  });

const templateIn = (name: string, language: string): SeedTemplate => ({
  wabaId: demoAccount.waba.id,
  name,
  language,
  category: "UTILITY",
  parameterFormat: "NAMED",
  components: [
    {
      type: "BODY",
      text: `(${language}) The order {{order_code}} of {{total}} has changed today.`,
      example: {
        body_text_named_params: ["order_code", "total"].map((param_name) => ({ param_name, example: "1" })),
      },
    },
  ],
});

const OFFERED = ["en_US", "fr", "pt_BR", "zh_CN"];

function withoutLocale(event: PlatformEvent): PlatformEvent {
  const { locale: _, ...recipient } = event.data.recipient;
  return { ...event, data: { ...event.data, recipient } } as PlatformEvent;
}

describe.each(STORES)("the language of a message on %s", (name) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(name, {
      rules: [wordsOf("many_words"), wordsOf("french_words")],
      seed: {
        templates: [
          ...OFFERED.map((language) => templateIn("many_words", language)),
          templateIn("french_words", "fr"),
        ],
      },
      on: ["many-words"],
    });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  const setLanguage = async (language: string | null) =>
    await shop.engine.call<{ language: string | null }>("PATCH", "/v1/settings", { language });
  const turnOn = async (rule: string, active = true) =>
    await shop.engine.call("PUT", `/v1/rules/${rule}`, { active });

  async function sentTo(locale?: string) {
    const phone = stranger();
    const event = happened("order.updated", { phone, ...(locale && { locale }) });
    const told = locale === undefined ? withoutLocale(event) : event;
    const { messageId } = await publishOne(shop, told, { claims: [claim()] });
    await untilState(shop.engine, messageId, "read");
    const [accepted] = await acceptedFor(shop, phone);
    const preview = await shop.engine.messaging.previewMessages(told);
    expect(preview.find(({ ruleId }) => ruleId === "many-words")?.language).toBe(
      accepted?.template?.language,
    );
    return accepted?.template?.language;
  }

  test.each([
    ["pt", "pt_BR"],
    ["pt-PT", "pt_BR"],
    ["zh", "zh_CN"],
    ["zh-Hant", "en_US"],
    ["zh-TW", "en_US"],
    ["fr-CA", "fr"],
    ["de", "en_US"],
    [undefined, "en_US"],
  ])("an order in %s is told in %s (D 4.3)", async (locale, language) => {
    expect(await sentTo(locale)).toBe(language);
  });

  test("a person whose language is not known is written to in the workspace's (D 4.3)", async () => {
    expect(await setLanguage("fr_FR")).toMatchObject({ status: 200, body: { language: "fr-FR" } });
    expect([await sentTo(), await sentTo("de"), await sentTo("pt")]).toEqual(["fr", "fr", "pt_BR"]);
    expect(await setLanguage(null)).toMatchObject({ status: 200, body: { language: null } });
    expect(await sentTo()).toBe("en_US");
  });

  test("what a message would say is shown in its language, with its values written for that language (D 4.3)", async () => {
    await setLanguage("pt");
    const event = withoutLocale(happened("order.updated", { phone: stranger(), total: 499_950 }));
    expect(await shop.engine.messaging.previewMessages(event)).toEqual([
      {
        ruleId: "many-words",
        language: "pt_BR",
        text: "(pt_BR) The order 1042 of 499.950 has changed today.",
        problem: null,
      },
      {
        ruleId: "french-words",
        language: null,
        text: null,
        problem: expect.stringContaining("exists in fr and not in pt or en"),
      },
    ]);
    expect(await shop.engine.messaging.previewMessages(happened("order.paid"))).toEqual([]);
    await expect(
      shop.engine.messaging.previewMessages({ ...event, type: "order.eaten" }),
    ).rejects.toMatchObject({
      code: "unknown_event_type",
    });
    await setLanguage(null);
  });

  test("what is no language is refused, and the field named (D 4.3)", async () => {
    for (const odd of ["", "français", "x".repeat(36), "fr fr"])
      expect(await setLanguage(odd)).toMatchObject({
        status: 400,
        body: { fields: [{ pointer: "/language" }] },
      });
  });

  test("a rule whose template is in one other language alone can be turned on once the workspace has that (D 4.3)", async () => {
    expect(await turnOn("french-words")).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("exists in fr and not in en") },
    });
    await setLanguage("fr");
    expect(await turnOn("french-words")).toMatchObject({ status: 200, body: { active: true } });
    await turnOn("french-words", false);
    await setLanguage(null);
  });
});
