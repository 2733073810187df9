import { type CountryCode, getCountries, getExampleNumber, type PhoneNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { parsePhone } from "./phone.ts";

/** The example mobile number of each country in the metadata, as people write it. */
const WAYS: readonly {
  readonly way: string;
  readonly hasPlus: boolean;
  write(number: PhoneNumber): string;
}[] = [
  { way: "international, `+` and digits", hasPlus: true, write: ({ number }) => number },
  { way: "international, spaced", hasPlus: true, write: (number) => number.formatInternational() },
  {
    way: "international, with a bracketed zero",
    hasPlus: true,
    write: ({ countryCallingCode, nationalNumber }) => `+${countryCallingCode} (0) ${nationalNumber}`,
  },
  {
    way: "international, in full-width digits",
    hasPlus: true,
    write: ({ number }) => inDigitsOf("０", number),
  },
  { way: "national, as the country writes it", hasPlus: false, write: (number) => number.formatNational() },
  { way: "national, digits alone", hasPlus: false, write: nationalDigits },
  { way: "without the national prefix", hasPlus: false, write: ({ nationalNumber }) => nationalNumber },
  { way: "with a 0 before it", hasPlus: false, write: ({ nationalNumber }) => `0${nationalNumber}` },
  { way: "with 00 and the calling code", hasPlus: false, write: (number) => `00${abroad(number)}` },
  {
    way: "with the calling code alone",
    hasPlus: false,
    write: (number) => abroad(number).replaceAll(" ", ""),
  },
  { way: "in pairs", hasPlus: false, write: (number) => nationalDigits(number).replaceAll(/../g, "$& ") },
  {
    way: "bracketed",
    hasPlus: false,
    write: (number) => nationalDigits(number).replace(/^(.{3})(.*)$/, "($1) $2"),
  },
  { way: "with an extension", hasPlus: false, write: (number) => `${number.formatNational()} ext. 12` },
  { way: "in Arabic digits", hasPlus: false, write: (number) => inDigitsOf("٠", number.formatNational()) },
];

function abroad(number: PhoneNumber): string {
  return number.formatInternational().slice(1);
}

function nationalDigits(number: PhoneNumber): string {
  return number.formatNational().replaceAll(/\D/g, "");
}

function inDigitsOf(zero: string, text: string): string {
  return text.replaceAll(/\d/g, (digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)));
}

const numbers = getCountries().map((country) => exampleOf(country));
const readings = WAYS.map(({ way, hasPlus, write }) => ({
  way,
  hasPlus,
  each: numbers.map(({ country, number }) => {
    const read = parsePhone(write(number), country);
    return { country, number, e164: read.ok ? read.e164 : undefined };
  }),
}));

function exampleOf(country: CountryCode): { readonly country: CountryCode; readonly number: PhoneNumber } {
  const number = getExampleNumber(country, examples);
  if (!number) throw new Error(`The metadata has no mobile number of ${country}.`);
  return { country, number };
}

function rightIn(each: (typeof readings)[number]["each"]): number {
  return each.filter(({ number, e164 }) => e164 === number.number).length;
}

describe.each(readings)("a mobile number written $way", ({ hasPlus, each }) => {
  test("never becomes another country's number unless + was typed (D 4.4)", () => {
    const strangers = each.filter(
      ({ number, e164 }) => e164 !== undefined && !e164.startsWith(`+${number.countryCallingCode}`),
    );
    expect(strangers.map(({ country, e164 }) => `${country} ${e164}`)).toEqual([]);
  });

  test("is read right in all countries with +, and in 95 of 100 without (D 4.6)", () => {
    expect(rightIn(each) / each.length).toBeGreaterThanOrEqual(hasPlus ? 1 : 0.95);
  });
});

test("docs/reference/phones.md has the rates (D 4.6)", async () => {
  const rows = readings.map(({ way, each }) => {
    const right = rightIn(each);
    const refused = each.filter(({ e164 }) => e164 === undefined).map(({ country }) => country);
    const others = each.filter(({ number, e164 }) => e164 !== undefined && e164 !== number.number);
    return `| ${way} | ${right} of ${each.length} | ${refused.join(" ") || "–"} | ${others.map(({ country }) => country).join(" ") || "–"} |`;
  });
  const page = [
    "# How phone numbers are read",
    "",
    "The example mobile number of each country in libphonenumber's metadata, written in fourteen ways and read with the country of an",
    "address there. A number without `+` never becomes another country's number, unless `00` or what the country dials for it (`011` in",
    "America) opens a valid one and no reading in the country contradicts it.",
    "",
    "Made by `pnpm --dir packages/core exec vitest run src/kernel/phone-rates.test.ts -u`; the same test without `-u` checks it.",
    "",
    "| written | read right | refused in | another number of the same country in |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../../../docs/reference/phones.md");
});
