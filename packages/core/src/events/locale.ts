/** Longer than any tag of a living language, and short enough for every column and header it travels through. */
const LOCALE_CHARS_MAX = 35;

/** The canonical form of a BCP 47 tag (`pt-br` is `pt-BR`); undefined for anything else. */
export function canonicalLocale(tag: string): string | undefined {
  if (tag === "" || tag.length > LOCALE_CHARS_MAX) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/**
 * Reads a locale as platforms write it (`si-LK`, `en_US`, `pt_BR.UTF-8`) into a BCP 47 tag.
 *
 * @returns undefined where there is none: a guess would choose somebody's language for them.
 */
export function readLocale(written: string | null | undefined): string | undefined {
  const [tag = ""] = (written ?? "").trim().split(/[.@]/, 1);
  return canonicalLocale(tag.replaceAll("_", "-"));
}
