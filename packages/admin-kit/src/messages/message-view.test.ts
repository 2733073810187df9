import { MESSAGE_STATES } from "@webxkey/core/contract";
import { expect, test } from "vitest";
import { message } from "../../preview/example-shop.ts";
import { createI18n } from "../i18n/i18n.ts";
import { entityLabel, eventLabel, FILTERS, isMoving, stateTone, WATCH_MS } from "./message-view.ts";

const i18n = createI18n({ locale: "en" });
const AT = "2025-11-23T14:00:00Z";
const soon = new Date(Date.parse(AT) + 1_000);

test("the filter offers every state of the contract, and both kinds of held", () => {
  const others = MESSAGE_STATES.filter((state) => state !== "held");
  expect(FILTERS.toSorted()).toEqual([...others, "needs_decision", "waiting"].toSorted());
});

test("what needs a person's eye is not coloured as success", () => {
  for (const state of ["held", "blocked", "failed", "unknown"] as const)
    expect(["warning", "danger"]).toContain(stateTone(message(1, state)));
});

test.each(["held", "blocked", "read", "failed", "expired", "cancelled"] as const)(
  "a %s message rests",
  (state) => {
    expect(isMoving(message(1, state, { at: AT }), soon)).toBe(false);
  },
);

test.each(["queued", "sending", "unknown", "accepted", "sent", "delivered"] as const)(
  "a %s message moves, until nothing was heard of it for ten minutes",
  (state) => {
    expect(isMoving(message(1, state, { at: AT }), soon)).toBe(true);
    expect(isMoving(message(1, state, { at: AT }), new Date(Date.parse(AT) + WATCH_MS))).toBe(false);
  },
);

test("an event type the pages do not know is shown as it is", () => {
  expect(eventLabel(i18n, "order.placed")).toBe("Order placed");
  expect(eventLabel(i18n, "invoice.issued")).toBe("invoice.issued");
  expect(eventLabel(i18n, "constructor")).toBe("constructor");
});

test("an order without a label for people is named by its reference", () => {
  expect(entityLabel(i18n, { type: "order", ref: "order_1", label: "#1001" })).toBe("Order #1001");
  expect(entityLabel(i18n, { type: "account", ref: "cus_1", label: null })).toBe("Account cus_1");
});
