import { describe, expect, expectTypeOf, test } from "vitest";
import { type EventData, type EventType, sampleEvent } from "../events/index.ts";
import { isWebxkeyError } from "../kernel/errors.ts";
import { defineRule, defineTemplate, directRuleId } from "./index.ts";

const confirmation = defineTemplate({
  name: "order_confirmation",
  category: "UTILITY",
  parameters: ["customer_name", "order_code"],
  fallbackLanguage: "en",
});

const placed = {
  id: "order-confirmation",
  on: "order.placed",
  purpose: "order-updates",
  template: confirmation,
  sample: sampleEvent("order.placed"),
} as const;

const refusal = expect.toSatisfy((error) => isWebxkeyError(error) && error.code === "invalid_configuration");

describe("the compiler knows the template's parameters", () => {
  test("a rule that gives each of them compiles", () => {
    const rule = defineRule({
      ...placed,
      params: ({ order }) => ({ customer_name: "x", order_code: order.code }),
    });
    expect(rule.template.parameters).toEqual(["customer_name", "order_code"]);
  });

  test("a forgotten parameter, one that may be absent and one that is no text do not compile", () => {
    defineRule({
      ...placed,
      // @ts-expect-error order_code is missing
      params: () => ({ customer_name: "x" }),
    });
    defineRule({
      ...placed,
      // @ts-expect-error the name is optional
      params: ({ recipient }) => ({ order_code: "1", customer_name: recipient.name }),
    });
    defineRule({
      ...placed,
      // @ts-expect-error an amount must be written out first
      params: ({ order }) => ({ customer_name: "x", order_code: order.total.amount }),
    });
  });

  test("params sees the data of its event type and of no other, and so does the sample", () => {
    defineRule({
      ...placed,
      on: "order.shipped",
      sample: sampleEvent("order.shipped"),
      params: (data) => {
        expectTypeOf(data).toEqualTypeOf<EventData<"order.shipped">>();
        return { customer_name: "x", order_code: data.fulfillment.ref };
      },
    });
    defineRule({
      ...placed,
      // @ts-expect-error a placed order has no fulfillment
      params: ({ fulfillment }) => ({ customer_name: "x", order_code: fulfillment.ref }),
    });
    defineRule({
      ...placed,
      params: () => ({ customer_name: "x", order_code: "1" }),
      // @ts-expect-error the sample of another event
      sample: sampleEvent("account.created"),
    });
  });
});

describe("a rule that contradicts itself is refused", () => {
  const params = () => ({ customer_name: "x", order_code: "1" });

  test.each(["", "Order", "direct:order-updates", "order confirmation", "-", "x".repeat(81)])(
    "id %j",
    (id) => {
      expect(() => defineRule({ ...placed, id, params })).toThrow(refusal);
    },
  );

  test.each(["order.exploded", "constructor"])("a type outside the vocabulary: %s", (type) => {
    expect(() => defineRule({ ...placed, on: type as EventType as "order.placed", params })).toThrow(refusal);
  });

  test("an order cannot call itself a security event, which would need no consent", () => {
    expect(() => defineRule({ ...placed, purpose: "account-security", params })).toThrow(refusal);
    const reset = {
      ...placed,
      on: "account.password_reset",
      sample: sampleEvent("account.password_reset"),
    } as const;
    expect(defineRule({ ...reset, purpose: "account-security", params }).purpose).toBe("account-security");
  });

  test("a marketing template cannot travel under the consent for order updates", () => {
    const template = { ...confirmation, category: "MARKETING" } as const;
    expect(() => defineRule({ ...placed, template, params })).toThrow(refusal);
    expect(defineRule({ ...placed, template, purpose: "marketing", params }).purpose).toBe("marketing");
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("usefulForMs %d", (usefulForMs) => {
    expect(() => defineRule({ ...placed, usefulForMs, params })).toThrow(refusal);
  });
});

describe("a template that Meta could not have is refused", () => {
  test.each([
    { name: "Order-Confirmation" },
    { name: "" },
    { name: "x".repeat(513) },
    { parameters: ["customerName"] },
    { parameters: ["1"] },
    { parameters: ["code", "code"] },
    { fallbackLanguage: "en_US" },
    { fallbackLanguage: "" },
  ])("%j", (change) => {
    expect(() => defineTemplate({ ...confirmation, ...change })).toThrow(refusal);
  });
});

test("no rule can take the id of a direct one", () => {
  expect(directRuleId("order-updates")).toBe("direct:order-updates");
  expect(() =>
    defineRule({
      ...placed,
      id: directRuleId("account"),
      params: () => ({ customer_name: "x", order_code: "1" }),
    }),
  ).toThrow(refusal);
});
