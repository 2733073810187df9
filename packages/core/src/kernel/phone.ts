import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";

export type PhoneResult =
  | { readonly ok: true; readonly e164: string }
  | { readonly ok: false; readonly reason: "missing" | "unparseable" };

/** The form in which numbers travel and are kept: ITU-T E.164, from seven digits. */
export const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads a phone number as a person typed it into E.164.
 *
 * @param countryIso ISO 3166-1 alpha-2 (any case) of the shipping address, used when the number has no `+`.
 */
export function parsePhone(typed: string | null | undefined, countryIso?: string | null): PhoneResult {
  const text = typed?.trim() ?? "";
  if (text === "") return { ok: false, reason: "missing" };
  const country = countryIso?.toUpperCase() ?? "";
  const parsed = parsePhoneNumberFromString(
    text,
    isSupportedCountry(country) ? (country as CountryCode) : undefined,
  );
  return parsed?.isPossible() && isWhole(parsed.number)
    ? { ok: true, e164: parsed.number }
    : { ok: false, reason: "unparseable" };
}

/**
 * Some countries have numbers of four digits, which no phone on WhatsApp has and the vocabulary does not take. And of several
 * leading zeros only the first is taken away: what would be another number when it is read again is nobody's.
 */
function isWhole(e164: string): boolean {
  return E164.test(e164) && parsePhoneNumberFromString(e164)?.number === e164;
}
