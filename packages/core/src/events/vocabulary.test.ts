import { describe, expect, test } from "vitest";
import { dataSchemaOf, EVENT_TYPES, VOCABULARY } from "./index.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("how long an event is useful", () => {
  test.each([
    [["account.password_reset", "account.email_changed"], 15 * MINUTE_MS],
    [["order.placed", "order.paid", "order.payment_failed"], 24 * HOUR_MS],
    [
      [
        "order.confirmed",
        "order.updated",
        "order.shipped",
        "order.delivered",
        "order.ready_for_pickup",
        "order.cancelled",
        "order.refunded",
        "order.partially_refunded",
        "order.return_requested",
        "order.return_received",
        "account.created",
        "account.verified",
      ],
      72 * HOUR_MS,
    ],
  ])("%j: %d ms, and no other type", (types, usefulForMs) => {
    expect(EVENT_TYPES.filter((type) => VOCABULARY[type].usefulForMs === usefulForMs).toSorted()).toEqual(
      types.toSorted(),
    );
  });
});

test("only what guards an account is a security event", () => {
  const security = EVENT_TYPES.filter((type) => VOCABULARY[type].security);
  expect(security).toEqual(["account.password_reset", "account.email_changed"]);
  expect(EVENT_TYPES.filter((type) => VOCABULARY[type].purpose === "account-security")).toEqual(security);
});

test("orders need the consent for order updates, accounts the one for accounts", () => {
  for (const type of EVENT_TYPES) {
    expect(VOCABULARY[type].purpose).toMatch(type.startsWith("order.") ? /^order-updates$/ : /^account/);
  }
});

test("each type's data has a URI of its own", () => {
  expect(dataSchemaOf("order.placed")).toBe("urn:webxkey:event:order.placed:1");
  expect(new Set(EVENT_TYPES.map(dataSchemaOf)).size).toBe(EVENT_TYPES.length);
});

test("samples call only numbers that belong to nobody", () => {
  for (const type of EVENT_TYPES) {
    expect(VOCABULARY[type].sample.recipient.phone).toMatch(/^\+1650555\d{4}$/);
  }
});
