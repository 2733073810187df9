import { expect, test } from "vitest";
import { addressHash, newAddress } from "./address.ts";

test("an address has 128 random bits and does not print itself", () => {
  const addresses = Array.from({ length: 100 }, newAddress);
  expect(new Set(addresses.map((one) => one.reveal())).size).toBe(100);
  for (const one of addresses) {
    expect(Buffer.from(one.reveal(), "base64url")).toHaveLength(16);
    expect(`${one}`).toBe("[secret]");
    expect(addressHash(one.reveal())).toHaveLength(32);
  }
});

test.each(["", "A".repeat(21), "A".repeat(23), `${"A".repeat(21)}/`, `${"A".repeat(21)}=`, "Ä".repeat(22)])(
  "%j is no address",
  (text) => {
    expect(addressHash(text)).toBeUndefined();
  },
);
