import { expect, test } from "vitest";
import { settleVerdict, type Verdict } from "./settle.ts";

const silent = {
  purpose: "order-updates",
  event_type: "order.placed",
  expired: false,
  unknowns: 1,
  attempts: 1,
};

test.each<[string, Partial<typeof silent>, Verdict]>([
  ["an order update", {}, "resend"],
  ["an account notice", { purpose: "account", event_type: "account.created" }, "resend"],
  ["a notice of the host's own code", { event_type: "direct:support", purpose: "support" }, "resend"],
  ["a password reset", { purpose: "account-security", event_type: "account.password_reset" }, "resend"],
  ["what was silent twice", { unknowns: 2, attempts: 2 }, "park"],
  ["what two dying workers had in their hands", { unknowns: 0, attempts: 2 }, "resend"],
  ["what workers die of", { unknowns: 0, attempts: 8 }, "park"],
  ["a payment that failed", { event_type: "order.payment_failed" }, "park"],
  ["a refund", { event_type: "order.partially_refunded" }, "park"],
  ["advertising", { purpose: "marketing" }, "park"],
  ["what is no longer useful", { expired: true }, "expire"],
  ["a payment that is no longer news", { expired: true, event_type: "order.paid" }, "expire"],
])("after silence on a number whose webhooks arrive, %s: %o is settled by %s", (_what, more, verdict) => {
  expect(settleVerdict({ ...silent, ...more })).toBe(verdict);
});
