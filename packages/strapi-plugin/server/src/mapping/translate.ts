import {
  type ConsentClaim,
  type ConsentTakenBack,
  type EventData,
  knownCode,
  type Money,
  moneyFromMajorUnits,
  parsePhone,
  type Recipient,
  readLocale,
} from "@webxkey/core";
import { phoneOfFirst } from "@webxkey/host-kit";
import {
  type AccountMapping,
  type OrderEvent,
  type OrderMapping,
  type Row,
  textAt,
  textOr,
  valueAt,
} from "./mapping.ts";

/** What an entry says, by the merchant's mapping. No I/O here. */

type Order = EventData<"order.placed">["order"];

export function recipientOfOrder(row: Row, { fields }: OrderMapping): Recipient {
  return recipientOf(row, fields);
}

export function recipientOfAccount(row: Row, account: AccountMapping): Recipient {
  return { ...recipientOf(row, account), customer_ref: idOf(row) };
}

function recipientOf(
  row: Row,
  { phone, country, name, locale }: Pick<AccountMapping, "phone" | "country" | "name" | "locale">,
): Recipient {
  const from = textOr(row, country);
  const named = textAt(row, name);
  const language = readLocale(textAt(row, locale));
  return {
    ...phoneOfFirst(phone.map((path) => parsePhone(textAt(row, path), from))),
    ...(named ? { name: named } : {}),
    ...(language ? { locale: language } : {}),
  };
}

export function orderOf(row: Row, { fields }: OrderMapping): Order {
  return {
    ref: idOf(row),
    code: knownCode(textAt(row, fields.code) ?? "") ?? idOf(row),
    placed_at: timeOf(row["createdAt"]),
    total: amountAt(row, fields.total, fields),
  };
}

/** What an event has beside the order. An entry has one of each: two shipments are two states. */
export function partsOf(event: OrderEvent, row: Row, { fields }: OrderMapping): object {
  const ref = idOf(row);
  switch (event) {
    case "order.paid":
    case "order.payment_failed":
      return { payment: { ref, amount: amountAt(row, fields.paid ?? fields.total, fields) } };
    case "order.refunded":
    case "order.partially_refunded":
      return { refund: { ref, amount: amountAt(row, fields.refunded ?? fields.total, fields) } };
    case "order.shipped":
    case "order.ready_for_pickup":
    case "order.delivered":
      return { fulfillment: { ref } };
    case "order.return_requested":
    case "order.return_received":
      return { return: { ref } };
    default:
      return {};
  }
}

/** The customer's consent, where the merchant said which attribute it is and it is true. Anything else is none. */
export function claimOf(row: Row, { content_type, fields }: OrderMapping): ConsentClaim | undefined {
  const { consent } = fields;
  if (!consent || valueAt(row, consent.attribute) !== true) return undefined;
  return {
    wordingId: consent.wording_id,
    wordingVersion: consent.wording_version,
    wordingLanguage: consent.wording_language,
    method: "form",
    occurredAt: new Date(timeOf(row["createdAt"])),
    isTimeOfOrder: true,
    evidence: evidenceOf(row, content_type, consent.attribute),
    givenBy: { phones: phonesOfTicker(row, fields) },
  };
}

/** The words whose attribute is not true now. */
export function takenBackOf(row: Row, { content_type, fields }: OrderMapping): ConsentTakenBack[] {
  const { consent } = fields;
  if (!consent || valueAt(row, consent.attribute) === true) return [];
  return [
    {
      wordingId: consent.wording_id,
      wordingVersion: consent.wording_version,
      wordingLanguage: consent.wording_language,
      evidence: evidenceOf(row, content_type, consent.attribute),
    },
  ];
}

function evidenceOf(row: Row, contentType: string, attribute: string): string {
  return `${contentType} ${idOf(row)}.${attribute}`;
}

/** Of several numbers in one entry nobody knows which is the buyer's, unless the mapping says so or all are the same. */
function phonesOfTicker(row: Row, { consent, phone, country }: OrderMapping["fields"]): string[] {
  const places = consent?.phone ? [consent.phone] : phone;
  const written = places.flatMap((path) => textAt(row, path)?.trim() || []);
  const numbers = written.map((text) => parsePhone(text, textOr(row, country)));
  const [first] = numbers;
  const isOne = first?.ok && numbers.every((number) => number.ok && number.e164 === first.e164);
  return isOne ? [first.e164] : [];
}

export function idOf(row: Row): string {
  return String(row["documentId"]);
}

/** RFC 3339. */
export function timeOf(time: unknown): string {
  return new Date(time as string | Date).toISOString();
}

/** @throws Error where the entry holds no amount: the fact is then tried again and at last parked, never told wrongly. */
function amountAt(row: Row, path: string, { currency }: OrderMapping["fields"]): Money {
  const money = moneyFromMajorUnits(textAt(row, path) ?? "", textOr(row, currency) ?? "");
  if (!money) throw new Error("The entry holds an amount that is not one.");
  return { ...money, amount: Math.max(0, money.amount) };
}
