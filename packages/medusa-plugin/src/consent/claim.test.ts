import { expect, test } from "vitest";
import { readClaim } from "./claim.ts";

const written = {
  wording_id: "checkout-order-updates",
  wording_version: "1",
  wording_language: "en",
  given_at: "2026-03-14T09:26:53Z",
  phone_binding: "b1nd",
};
const offered = [
  { id: "checkout-order-updates", version: "1", language: "en", purpose: "order-updates", text: "Tell me." },
] as const;
const from = {
  place: "order_1 metadata",
  cartMadeAt: new Date("2026-03-14T09:00:00Z"),
  placedAt: new Date("2026-03-14T09:30:00Z"),
  offered,
};
const read = (webxkey_consent: unknown) => readClaim({ webxkey_consent, gift: "yes" }, from);

test("reads which words were agreed to, when, and for which phone", () => {
  expect(read(written)).toEqual({
    kind: "claimed",
    claim: {
      wordingId: "checkout-order-updates",
      wordingVersion: "1",
      wordingLanguage: "en",
      method: "checkout_box",
      occurredAt: new Date("2026-03-14T09:26:53Z"),
      isTimeOfOrder: true,
      evidence: "order_1 metadata.webxkey_consent",
      givenBy: { phoneBinding: "b1nd" },
    },
  });
});

const takenBack = [
  {
    wordingId: "checkout-order-updates",
    wordingVersion: "1",
    wordingLanguage: "en",
    evidence: "order_1 metadata.webxkey_consent",
  },
];

test("no key and an empty one are a box without a tick, which takes back what was claimed before (D 9.14)", () => {
  const empty = [null, false, ""].map((webxkey_consent) => ({ webxkey_consent }));
  for (const metadata of [null, undefined, {}, { gift: "yes" }, ...empty]) {
    expect(readClaim(metadata, from)).toEqual({ kind: "not_given", takenBack });
  }
});

test("the time that a storefront writes is the order's, unless it lies between cart and order (D 2.3)", () => {
  const timeOf = (given_at: string, within = from) => {
    const claim = readClaim({ webxkey_consent: { ...written, given_at } }, within);
    return claim.kind === "claimed" ? claim.claim.occurredAt : claim;
  };
  const inTime = "2026-03-14T09:29:59Z";
  expect(timeOf(inTime)).toEqual(new Date(inTime));
  for (const forged of [
    "1970-01-01T00:00:00Z",
    "2026-03-14T08:59:59Z",
    "2026-03-14T09:30:01Z",
    "2099-01-01T00:00:00Z",
  ])
    expect(timeOf(forged), forged).toEqual(from.placedAt);
  const { cartMadeAt: _, ...withoutCart } = from;
  expect(readClaim({ webxkey_consent: { ...written, given_at: inTime } }, withoutCart)).toMatchObject({
    claim: { occurredAt: from.placedAt },
  });
});

test("words that the store does not offer now grant nothing, and say so (D 2.3)", () => {
  for (const other of [{ wording_id: "offers" }, { wording_version: "2" }, { wording_language: "de" }])
    expect(read({ ...written, ...other })).toEqual({ kind: "unusable", why: "not_offered" });
});

test("what is not exactly in our form grants nothing, and takes back what was claimed before (D 9.14)", () => {
  const { given_at: _, ...undated } = written;
  const { phone_binding: __, ...unbound } = written;
  for (const odd of [
    true,
    "yes",
    "no",
    0,
    [written],
    undated,
    unbound,
    { ...written, given_at: "yesterday" },
    { ...written, purpose: "marketing" },
  ]) {
    expect(read(odd), JSON.stringify(odd)).toEqual({ kind: "unusable", why: "malformed", takenBack });
  }
});
