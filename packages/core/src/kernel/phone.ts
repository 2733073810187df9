import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";

/**
 * Reads phone numbers as people type them. A wrong reading writes to a stranger, a refused one costs a message, so a number without `+`
 * is read in several ways and one is taken only where the others do not contradict it:
 *
 * 1. as a number of the place: national, with `00` and the place's own calling code, or with that code alone;
 * 2. failing that, as a number abroad, where `00` or what the place dials for it (`011` in America) opens a valid number;
 * 3. failing that, as a national number whose length is right: new ranges are older than the metadata that knows them.
 *
 * A reading whose calling code differs from the place's, and which nothing opened, is refused. docs/reference/phones.md has the rates.
 */

export type PhoneResult =
  | { readonly ok: true; readonly e164: string }
  | { readonly ok: false; readonly reason: "missing" | "unparseable" };

/** The form in which numbers travel and are kept: ITU-T E.164, from seven digits. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads a phone number as a person typed it into E.164.
 *
 * @param countryIso ISO 3166-1 alpha-2 (any case) of the shipping address, used when the number has no `+`.
 */
export function parsePhone(typed: string | null | undefined, countryIso?: string | null): PhoneResult {
  const text = dialled(typed ?? "");
  if (text === "") return { ok: false, reason: typed?.trim() ? "unparseable" : "missing" };
  const country = countryIso?.toUpperCase() ?? "";
  const e164 = text.startsWith("+")
    ? numberOf(readAbroad(text))
    : isSupportedCountry(country)
      ? readAt(text, country)
      : numberOf(valid(read(throughZeros(text))));
  return e164 === undefined ? { ok: false, reason: "unparseable" } : { ok: true, e164 };
}

/** What is dialled: in ASCII digits, without what stands before it or cannot be seen, such as the direction marks of address books. */
function dialled(typed: string): string {
  const text = typed
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Nd}/gu, asciiDigit);
  const start = text.search(/[+\d]/);
  return start === -1 ? "" : text.slice(start).replace(/^\+[\s+(]*(?:0\D*0(?=\D*[1-9]))?/, "+");
}

/** Unicode keeps the ten digits of a script in a row that begins with its zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/** A zero between calling code and number is for dialling within the country; the metadata knows it only where the country has one. */
function readAbroad(text: string): PhoneNumber | undefined {
  const number = read(text);
  const bracketed = /^\+\d+\s*\(0\)/.exec(text)?.[0];
  if (!number || (number.isValid() && !bracketed)) return number;
  const { countryCallingCode: code, nationalNumber } = number;
  const withoutZero = read(
    bracketed
      ? text.replace(bracketed, bracketed.replace("(0)", ""))
      : `+${code}${nationalNumber.replace(/^0/, "")}`,
  );
  return isMobile(withoutZero) ? withoutZero : number;
}

function readAt(text: string, country: CountryCode): string | undefined {
  const code = getCountryCallingCode(country);
  const ofPlace = (number: PhoneNumber | undefined) =>
    number?.countryCallingCode === code ? number : undefined;

  const throughOwnCode = valid(ofPlace(read(throughZeros(text))));
  if (throughOwnCode) return numberOf(throughOwnCode);

  const dialledHere = read(text, country);
  const national = ofPlace(dialledHere);
  const withOwnCode = text.replaceAll(/\D/g, "").startsWith(code) ? ofPlace(read(`+${text}`)) : undefined;
  const own = [national, withOwnCode];
  const clear = own.find(isMobile) ?? own.find((number) => number?.isValid());
  if (clear) return numberOf(clear);

  // A zero that the country does not dial, one too many, or one before the calling code.
  const rest = text.startsWith("0") ? text.replace(/^[0\D]+/, "") : "";
  const mobiles = [`+${code}${rest}`, `+${rest}`].map((reading) => ofPlace(read(reading))).filter(isMobile);
  const abroad = valid(read(throughZeros(text)) ?? read(throughPrefixOf(country, code, text)));
  const dialledAbroad = national ? undefined : valid(dialledHere);
  const readings = [...mobiles, abroad, abroad && dialledAbroad].flatMap((number) => numberOf(number) ?? []);
  if (readings.length > 0) return new Set(readings).size === 1 ? readings[0] : undefined;

  const isDoubled = national?.nationalNumber.startsWith(code) || /^0\D*0/.test(text);
  return isDoubled ? undefined : numberOf(national);
}

/** `00` opens a number abroad in most countries, and people write it instead of `+` in all others. */
function throughZeros(text: string): string | undefined {
  return /^0\D*0\D*[1-9]/.test(text) ? text.replace(/^0\D*0\D*/, "+") : undefined;
}

/** What opens a number abroad where it is not `00`. Countries with a choice of carriers have several, and are left out. */
const PREFIXES: ReadonlyMap<string, RegExp> = new Map([
  ["1", /^0\D*1\D*1\D*/],
  ["AU", /^0\D*0\D*1\D*1\D*/],
  ["JP", /^0\D*1\D*0\D*/],
]);

function throughPrefixOf(country: CountryCode, code: string, text: string): string | undefined {
  const prefix = PREFIXES.get(country) ?? PREFIXES.get(code);
  return prefix?.test(text) ? text.replace(prefix, "+") : undefined;
}

function read(text: string | undefined, country?: CountryCode): PhoneNumber | undefined {
  const number = text === undefined ? undefined : parsePhoneNumberFromString(text, country);
  if (number?.countryCallingCode !== MEXICO) return number;
  // Until 2019 a 1 led to a mobile number from abroad, and 01, 044 or 045 within the country; all are still typed.
  const [, rest] = /^(?:01|04[45]|1)(\d{10})$/.exec(number.nationalNumber) ?? [];
  return rest === undefined ? number : parsePhoneNumberFromString(`+${MEXICO}${rest}`);
}

const MEXICO = "52";

function valid(number: PhoneNumber | undefined): PhoneNumber | undefined {
  return number?.isValid() ? number : undefined;
}

function isMobile(number: PhoneNumber | undefined): number is PhoneNumber {
  const type = number?.getType();
  return type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
}

/** What a form was filled with because it had to be: zeros, or one digit again and again. */
function isConceivable({ nationalNumber }: PhoneNumber): boolean {
  return !/^0|^(\d)\1+$/.test(nationalNumber);
}

/**
 * Some countries have numbers of four digits, which no phone on WhatsApp has and the vocabulary does not take. And of several
 * leading zeros only the first is taken away: what would be another number when it is read again is nobody's.
 */
function numberOf(number: PhoneNumber | undefined): string | undefined {
  if (!number?.isPossible() || !E164.test(number.number)) return undefined;
  if (!number.isValid() && !isConceivable(number)) return undefined;
  return read(number.number)?.number === number.number ? number.number : undefined;
}
