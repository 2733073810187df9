import type { z } from "zod";
import { currencyDecimals } from "../kernel/currency-decimals.ts";
import type { money } from "./shapes.ts";

/** An amount in minor units (cents) with its ISO 4217 currency: 5000 JPY is `{ amount: 5000, currency: "JPY" }`. */
export type Money = z.output<typeof money>;

/**
 * Money as a person writes it: `formatMoney({ amount: 123450, currency: "LKR" }, "de")` is `1.234,50 LKR`.
 *
 * @param locale BCP 47; one that Intl does not know falls back to the runtime's own.
 */
export function formatMoney({ amount, currency }: Money, locale = "en"): string {
  return formatOf(locale, currency).format(decimal(amount, currencyDecimals(currency)));
}

/** To make a format takes a hundred times as long as to use it. A shop has few; what people write as theirs is unbounded. */
const FORMATS_MAX = 200;
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const name = `${locale} ${currency}`;
  const known = formats.get(name);
  if (known) return known;
  if (formats.size === FORMATS_MAX) formats.clear();
  const decimals = currencyDecimals(currency);
  const made = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formats.set(name, made);
  return made;
}

/** How a number prints itself: `49.99`, `1e-7`. */
const DECIMAL = /^(-?\d+(?:\.\d+)?)(?:e([+-]?\d+))?$/;

/**
 * Turns a platform's amount in major units ("49.99") into minor units, rounding half up where a platform keeps more
 * decimals than the currency has. The currency may be in lower case, as several platforms store it.
 *
 * @returns undefined where the amount is no number, or too large to be exact.
 */
export function moneyFromMajorUnits(amount: number | string, currency: string): Money | undefined {
  const code = currency.toUpperCase();
  const [, digits, power = "0"] = DECIMAL.exec(String(amount).trim()) ?? [];
  if (digits === undefined || !/^[A-Z]{3}$/.test(code)) return undefined;
  // Moves the decimal point in the text: 1.005 * 100 is 100.49999999999999 in floating point, but 1.005e2 is exact.
  const minor = Math.round(Number(`${digits}e${Number(power) + currencyDecimals(code)}`));
  return Number.isSafeInteger(minor) ? { amount: minor, currency: code } : undefined;
}

/** The decimal text of minor units. Intl takes it exactly, where a division would round amounts above 2^53 / 100. */
function decimal(amount: number, decimals: number): Intl.StringNumericLiteral {
  return `${amount}e-${decimals}` as Intl.StringNumericLiteral;
}
