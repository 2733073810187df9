import { knownCode } from "@webxkey/core";
import { z } from "zod";
import { type Act, type OrderStory, totalOf } from "../acts.ts";
import { countryCode } from "../countries.ts";
import { codeId, majorUnits, optionalText, ownField } from "../fields.ts";
import { actsOfState, type States } from "../states.ts";
import { utcTime } from "../times.ts";

/**
 * EspoCRM's records as its REST API gives them. The names of an order's fields are those of the entity SalesOrder of its Sales Pack
 * (assumed: that extension was not at hand); an entity of the merchant's own with the same names does as well.
 */

const optionalId = codeId.nullish().catch(null);

/** A webhook sends a record whole when it was made, and afterwards only the fields that changed. */
export const espoHint = z.looseObject({ id: codeId, modifiedAt: utcTime.optional().catch(undefined) });

export const espoOrder = z.object({
  id: codeId,
  name: optionalText,
  number: optionalText,
  createdAt: utcTime,
  modifiedAt: utcTime,
  amount: majorUnits,
  amountCurrency: z.string().max(10),
  accountId: optionalId,
  shippingContactId: optionalId,
  billingContactId: optionalId,
  contactId: optionalId,
  shippingAddressCountry: optionalText,
  billingAddressCountry: optionalText,
});

/** A Contact or an Account, as far as both are alike. */
export const espoPerson = z.object({ phoneNumber: optionalText, firstName: optionalText });

type EspoOrder = z.output<typeof espoOrder>;
type EspoPerson = z.output<typeof espoPerson> | undefined;

export interface Reading {
  readonly states: States;
  readonly stateField: string;
  /** For numbers without one, where an order has no address. */
  readonly country: string;
}

/** What a hint tells; where it does not name the state, nothing has changed that is told of. */
export function actsOfHint(hint: z.output<typeof espoHint>, { states, stateField }: Reading): Act[] {
  return actsOfState(hint.id, stateIn(hint, stateField), states);
}

export function storyOf(
  order: EspoOrder,
  record: unknown,
  people: { readonly shipping: EspoPerson; readonly billing: EspoPerson; readonly account: EspoPerson },
  { states, stateField, country }: Reading,
): OrderStory {
  const { shipping, billing, account } = people;
  return {
    order: {
      ref: order.id,
      code: knownCode(order.number ?? "") ?? order.name ?? order.id,
      placed_at: order.createdAt,
      total: totalOf(order.amount, order.amountCurrency),
    },
    person: {
      places: [
        {
          phone: shipping?.phoneNumber,
          country: countryCode(order.shippingAddressCountry) ?? null,
          name: shipping?.firstName,
        },
        {
          phone: billing?.phoneNumber,
          country: countryCode(order.billingAddressCountry) ?? null,
          name: billing?.firstName,
          buyers: true,
        },
        { phone: account?.phoneNumber, buyers: true },
        { country },
      ],
      name: billing?.firstName || shipping?.firstName,
      customerRef: order.accountId ?? undefined,
    },
    // EspoCRM keeps no time of a state.
    acts: actsOfState(order.id, stateIn(record, stateField), states),
    changedAt: order.modifiedAt,
  };
}

export function stateIn(record: unknown, stateField: string): string {
  const state = ownField(record, stateField);
  return typeof state === "string" ? state : "";
}
