import fc from "fast-check";
import { expect, test } from "vitest";
import { phoneVariants } from "./phone-variants.ts";

test.each([
  ["+5511987654321", "+551187654321"],
  ["+5531912345678", "+553112345678"],
  ["+525512345678", "+5215512345678"],
  ["+5491123456789", "+541123456789"],
  ["+5492944123456", "+542944123456"],
])("%s and %s are one number, canonical as the numbering plan writes it (D 1.1)", (canonical, other) => {
  expect(phoneVariants(canonical)).toEqual([canonical, other]);
  expect(phoneVariants(other)).toEqual([canonical, other]);
});

test.each([
  ["a number of another country", "+16505550123"],
  ["a landline of Brazil", "+551123456789"],
  ["a mobile of Brazil whose rest is somebody's landline", "+5511955550001"],
  ["a number too short for Mexico", "+52551234567"],
  ["a free-phone number of Argentina", "+548001234567"],
])("%s is written in one way (D 1.1)", (_what, e164) => {
  expect(phoneVariants(e164)).toEqual([e164]);
});

test("any way of writing a number leads to the same ways (D 1.1)", () => {
  const digits = fc.stringMatching(/^[0-9]{8,11}$/);
  fc.assert(
    fc.property(fc.constantFrom("+55", "+52", "+521", "+54", "+549", "+1", "+44"), digits, (code, rest) => {
      const ways = phoneVariants(code + rest);
      expect(ways).toContain(code + rest);
      for (const way of ways) expect(phoneVariants(way)).toEqual(ways);
    }),
  );
});
