import { ENGLISH } from "../src/i18n/english.ts";
import type { Plural } from "../src/i18n/plural.ts";

/**
 * A made-up language, written from right to left, in which every text of the table stands in ⟦brackets⟧: what does not is
 * hard-coded.
 */
export const PSEUDO_LOCALE = "ar-XB";

export const PSEUDO_CATALOG = Object.fromEntries(
  Object.entries<string | Plural>(ENGLISH).map(([key, text]) => [
    key,
    typeof text === "string"
      ? `⟦${text}⟧`
      : Object.fromEntries(Object.entries(text).map(([category, form]) => [category, `⟦${form}⟧`])),
  ]),
);
