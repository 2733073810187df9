import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVENT_TYPES, type PlatformEvent, sampleEvent, VOCABULARY } from "../events/index.ts";
import {
  defineRule,
  defineTemplate,
  fillParameters,
  fillTemplate,
  intentsOf,
  languagesFor,
  PARAMETER_CHARS_MAX,
  type Rule,
  starterRules,
} from "./index.ts";

const template = defineTemplate({
  name: "order_confirmation",
  category: "UTILITY",
  parameters: ["order_code"],
  fallbackLanguage: "en",
});

const HOUR_MS = 3_600_000;
const placed = sampleEvent("order.placed");

function ruleWith(changes: Partial<Rule> = {}): Rule {
  const rule = defineRule({
    id: "order-confirmation",
    on: "order.placed",
    purpose: "order-updates",
    template,
    params: ({ order }) => ({ order_code: order.code }),
    sample: placed,
  });
  return { ...rule, ...changes };
}

function placedFor(locale: string | undefined): PlatformEvent {
  return { ...placed, data: { ...placed.data, recipient: { ...placed.data.recipient, locale } } };
}

/** The parameters of one rule whose merchant's function gives `given`. */
function filledWith(given: unknown) {
  return fillTemplate(placed, ruleWith({ params: () => given as Record<string, string> }), "en");
}

describe("intents of an event", () => {
  test("one for each rule that waits for its type, in the rules' order", () => {
    const rules = [ruleWith(), ruleWith({ id: "other", on: "order.paid" }), ruleWith({ id: "second" })];
    expect(intentsOf(placed, rules).map(({ ruleId }) => ruleId)).toEqual(["order-confirmation", "second"]);
    expect(intentsOf(sampleEvent("order.shipped"), rules)).toEqual([]);
    expect(intentsOf(placed, [])).toEqual([]);
  });

  test("says what, to whom about what, in which words, for how long", () => {
    expect(intentsOf(placed, [ruleWith()])).toEqual([
      {
        ruleId: "order-confirmation",
        purpose: "order-updates",
        channel: "whatsapp",
        template: "order_confirmation",
        locale: "en",
        fallbackLanguage: "en",
        params: { order_code: "1042" },
        paramsProblem: null,
        entity: { type: "order", ref: "order_01HX7", label: "1042" },
        usefulForMs: 24 * HOUR_MS,
      },
    ]);
  });

  test("the same event and rules give the same intents, and neither is changed", () => {
    const event = structuredClone(placed);
    const first = intentsOf(event, starterRules);
    expect(intentsOf(event, starterRules)).toEqual(first);
    expect(event).toEqual(placed);
  });

  test.each([
    [1, 1],
    [HOUR_MS, HOUR_MS],
    [1_000 * HOUR_MS, 24 * HOUR_MS],
    [undefined, 24 * HOUR_MS],
  ])("a rule's usefulForMs of %s gives %d: it may only shorten", (usefulForMs, expected) => {
    expect(intentsOf(placed, [ruleWith({ usefulForMs })])[0]?.usefulForMs).toBe(expected);
  });
});

describe("languages", () => {
  test.each([
    ["pt-BR", null, ["pt-BR", "en"]],
    ["pt-BR", "fr", ["pt-BR", "fr", "en"]],
    ["zh-Hant-TW", "zh-CN", ["zh-Hant-TW", "zh-CN", "en"]],
    ["en", "en", ["en"]],
    [undefined, "fr", ["fr", "en"]],
    [undefined, null, ["en"]],
  ])("a person of %s in a workspace of %s is written to in %j (D 4.3)", (locale, workspace, languages) => {
    const [intent] = intentsOf(placedFor(locale), [ruleWith()]);
    expect(intent && languagesFor(intent, workspace)).toEqual(languages);
  });

  test("parameters are written for the most wanted language", () => {
    const rule = ruleWith({ params: (_data, { locale }) => ({ order_code: locale }) });
    expect(intentsOf(placedFor("pt-BR"), [rule])[0]?.params).toEqual({ order_code: "pt-BR" });
    expect(intentsOf(placedFor(undefined), [rule])[0]?.params).toEqual({ order_code: "en" });
  });
});

