import type { Direction } from "../ui-kit/ui-kit.ts";
import { directionOf } from "./direction.ts";
import { createTimes, type Times } from "./times.ts";
import { type Catalog, createTranslator, type Translate } from "./translator.ts";

/** Everything that depends on the viewer's language and time zone. */
export interface I18n {
  readonly locale: string;
  readonly direction: Direction;
  readonly t: Translate;
  readonly times: Times;
}

export interface I18nOptions {
  /** BCP 47, such as `en`, `pt-BR`, `ar`. */
  readonly locale: string;
  /** The texts in that language; what is missing is shown in English. */
  readonly catalog?: Catalog | undefined;
  /** An IANA name; absent, the viewer's own. */
  readonly timeZone?: string | undefined;
}

export function createI18n({ locale, catalog, timeZone }: I18nOptions): I18n {
  return {
    locale,
    direction: directionOf(locale),
    t: createTranslator(locale, catalog),
    times: createTimes(locale, timeZone),
  };
}
