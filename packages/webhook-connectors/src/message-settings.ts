import { type PlatformEntity, readLocale, type WebhookConnector } from "@webxkey/core";
import { z } from "zod";

/** What a merchant decides about the messages of a shop, whatever its platform. */

const language = z
  .string()
  .max(35)
  .transform((tag, context) => {
    const locale = readLocale(tag);
    if (locale !== undefined) return locale;
    context.addIssue("Give a language such as de or pt-BR.");
    return z.NEVER;
  });

export const messageSettings = {
  /** Whose number comes first. It never moves a consent: the buyer's covers the buyer alone, whoever is told. */
  phones: z.enum(["parcel_first", "buyer_first"]).default("parcel_first"),
  /** For orders and accounts that name none. */
  language: language.optional(),
  /** A field of the order or the customer that names the buyer's language, such as one that a translation plugin writes. */
  languageField: z.string().min(1).max(200).optional(),
};

export interface MessageSettings {
  readonly phones: "parcel_first" | "buyer_first";
  readonly language?: string | undefined;
  readonly languageField?: string | undefined;
}

/** The language to write in: what the merchant's field says, then what the platform says, then the shop's own. */
export function languageOf(
  { language, languageField }: MessageSettings,
  fieldOf: WebhookConnector["fieldOf"],
  read: readonly PlatformEntity[],
  platforms: string | undefined,
): string | undefined {
  const named = languageField === undefined ? [] : read.map((entity) => fieldOf(entity, languageField));
  const written = named.map((value) => (typeof value === "string" ? readLocale(value) : undefined));
  return written.find((locale) => locale !== undefined) ?? platforms ?? language;
}
