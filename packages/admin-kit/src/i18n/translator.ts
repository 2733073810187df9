import { directionOf } from "./direction.ts";
import { ENGLISH } from "./english.ts";
import type { Plural } from "./plural.ts";

type English = typeof ENGLISH;
export type MessageKey = keyof English;

/** All texts in one language. What a translation leaves out is shown in English. */
export type Catalog = { readonly [K in MessageKey]?: English[K] extends string ? string : Plural };

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type TextOf<M> = M extends string ? M : M extends { readonly other: infer O extends string } ? O : never;
type Names<K extends MessageKey> =
  | Placeholders<TextOf<English[K]>>
  | (English[K] extends string ? never : "count");

/** The parameters a text needs: none, or an object with exactly its placeholders (a plural's `count` is a number). */
export type Params<K extends MessageKey> = [Names<K>] extends [never]
  ? []
  : [params: { readonly [N in Names<K>]: N extends "count" ? number : string | number }];

/** Unicode's isolates: what stands between them keeps its own direction, such as a number in an Arabic sentence. */
const FIRST_STRONG = "\u2068";
const END = "\u2069";

export type Translate = <K extends MessageKey>(key: K, ...params: Params<K>) => string;

/**
 * The function that words everything a page says.
 *
 * @example
 * const t = createTranslator("en");
 * t("templates.synced", { count: 3 }); // "3 templates are up to date."
 */
export function createTranslator(locale: string, catalog: Catalog = {}): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const isolated =
    directionOf(locale) === "rtl"
      ? (value: string) => `${FIRST_STRONG}${value}${END}`
      : (value: string) => value;
  return (key, ...[params]) => {
    const values: Readonly<Record<string, string | number>> = params ?? {};
    const message: string | Plural = catalog[key] ?? ENGLISH[key];
    const text =
      typeof message === "string"
        ? message
        : (message[plurals.select(Number(values["count"]))] ?? message.other);
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (typeof value === "number") return numbers.format(value);
      return value === undefined ? placeholder : isolated(value);
    });
  };
}

/** True where a text exists for a key made from data, such as an event type the pages may not know yet. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(ENGLISH, key);
}
