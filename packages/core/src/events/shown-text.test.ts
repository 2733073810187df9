import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { businessLabel, greetedName, knownCode } from "./shown-text.ts";

describe("a name in a greeting", () => {
  test.each([
    "Sheena",
    "Ana-María d'Ávila",
    "J.R. Nelson",
    "Dr. Nelson",
    "ශ්\u200dරී ලංකා",
    "محمد",
    "李小龍",
    "O’Neil",
  ])("is kept: %s (D 6.2)", (name) => {
    expect(greetedName(` ${name}\u202e `)).toBe(name);
  });

  test.each([
    "evil.example",
    "Claim your prize: bit.ly/x",
    "https://evil.example",
    "www evil",
    "me@evil.example",
    "call +1 650 555 1234",
    "You won a prize claim it before tomorrow evening",
    "evil。com",
    "evil.\u034fcom",
    "evil.c\u0301om",
    "w\u034fww evil",
    "\u3164",
    "\u200d",
    "...",
    "",
  ])("is left out where it is none: %j (D 6.2)", (text) => {
    expect(greetedName(text)).toBeUndefined();
  });
});

describe("a code", () => {
  test.each([
    ...["1042", "#1042", "SAL-ORD-2026-00001", "SO/2026/0001", "Bestellung 1042", "Größe-7", "ORD.2026.1"],
    ...["S00042", "TEA", "注文 1042"],
  ])("is kept: %s (D 6.2)", (code) => {
    expect(knownCode(` ${code}\u200b`)).toBe(code);
  });

  test.each([
    "evil.example/x",
    "evil.\ufe0fexample/x",
    "https://evil.example",
    "Your account is locked 1",
    "call us now",
    "1042 — see evil",
    "+16505551234",
    "9".repeat(65),
    "#",
    "",
  ])("is refused where it is none: %j (D 6.2)", (text) => {
    expect(knownCode(text)).toBeUndefined();
  });

  test("of a parcel may stand in groups", () => {
    expect(knownCode("1Z 999 AA1 01 2345 6784", 10)).toBe("1Z 999 AA1 01 2345 6784");
  });
});

describe("the name of a business", () => {
  test.each([
    ["Lanka Teas", "Lanka Teas"],
    ["Tom & Söhne (Outlet)", "Tom & Söhne (Outlet)"],
    ["Booking.com", "Booking. com"],
    ["Pay at https://evil.example/x", "Pay at https evil. example x"],
    ["Call +1 (650) 555-1234 now", "Call now"],
    ["evil。com", "evil com"],
    ["evil.\u034fcom", "evil. \u034fcom"],
    ["evil\u0301.com", "evil\u0301. com"],
    ["\u3164", ""],
  ])("is no link and no number to call: %s is %s (D 6.2)", (text, label) => {
    expect(businessLabel(text)).toBe(label);
  });
});

test("nothing that is shown can be made a link of, and reading it again changes nothing (D 6.2)", () => {
  const words = fc.constantFrom(
    ..."evil com www . : / @ 。 \u034f \u200d \u3164 1 555 ශ් #".split(" "),
    " ",
    "\u202e",
  );
  const texts = fc.array(words, { maxLength: 20 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      for (const read of [greetedName, knownCode, businessLabel]) {
        const shown = read(text);
        if (!shown) continue;
        expect(shown.replace(/[\p{M}\u200c\u200d]/gu, "")).not.toMatch(/\p{L}\.\p{L}{2}|:\/\/|@/u);
        expect(read(shown)).toBe(shown);
      }
    }),
    { numRuns: 2_000 },
  );
});
