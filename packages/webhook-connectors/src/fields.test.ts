import { expect, test } from "vitest";
import { countryCode } from "./countries.ts";
import { codeId, numberId, ownField, rowId } from "./fields.ts";

test.each([
  [1, "1"],
  ["42", "42"],
  [706_405_506_930_370, "706405506930370"],
  [0, undefined],
  [-1, undefined],
  [1.5, undefined],
  [2 ** 53, undefined],
  ["007", undefined],
  ["+16505551234", undefined],
  ["sheena@example.com", undefined],
  [null, undefined],
])("a running number: %j is the id %j", (written, id) => {
  expect(numberId.safeParse(written).data).toBe(id);
});

test("a running number that nobody signed is no longer than the databases have them", () => {
  expect(rowId.safeParse(2_147_483_647).data).toBe("2147483647");
  expect(rowId.safeParse(6_505_551_234).success).toBe(false);
});

test.each([
  ["64f0c0ffee5550001", true],
  ["CAISENgvhpdP05f1DWG9H8yMn4kZY", true],
  ["order_1", true],
  ["6505551234", false],
  ["650-555-1234", false],
  ["650.555.1234", false],
  ["+16505551234", false],
  ["sheena@example.com", false],
  ["Sheena Nelson", false],
  ["../orders", false],
  ["a".repeat(101), false],
  ["", false],
])("an id of letters and digits: %j %j", (written, isOne) => {
  expect(codeId.safeParse(written).success).toBe(isOne);
});

test("a field is found by its path through own keys alone", () => {
  const value = JSON.parse('{"a":{"b":1,"__proto__":{"c":2}},"list":[{"d":3}]}');
  expect(ownField(value, "a.b")).toBe(1);
  expect(ownField(value, "list.0.d")).toBe(3);
  expect(ownField(value, "a.__proto__.c")).toBe(2);
  for (const path of ["a.c", "toString", "constructor.name", "list.length.x", "a.b.c", ""]) {
    expect(ownField(value, path), path).toBeUndefined();
  }
});

test.each([
  ["US", "US"],
  ["lk", "LK"],
  ["United States", "US"],
  ["sri lanka", "LK"],
  [" Germany ", "DE"],
  ["Atlantis", undefined],
  ["", undefined],
  [null, undefined],
])("the country %j is %j", (written, code) => {
  expect(countryCode(written)).toBe(code);
});
