import { z } from "zod";
import { type OrderAct, type OrderStory, totalOf } from "../acts.ts";
import { countryCode } from "../countries.ts";
import { majorUnits, optionalText } from "../fields.ts";
import type { PhonePlace } from "../recipients.ts";
import { actsOfState, type States } from "../states.ts";
import { timeInZone } from "../times.ts";
import { isSeriesName } from "./document-name.ts";

/**
 * A document of Frappe that is an order: a Sales Order of ERPNext, or another one with its fields. The webhook's body is what the
 * merchant wrote; the README has a template with these fields.
 */

const documentName = z.string().refine(isSeriesName);

export const frappeDocument = z.object({
  doctype: z.string().min(1).max(140),
  name: documentName,
  docstatus: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  status: optionalText,
  workflow_state: optionalText,
  creation: z.string().max(40),
  modified: z.string().max(40),
});

export const frappeOrder = frappeDocument.extend({
  grand_total: majorUnits,
  currency: z.string().max(10),
  customer: optionalText,
  customer_name: optionalText,
  language: optionalText,
  contact_mobile: optionalText,
  contact_phone: optionalText,
  shipping_address_name: optionalText,
  customer_address: optionalText,
});

export const frappeAddress = z.object({ phone: optionalText, country: optionalText });

type FrappeDocument = z.output<typeof frappeDocument>;
type FrappeOrder = z.output<typeof frappeOrder>;
type FrappeAddress = z.output<typeof frappeAddress>;

export interface Reading {
  readonly states: States;
  readonly timeZone: string;
  /** For numbers without one, where an order has no address. */
  readonly country: string;
}

const DOCSTATUS = ["Draft", "Submitted", "Cancelled"] as const;
const OWN_STATES: States = { Submitted: "order.confirmed", Cancelled: "order.cancelled" };

/** A document is in up to three states at once. */
export function statesOf({ docstatus, status, workflow_state }: FrappeDocument) {
  return { docstatus: DOCSTATUS[docstatus], status, workflow_state };
}

/** Frappe keeps no time of a state. */
export function actsOf(document: FrappeDocument, states: States): OrderAct[] {
  return [...new Set(Object.values(statesOf(document)))].flatMap((state) =>
    state ? actsOfState(document.name, state, { ...OWN_STATES, ...states }) : [],
  );
}

export function storyOf(
  order: FrappeOrder,
  shipping: FrappeAddress | undefined,
  billing: FrappeAddress | undefined,
  { states, timeZone, country }: Reading,
): OrderStory {
  const placeOf = (address: FrappeAddress | undefined): PhonePlace => ({
    phone: address?.phone,
    country: countryCode(address?.country) ?? null,
  });
  return {
    order: {
      ref: order.name,
      code: order.name,
      placed_at: timeOf(order.creation, timeZone),
      total: totalOf(order.grand_total, order.currency),
    },
    person: {
      places: [
        placeOf(shipping),
        { ...placeOf(billing), buyers: true },
        { phone: order.contact_mobile, buyers: true },
        { phone: order.contact_phone, buyers: true },
        { country },
      ],
      name: order.customer_name,
      customerRef: documentName.safeParse(order.customer).data,
      locale: order.language,
    },
    acts: actsOf(order, states),
    changedAt: timeOf(order.modified, timeZone),
  };
}

/** @throws Error where the document says no time. */
export function timeOf(text: string, timeZone: string): string {
  const time = timeInZone(text, timeZone);
  if (time === undefined) throw new Error("ERPNext gave a time that is not one.");
  return time;
}
