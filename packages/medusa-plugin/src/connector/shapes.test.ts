import { expect, test } from "vitest";
import { fulfillmentOf, type MedusaOrder, moneyOf, orderOf, phoneOf } from "./shapes.ts";

test("a phone that cannot be read does not hide a readable one behind it", () => {
  expect(
    phoneOf({
      shipping_address: { phone: "ask at the desk", country_code: "us" },
      billing_address: { phone: "(650) 555-1234", country_code: "us" },
    }),
  ).toEqual({ phone: "+16505551234" });
});

test("an amount is exact in every form that Medusa gives it", () => {
  const inProcess = { raw: { value: "0.1" }, numeric: 0.1 };
  for (const amount of [0.1, "0.10", { value: "0.1000000000" }, inProcess]) {
    expect(moneyOf(amount, "usd")).toEqual({ amount: 10, currency: "USD" });
  }
  expect(() => moneyOf("many", "usd")).toThrow();
});

test("credits and returns that bring a total below nothing are not told as a debt", () => {
  const order = {
    id: "order_1",
    display_id: 7,
    currency_code: "usd",
    total: -5,
    created_at: "2026-03-14T09:26:53Z",
  };
  expect(orderOf(order as MedusaOrder)).toMatchObject({ code: "7", total: { amount: 0, currency: "USD" } });
});

test("a tracking address goes to a customer only when it is one, and a number only when it is whole", () => {
  const parcel = (tracking_number: string, tracking_url: string) =>
    fulfillmentOf({
      id: "ful_1",
      created_at: "2026-03-14T09:26:53Z",
      labels: [{ tracking_number, tracking_url }],
    });
  expect(parcel("T-1", "https://carrier.example/T-1")).toEqual({
    ref: "ful_1",
    tracking_number: "T-1",
    tracking_url: "https://carrier.example/T-1",
  });
  for (const odd of ["#", "http://carrier.example", "https://me:pw@carrier.example", "javascript:alert(1)"]) {
    expect(parcel("T-1", odd)).toEqual({ ref: "ful_1", tracking_number: "T-1" });
  }
  expect(parcel("x".repeat(65), "#")).toEqual({ ref: "ful_1" });
});
