import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePhone } from "./phone.ts";

describe("reading a phone number", () => {
  test.each([
    ["+1 (650) 555-1234", null, "+16505551234"],
    ["  +16505551234 ", undefined, "+16505551234"],
    ["650 555 1234", "us", "+16505551234"],
    ["(650) 555-1234", "US", "+16505551234"],
    ["1 650 555 1234", "us", "+16505551234"],
    // A leading plus stands above the country of the address: people send parcels to friends abroad.
    ["+1 650 555 1234", "LK", "+16505551234"],
    ["071 555 0123", "lk", "+94715550123"],
    ["+49 (0)30 5550123", null, "+49305550123"],
    ["00 1 650 555 1234", "gb", "+16505551234"],
  ])("%s with the country %s is %s", (typed, country, e164) => {
    expect(parsePhone(typed, country)).toEqual({ ok: true, e164 });
  });

  test.each([
    ["nothing", null],
    ["nothing", undefined],
    ["spaces", "   "],
  ])("%s is a missing number (%j)", (_name, typed) => {
    expect(parsePhone(typed, "us")).toEqual({ ok: false, reason: "missing" });
  });

  test.each([
    ["call me", "us"],
    ["555", "us"],
    ["12345678901234567890", "us"],
    // Possible in Germany, but too short for any phone that has WhatsApp.
    ["1459", "de"],
    // One zero is for dialling within the country; what begins with another is no number.
    ["0001234", "de"],
    ["+49 00 1234567", null],
    // Without a plus and without a known country nobody can say whose number it is.
    ["650 555 1234", null],
    ["650 555 1234", "atlantis"],
    ["+999 555 1234", "us"],
  ])("%s with the country %s cannot be read", (typed, country) => {
    expect(parsePhone(typed, country)).toEqual({ ok: false, reason: "unparseable" });
  });

  test("never throws, and what it reads is E.164 that reads to itself", () => {
    const typed = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(..."+0123456789 ()-.x") }),
      fc.integer({ min: 2_000_000, max: 9_999_999 }).map((n) => `+1 650 ${n}`),
    );
    fc.assert(
      fc.property(typed, fc.option(fc.constantFrom("us", "LK", "de", "zz", "")), (text, country) => {
        const read = parsePhone(text, country);
        if (!read.ok) return;
        expect(read.e164).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(parsePhone(read.e164)).toEqual(read);
      }),
      { numRuns: 3_000 },
    );
  });
});