describe("a merchant's function cannot break anything", () => {
  test.each([undefined, null, "", " ", "\n", "\u202e", {}, [], true, Number.NaN, () => "1042"])(
    "%j is an empty parameter, named",
    (value) => {
      const problem = { code: "empty_parameter", parameter: "order_code" };
      expect(filledWith({ order_code: value })).toEqual({ ok: false, problem });
      expect(
        intentsOf(placed, [ruleWith({ params: () => ({ order_code: value }) as Record<string, string> })]),
      ).toMatchObject([{ params: {}, paramsProblem: problem }]);
    },
  );

  test.each([
    undefined,
    null,
    "text",
    7,
    [],
    Promise.resolve({ order_code: "1" }),
    Object.create({ order_code: "1" }),
  ])("a result of another kind leaves every parameter empty", (given) => {
    expect(filledWith(given)).toEqual({
      ok: false,
      problem: { code: "empty_parameter", parameter: "order_code" },
    });
  });

  test("what it throws becomes a problem that says nothing of the order", () => {
    const rule = ruleWith({
      params: ({ recipient }) => {
        throw new Error(recipient.phone);
      },
    });
    const [intent] = intentsOf(placed, [rule]);
    expect(intent).toMatchObject({ params: {}, paramsProblem: { code: "params_failed" } });
    expect(JSON.stringify(intent)).not.toContain("555");
  });

  test("a parameter longer than any template is a problem, not a cut text", () => {
    expect(filledWith({ order_code: "x".repeat(PARAMETER_CHARS_MAX) }).ok).toBe(true);
    expect(filledWith({ order_code: "x".repeat(PARAMETER_CHARS_MAX + 1) })).toEqual({
      ok: false,
      problem: { code: "parameter_too_long", parameter: "order_code" },
    });
  });

  test("what the template does not have is left behind, and a number is written out", () => {
    expect(filledWith({ order_code: 1042, phone: "+16505551234" })).toEqual({
      ok: true,
      params: { order_code: "1042" },
    });
  });

  test("no text reaches Meta with a line break, a tab, five spaces or a direction character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, after) => {
        const filled = fillParameters(["text"], { text: `${before}\n\t     \u202ex${after}` });
        if (!filled.ok) throw new Error("not filled");
        expect(filled.params["text"]).not.toMatch(/[\r\n\t\p{Bidi_Control}]| {5}/u);
      }),
    );
  });
});

describe("the starter pack", () => {
  test.each(starterRules.map((rule) => [rule.id, rule] as const))(
    "%s fills its template from its sample in every language",
    (_id, rule) => {
      for (const locale of ["en", "si", "ta", "hi", "es", "pt", "ar", "fr", "id", "de", "ja", "pt-BR"]) {
        const filled = fillTemplate(rule.sample, rule, locale);
        expect(filled).toMatchObject({ ok: true });
        if (filled.ok) expect(Object.keys(filled.params)).toEqual(rule.template.parameters);
      }
    },
  );

  test.each(starterRules.map((rule) => [rule.id, rule] as const))("%s does without a name", (_id, rule) => {
    const { name: _taken, ...recipient } = rule.sample.data.recipient;
    const nameless = { ...rule.sample, data: { ...rule.sample.data, recipient } } as PlatformEvent;
    expect(fillTemplate(nameless, rule, "en")).toMatchObject({
      ok: true,
      params: { customer_name: "there" },
    });
    expect(fillTemplate(nameless, rule, "es-MX")).toMatchObject({
      ok: true,
      params: { customer_name: "cliente" },
    });
  });

  test("money is written for the reader", () => {
    const refund = starterRules.find(({ id }) => id === "order-partially-refunded");
    if (!refund) throw new Error("no such rule");
    expect(fillTemplate(refund.sample, refund, "en")).toMatchObject({ params: { refund_amount: "$12.00" } });
    expect(fillTemplate(refund.sample, refund, "de")).toMatchObject({
      params: { refund_amount: "12,00\u00a0$" },
    });
  });

  test("tells of every event that concerns a customer, once, under the event's own consent", () => {
    const told = starterRules.map(({ on }) => on);
    expect(new Set(told).size).toBe(told.length);
    expect(EVENT_TYPES.filter((type) => !told.includes(type))).toEqual([
      "order.updated",
      "account.verified",
      "account.email_changed",
    ]);
    for (const rule of starterRules) expect(rule.purpose).toBe(VOCABULARY[rule.on].purpose);
    expect(new Set(starterRules.map(({ id }) => id)).size).toBe(starterRules.length);
  });
});
