import { type EventData, parsePhone, readLocale } from "@webxkey/core";
import type { OptionalText } from "./fields.ts";

export type Recipient = EventData["recipient"];

/** Where somebody may have typed a phone number. */
export interface PhonePlace {
  /** Of the person who buys and ticks boxes: the billing address's or the customer's, never the parcel's. */
  readonly buyers?: boolean;
  readonly phone?: OptionalText;
  /** ISO 3166-1 alpha-2, in any case. */
  readonly country?: OptionalText;
}

/** Whom an event is told to. */
export interface Person {
  /** Shipping, then billing, then customer. */
  readonly places: readonly PhonePlace[];
  readonly name?: OptionalText;
  readonly customerRef?: string | undefined;
  readonly locale?: OptionalText;
}

/**
 * Who is told. Each number is read with the country of its own place, else with the one that the parcel goes to; a number that cannot
 * be read does not hide a readable one behind it.
 */
export function recipientOf({ places, name, customerRef, locale }: Person): Recipient {
  const language = readLocale(locale);
  return {
    ...phoneIn(places),
    ...(name?.trim() && { name: name.trim() }),
    ...(customerRef !== undefined && { customer_ref: customerRef }),
    ...(language && { locale: language }),
  };
}

/** The buyer's own numbers, read as `recipientOf` reads them: whom a ticked box covers. */
export function buyerPhonesIn(places: readonly PhonePlace[]): string[] {
  const parcelCountry = places.find(({ country }) => country)?.country;
  return places.flatMap(({ buyers, phone, country }) => {
    const read = buyers ? parsePhone(phone, country || parcelCountry) : undefined;
    return read?.ok ? [read.e164] : [];
  });
}

function phoneIn(places: readonly PhonePlace[]): Pick<Recipient, "phone" | "phone_problem"> {
  const parcelCountry = places.find(({ country }) => country)?.country;
  let isTyped = false;
  // The first that can be read: to read a number costs more than all else of an order.
  for (const { phone, country } of places) {
    const read = parsePhone(phone, country || parcelCountry);
    if (read.ok) return { phone: read.e164 };
    isTyped ||= read.reason === "unparseable";
  }
  return { phone_problem: isTyped ? "unparseable" : "missing" };
}
