import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currencyDecimals, formatMoney, moneyFromMajorUnits } from "./index.ts";

describe("formats minor units", () => {
  test.each([
    [4_999, "USD", "en", "$49.99"],
    [5_000, "JPY", "en", "¥5,000"],
    [12_345, "KWD", "en", "KWD 12.345"],
    [123_450, "LKR", "de", "1.234,50 LKR"],
    [123_450, "LKR", "si", "රු. 1,234.50"],
    [0, "EUR", "fr", "0,00 €"],
    [5, "EUR", "en", "€0.05"],
  ])("%d %s in %s is %s", (amount, currency, locale, shown) => {
    expect(formatMoney({ amount, currency }, locale).replace(/\s/g, " ")).toBe(shown);
  });

  test("amounts near the largest exact integer lose no cent", () => {
    const shown = formatMoney({ amount: Number.MAX_SAFE_INTEGER, currency: "USD" }, "en");
    expect(shown).toBe("$90,071,992,547,409.91");
  });

  test("a currency that the standard does not list has two decimals", () => {
    expect(currencyDecimals("XZZ")).toBe(2);
  });
});

describe("reads major units", () => {
  test.each([
    [49.99, "usd", 4_999],
    ["49.99", "USD", 4_999],
    ["1.005", "USD", 101],
    [1.005, "USD", 101],
    [5000, "JPY", 5_000],
    ["12.345", "KWD", 12_345],
    ["0", "EUR", 0],
    [1e-7, "EUR", 0],
    [8.2, "EUR", 820],
    [1.1, "KWD", 1_100],
  ])("%j %s is %d minor units", (major, currency, amount) => {
    expect(moneyFromMajorUnits(major, currency)).toEqual({ amount, currency: currency.toUpperCase() });
  });

  test.each([
    ["", "USD"],
    ["12,50", "USD"],
    ["1".repeat(20), "USD"],
    [Number.NaN, "USD"],
    [Infinity, "USD"],
    [1, "dollars"],
    ["0x10", "USD"],
  ])("%j %s is not read", (major, currency) => {
    expect(moneyFromMajorUnits(major, currency)).toBeUndefined();
  });

  test("every amount of cents survives the way through major units", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e12 }),
        fc.constantFrom("USD", "JPY", "KWD"),
        (amount, currency) => {
          const major = (amount / 10 ** currencyDecimals(currency)).toFixed(currencyDecimals(currency));
          expect(moneyFromMajorUnits(major, currency)).toEqual({ amount, currency });
          expect(moneyFromMajorUnits(Number(major), currency)).toEqual({ amount, currency });
        },
      ),
    );
  });
});
