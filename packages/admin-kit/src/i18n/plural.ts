/** A text that depends on a number: the CLDR categories of the language, of which `other` is always there. */
export type Plural = { readonly other: string } & { readonly [C in Intl.LDMLPluralRule]?: string };
