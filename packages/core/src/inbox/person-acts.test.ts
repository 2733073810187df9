import { expect, test } from "vitest";
import { pii } from "../kernel/pii.ts";
import { actsOfPreference } from "./person-acts.ts";

const CONTACT = "0b9a5a3e-8f4b-4c1c-9a51-2f6b2f2f0a01";

function withdrawn(category: string): string[] {
  const person = { phone: pii("+16505551234") };
  const timestamp = new Date("2026-11-23T12:00:00Z");
  const fact = { kind: "user_preference", preference: "stop", person, category, timestamp } as const;
  return actsOfPreference(fact, [CONTACT]).map(({ purpose, state }) => `${purpose} ${state}`);
}

test("a stop that a person chose in WhatsApp for marketing withdraws marketing alone (D 1.3)", () => {
  expect(withdrawn("marketing_messages")).toEqual(["marketing withdrawn"]);
});

test.each(["all_messages", "utility_messages", "a_category_of_next_year"])(
  "a stop of %s that a person chose in WhatsApp withdraws every purpose (D 1.3)",
  (category) => {
    expect(withdrawn(category)).toEqual([
      "order-updates withdrawn",
      "account withdrawn",
      "support withdrawn",
      "marketing withdrawn",
    ]);
  },
);
