import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";

export type PhoneResult =
  | { readonly ok: true; readonly e164: string }
  | { readonly ok: false; readonly reason: "missing" | "unparseable" };

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
  return parsed?.isPossible() ? { ok: true, e164: parsed.number } : { ok: false, reason: "unparseable" };
}
