import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, readLocale, shortened } from "./index.ts";

test("plain text is one line without control, direction or half characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\uFEFF]|\p{Zs}{2}/u);
      expect(plainText(plain)).toBe(plain);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["a\r\nb\tc", "a b c"],
  ["a     b", "a b"],
  ["\u202egnp.exe\u202c", "gnp.exe"],
  ["ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"],
  ["👩‍👧", "👩‍👧"],
  ["\ud83d", ""],
])("%j becomes %j", (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test("shortening cuts between characters and says so", () => {
  expect(shortened("abcdef", 6)).toBe("abcdef");
  expect(shortened("abcdefg", 6)).toBe("abcde…");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 20 }), (text, charsMax) => {
      const short = shortened(text, charsMax);
      expect(short.length).toBeLessThanOrEqual(charsMax);
      expect(short).not.toMatch(/\p{Cs}/u);
    }),
  );
});

test.each([
  ["si-LK", "si-LK"],
  ["en_US", "en-US"],
  ["pt_BR.UTF-8", "pt-BR"],
  ["ca_ES@valencia", "ca-ES"],
  ["PT-br", "pt-BR"],
  ["C", undefined],
  ["", undefined],
  ["  ", undefined],
  [null, undefined],
  ["not a locale", undefined],
])("the locale %j is read as %j", (written, tag) => {
  expect(readLocale(written)).toBe(tag);
});
