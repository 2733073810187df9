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
    ["07700 900123", "gb", "+447700900123"],
    ["+4407700900123", null, "+447700900123"],
    ["\u202a+94 71 555 0123\u202c", null, "+94715550123"],
    ["+0094 71 555 0123", null, "+94715550123"],
    ["०७१ ५५५ ०१२३", "lk", "+94715550123"],
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

  test.each([
    ["0055 51 99876-5432", "br", "+5551998765432"],
    ["00 65 9123 4567", "sg", "+6591234567"],
    ["00 57 321 1234567", "co", "+573211234567"],
  ])(
    "00 and the place's own calling code are no call abroad: %s in %s is %s (D 4.4)",
    (typed, country, e164) => {
      expect(parsePhone(typed, country)).toEqual({ ok: true, e164 });
    },
  );

  test.each([
    // A digit is missing: what Brazil dials for Peru is no number of Peru.
    ["0055 51 99876-543", "br"],
    // Germany as most countries dial it, and India as Singapore does.
    ["0049 176 1234 5678", "sg"],
    // Arizona, or a German mobile number with a zero too many.
    ["001 602 234 5678", "de"],
  ])("what may be another country's number is refused without a +: %s in %s (D 4.4)", (typed, country) => {
    expect(parsePhone(typed, country)).toEqual({ ok: false, reason: "unparseable" });
  });

  test.each([
    ["4917612345678", "de", "+4917612345678"],
    ["0971501234567", "ae", "+971501234567"],
    ["94 71 555 0123", "lk", "+94715550123"],
    ["52 1 55 1234 5678", "mx", "+525512345678"],
  ])("a country's own calling code is not doubled: %s in %s is %s (D 4.5)", (typed, country, e164) => {
    expect(parsePhone(typed, country)).toEqual({ ok: true, e164 });
  });

  test.each([
    ["+52 1 55 1234 5678", null, "+525512345678"],
    ["044 55 1234 5678", "mx", "+525512345678"],
    ["0049 176 12345678", "us", "+4917612345678"],
    ["0049 176 12345678", null, "+4917612345678"],
    ["011 49 176 12345678", "us", "+4917612345678"],
    ["010 94 71 555 0123", "jp", "+94715550123"],
    ["00+49 176 12345678", "de", "+4917612345678"],
  ])("a clear number is taken: %s with the country %s is %s (D 4.6)", (typed, country, e164) => {
    expect(parsePhone(typed, country)).toEqual({ ok: true, e164 });
  });

  test.each([
    ["0000000000", "lk"],
    ["+94 000 000 000", null],
    ["1111111111", "us"],
    ["00000", "de"],
  ])("what a required field was filled with is no number: %s (D 9.15)", (typed, country) => {
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
