import { expect, it } from "vitest";
import { pooledRandomBytes } from "./random.ts";

it("never gives the same bytes twice, over many pools", () => {
  const taken = Array.from({ length: 3_000 }, () => pooledRandomBytes(12).toString("hex"));
  expect(taken.every((hex) => hex.length === 24)).toBe(true);
  expect(new Set(taken).size).toBe(taken.length);
});

it("gives as many as asked, more than a pool holds too", () => {
  expect(pooledRandomBytes(20_000)).toHaveLength(20_000);
  expect(pooledRandomBytes(16)).toHaveLength(16);
});
