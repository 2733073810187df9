import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secret } from "../kernel/secret.ts";
import { keyedHash, newKey, open, readRootKey, seal } from "./sealing.ts";

const PLACE = "messages.params|shop|0b9a5a3e-8f4b-4c1c-9a51-2f6b2f2f0a01";

describe("a sealed value", () => {
  it("opens with its key in its place", () => {
    const key = newKey();
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, place) => {
        expect(open(key, place, seal(key, place, bytes))).toEqual(Buffer.from(bytes));
      }),
    );
    expect(open(key, PLACE, seal(key, PLACE, "Grüße 👋")).toString()).toBe("Grüße 👋");
  });

  it("does not open in another place", () => {
    const key = newKey();
    const sealed = seal(key, PLACE, "SIM_TOKEN_lucky_shrub");
    for (const place of [PLACE.replace("shop", "shop2"), PLACE.slice(0, -1), `${PLACE}1`, ""]) {
      expect(() => open(key, place, sealed)).toThrow("A value of");
    }
  });

  it("does not open with another key", () => {
    expect(() => open(newKey(), PLACE, seal(newKey(), PLACE, "x"))).toThrow(
      "A value of messages.params does not open: the root key changed or the row was altered.",
    );
  });

  it("does not open when any single bit of it was flipped, or when it was cut", () => {
    const key = newKey();
    const sealed = seal(key, PLACE, "order #1042");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, PLACE, flipped)).toThrow("does not open");
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => open(key, PLACE, sealed.subarray(0, length))).toThrow("does not open");
    }
  });

  it("looks different each time, so that equal values are not seen to be equal", () => {
    const key = newKey();
    expect(seal(key, PLACE, "x")).not.toEqual(seal(key, PLACE, "x"));
  });
});

it("a keyed hash is the same for the same value and kind only", () => {
  const key = newKey();
  const hash = keyedHash(key, "identity.phone", "+16505551234");
  expect(keyedHash(key, "identity.phone", "+16505551234")).toEqual(hash);
  expect(keyedHash(key, "identity.bsuid", "+16505551234")).not.toEqual(hash);
  expect(keyedHash(key, "identity.phone", "+16505551235")).not.toEqual(hash);
  expect(keyedHash(newKey(), "identity.phone", "+16505551234")).not.toEqual(hash);
  expect(keyedHash(key, "a", "bc")).not.toEqual(keyedHash(key, "ab", "c"));
});

it.each(["", "secret", Buffer.alloc(31, "random").toString("base64"), Buffer.alloc(32).toString("base64")])(
  "refuses the root key %j with a sentence that says how to make one",
  (value) => {
    expect(() => readRootKey(secret(value))).toThrow("openssl rand -base64 32");
  },
);
