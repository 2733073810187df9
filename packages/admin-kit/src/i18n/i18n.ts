import type { Direction } from "../ui-kit/ui-kit.ts";
import { directionOf } from "./direction.ts";
import { createTimes, type Times } from "./times.ts";
import { type Catalog, createTranslator, type Translate } from "./translator.ts";

/** Texts by language: `de` serves `de-AT` too, `pt-BR` only itself. */
export type Catalogs = Readonly<Record<string, Catalog>>;

/** Everything that depends on the viewer's language and time zone. */
export interface I18n {
  /** What the pages are written in: the viewer's locale where there are texts for it, English else. */
  readonly locale: string;
  readonly direction: Direction;
  readonly t: Translate;
  readonly times: Times;
  /** `Ann, Bo or Cy`. */
  alternatives(items: readonly string[]): string;
}

export interface I18nOptions {
  /** The viewer's, BCP 47, such as `en-GB`, `pt-BR`, `ar`. */
  readonly locale: string;
  readonly catalogs?: Catalogs | undefined;
  /** An IANA name; absent, the viewer's own. */
  readonly timeZone?: string | undefined;
}

export function createI18n({ locale: wished, catalogs = {}, timeZone }: I18nOptions): I18n {
  const catalog = catalogs[wished] ?? catalogs[languageOf(wished)];
  // Dates in one language, words in another and the direction of a third would help nobody.
  const locale = catalog || languageOf(wished) === "en" ? wished : "en";
  return {
    locale,
    direction: directionOf(locale),
    t: createTranslator(locale, catalog),
    times: createTimes(locale, timeZone),
    alternatives: (items) => new Intl.ListFormat(locale, { type: "disjunction" }).format(items),
  };
}

function languageOf(locale: string): string {
  return new Intl.Locale(locale).language;
}
