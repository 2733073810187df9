import { expect, test } from "vitest";
import { readClaim } from "./claim.ts";

const written = {
  wording_id: "checkout-order-updates",
  wording_version: "1",
  wording_language: "en",
  given_at: "2026-03-14T09:26:53Z",
  phone_binding: "b1nd",
};
const read = (webxkey_consent: unknown) => readClaim({ webxkey_consent, gift: "yes" }, "order_1 metadata");

test("reads which words were agreed to, when, and for which phone", () => {
  expect(read(written)).toEqual({
    kind: "claimed",
    claim: {
      wordingId: "checkout-order-updates",
      wordingVersion: "1",
      wordingLanguage: "en",
      method: "checkout_box",
      occurredAt: new Date("2026-03-14T09:26:53Z"),
      evidence: "order_1 metadata.webxkey_consent",
      givenBy: { phoneBinding: "b1nd" },
    },
  });
});

test("no metadata, and metadata of others, is no consent", () => {
  for (const metadata of [null, undefined, {}, { gift: "yes" }, { webxkey_consent: null }]) {
    expect(readClaim(metadata, "order_1 metadata")).toEqual({ kind: "none" });
  }
});

test("what is not exactly in our form grants nothing", () => {
  const { given_at: _, ...undated } = written;
  const { phone_binding: __, ...unbound } = written;
  for (const odd of [
    true,
    "yes",
    [written],
    undated,
    unbound,
    { ...written, given_at: "yesterday" },
    { ...written, purpose: "marketing" },
  ]) {
    expect(read(odd), JSON.stringify(odd)).toEqual({ kind: "malformed" });
  }
});
