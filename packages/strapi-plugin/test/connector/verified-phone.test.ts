import type { IsPhoneVerified } from "@webxkey/host-kit";
import { expect, test } from "vitest";
import { createStrapiConnector } from "../../server/src/connector/index.ts";
import { happen } from "./happen.ts";

const PHONE = "+16505550123";

/** What a password reset of an account with this phone says of who is told. */
async function recipientOfReset(isPhoneVerified?: IsPhoneVerified) {
  const connector = createStrapiConnector({ source: "/strapi/shop", name: "Tea Shop", isPhoneVerified });
  const { hostEvent, payload, host } = happen({
    type: "account.password_reset",
    ref: "account_1",
    actRef: "act_1",
    code: "1",
    name: "Sheena N.",
    email: "sheena@example.com",
    token: "token",
    occurredAt: "2026-03-14T09:26:53.000Z",
    total: { amount: 100, currency: "USD" },
    amount: { amount: 100, currency: "USD" },
    shipping: { country: "US" },
    billing: { country: "US" },
    customer: { phone: PHONE },
    doNotNotify: false,
    gone: false,
  });
  const [fact] = connector.facts(hostEvent, payload);
  const event = fact && (await connector.read(fact, host));
  return event?.data.recipient;
}

test("an account's phone counts as verified only where the shop's own code says so (D 6.1)", async () => {
  const asked: unknown[] = [];
  const answers = (answer: unknown) => (account: unknown) => {
    asked.push(account);
    return answer as boolean;
  };
  expect(await recipientOfReset()).toMatchObject({ phone: PHONE, phone_verified: false });
  expect(await recipientOfReset(answers(false))).toMatchObject({ phone_verified: false });
  expect(await recipientOfReset(answers("yes"))).toMatchObject({ phone_verified: false });
  expect(await recipientOfReset(answers(true))).toMatchObject({ phone_verified: true });
  expect(await recipientOfReset(async () => true)).toMatchObject({ phone_verified: true });
  expect(new Set(asked.map((account) => JSON.stringify(account)))).toEqual(
    new Set([JSON.stringify({ id: "account_1", phone: PHONE })]),
  );
});
