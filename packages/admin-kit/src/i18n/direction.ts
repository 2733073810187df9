import type { Direction } from "../ui-kit/ui-kit.ts";

const RTL_SCRIPTS = new Set(["Arab", "Hebr", "Thaa", "Nkoo", "Syrc", "Adlm", "Rohg"]);

/** The direction a locale (BCP 47) is written in; a script subtag counts, so `ur` and `ur-Latn` differ. */
export function directionOf(locale: string): Direction {
  return RTL_SCRIPTS.has(new Intl.Locale(locale).maximize().script ?? "") ? "rtl" : "ltr";
}
