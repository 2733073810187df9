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
  // Some countries have numbers of four digits, which no phone on WhatsApp has and the vocabulary does not take.
  return parsed?.isPossible() && E164.test(parsed.number)
    ? { ok: true, e164: parsed.number }
    : { ok: false, reason: "unparseable" };
}
