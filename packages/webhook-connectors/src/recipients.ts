import { type EventData, parsePhone, readLocale } from "@webxkey/core";
import type { OptionalText } from "./fields.ts";
import type { MessageSettings } from "./message-settings.ts";

export type Recipient = EventData["recipient"];

/** Where somebody may have typed a phone number. */
export interface PhonePlace {
  /** Of the person who buys and ticks boxes: the billing address's or the customer's, never the parcel's. */
  readonly buyers?: boolean;
  readonly phone?: OptionalText;
  /** ISO 3166-1 alpha-2, in any case. */
  readonly country?: OptionalText;
  /** Whose number it is: a parcel that goes to a friend is no reason to greet the buyer by the friend's name. */
  readonly name?: OptionalText;
}

/** Whom an event is told to. */
export interface Person {
  /** Shipping, then billing, then customer. */
  readonly places: readonly PhonePlace[];
  /** For a place that has no name of its own. */
  readonly name?: OptionalText;
  readonly customerRef?: string | undefined;
  readonly locale?: OptionalText;
  /** The places of the person whom a consent belongs to that the platform itself keeps in this field; undefined for any other field. */
  ownersOf?(field: string): readonly PhonePlace[] | undefined;
}

/**
 * Who is told. Each number is read with the country of its own place, else with the one that the parcel goes to; a number that cannot
 * be read does not hide a readable one behind it.
 */
export function recipientOf(person: Person, order: MessageSettings["phones"]): Recipient {
  const { places, customerRef, locale } = person;
  const { name, ...phone } = phoneIn(order === "buyer_first" ? buyerFirst(places) : places, places);
  const greeted = name?.trim() || person.name?.trim();
  const language = readLocale(locale);
  return {
    ...phone,
    ...(greeted && { name: greeted }),
    ...(customerRef !== undefined && { customer_ref: customerRef }),
    ...(language && { locale: language }),
  };
}

/** The numbers, read as `recipientOf` reads them, of the person whom a ticked field covers. */
export function buyerPhonesIn(person: Person, field: string): string[] {
  const owners = person.ownersOf?.(field) ?? person.places.filter(({ buyers }) => buyers);
  return owners.flatMap(({ phone, country }) => {
    const read = parsePhone(phone, country || parcelCountryOf(person.places));
    return read.ok ? [read.e164] : [];
  });
}

function buyerFirst(places: readonly PhonePlace[]): readonly PhonePlace[] {
  return [...places.filter(({ buyers }) => buyers), ...places.filter(({ buyers }) => !buyers)];
}

function phoneIn(
  places: readonly PhonePlace[],
  fromParcel: readonly PhonePlace[],
): Pick<Recipient, "phone" | "phone_problem"> & Pick<PhonePlace, "name"> {
  const parcelCountry = parcelCountryOf(fromParcel);
  let isTyped = false;
  // The first that can be read: to read a number costs more than all else of an order.
  for (const { phone, country, name } of places) {
    const read = parsePhone(phone, country || parcelCountry);
    if (read.ok) return { phone: read.e164, name };
    isTyped ||= read.reason === "unparseable";
  }
  return { phone_problem: isTyped ? "unparseable" : "missing" };
}

function parcelCountryOf(places: readonly PhonePlace[]): OptionalText {
  return places.find(({ country }) => country)?.country;
}
