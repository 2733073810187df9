import { expect, test } from "vitest";
import type { OrderMapping } from "./mapping.ts";
import { claimOf } from "./translate.ts";

const mapping: OrderMapping = {
  content_type: "api::order.order",
  created: "order.placed",
  states: {},
  fields: {
    phone: ["phone", "address.phone"],
    country: { value: "US" },
    total: "total",
    code: "code",
    currency: { value: "USD" },
    consent: { attribute: "whatsapp", wording_id: "checkout", wording_version: "1", wording_language: "en" },
  },
};
const tickedBy = (numbers: Record<string, unknown>) =>
  claimOf({ documentId: "order_1", createdAt: "2026-11-30T10:00:00Z", whatsapp: true, ...numbers }, mapping)
    ?.givenBy;

test("a tick covers the one number of the entry, written once or twice, and none of two different ones (D 2.2)", () => {
  const one = { phones: ["+16505551001"] };
  expect(tickedBy({ phone: "+16505551001" })).toEqual(one);
  expect(tickedBy({ phone: "+16505551001", address: { phone: " " } })).toEqual(one);
  expect(tickedBy({ phone: "", address: { phone: "650 555 1001" } })).toEqual(one);
  expect(tickedBy({ phone: "+16505551001", address: { phone: "650-555-1001" } })).toEqual(one);
  expect(tickedBy({ phone: "+16505551001", address: { phone: "+16505551002" } })).toEqual({ phones: [] });
  expect(tickedBy({ phone: "+16505551001", address: { phone: "call me" } })).toEqual({ phones: [] });
  expect(tickedBy({})).toEqual({ phones: [] });
});
