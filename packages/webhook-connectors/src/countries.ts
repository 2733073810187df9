let byName: Map<string, string> | undefined;

/**
 * The ISO 3166-1 code of a country that people wrote: a code of two letters, or an English name as ERPNext and EspoCRM offer them.
 *
 * @returns undefined where it is neither.
 */
export function countryCode(written: string | null | undefined): string | undefined {
  const text = written?.trim() ?? "";
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  byName ??= countriesByName();
  return byName.get(text.toLowerCase());
}

function countriesByName(): Map<string, string> {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  // A code that is no longer given, such as DD, bears the name of the one that took its place.
  const given = codes.filter((code) => new Intl.Locale(`und-${code}`).region === code);
  return new Map(given.map((code) => [names.of(code)?.toLowerCase() ?? code, code]));
}
