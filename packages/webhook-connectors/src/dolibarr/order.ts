import { z } from "zod";
import { type Act, type OrderStory, totalOf } from "../acts.ts";
import { majorUnits, optionalText, orderCode, rowId } from "../fields.ts";
import { actsOfState, type States } from "../states.ts";
import { epochTime } from "../times.ts";

/** Dolibarr's records as its REST API gives them: ids and states as numbers or texts, times in seconds since 1970. */

/** -1 cancelled, 0 draft, 1 validated, 2 shipment in process, 3 delivered (htdocs/commande/class/commande.class.php). */
const status = z.union([z.int(), z.string().regex(/^-?\d{1,2}$/)]).transform(String);
const optionalStatus = status.nullish().catch(null);
const optionalTime = epochTime.nullish().catch(null);

export const dolibarrOrder = z
  .object({
    id: rowId,
    ref: orderCode,
    socid: rowId.nullish().catch(null),
    /** The newer and the older name of the same. */
    status: optionalStatus,
    statut: optionalStatus,
    date: optionalTime,
    date_creation: optionalTime,
    date_modification: epochTime,
    total_ttc: majorUnits,
    multicurrency_code: optionalText,
    multicurrency_total_ttc: majorUnits.nullish(),
    /** 0 is a product, 1 a service. */
    lines: z
      .array(z.object({ product_type: z.coerce.number() }))
      .default([])
      .catch([]),
  })
  .transform(({ status, statut, ...order }) => ({ ...order, status: status ?? statut ?? "" }));

export const dolibarrThirdparty = z.object({
  name: optionalText,
  phone: optionalText,
  phone_mobile: optionalText,
  country_code: optionalText,
  default_lang: optionalText,
});

export const dolibarrHint = z.object({
  triggercode: z.string().min(1).max(100),
  object: z.object({ id: rowId, status: optionalStatus, statut: optionalStatus }),
});

/** What the translation takes a hint to say. */
export const dolibarrPointer = z.object({
  id: rowId,
  status: optionalStatus,
  changedAt: z.iso.datetime().optional(),
});

/** The trigger runs before the object in hand bears its new state. */
export const STATUS_AFTER = new Map([
  ["ORDER_VALIDATE", "1"],
  ["ORDER_CLOSE", "3"],
  ["ORDER_CANCEL", "-1"],
]);

const OWN_STATES: States = {
  "1": "order.confirmed",
  "2": "order.shipped",
  "3": "order.delivered",
  "-1": "order.cancelled",
};

/** What a hint may mean, which nobody signed; where it names no state, all that there is. */
export function actsOfHint({ id, status }: z.output<typeof dolibarrPointer>, states: States): Act[] {
  const meanings = { ...OWN_STATES, ...states };
  return (status ? [status] : Object.keys(meanings)).flatMap((state) => actsOfState(id, state, meanings));
}

/** A service is closed as if it were delivered, and never shipped. A merchant's own word stands. */
function statesOf({ lines }: z.output<typeof dolibarrOrder>): States {
  const isService = lines.length > 0 && lines.every(({ product_type }) => product_type === 1);
  return isService ? { ...OWN_STATES, "2": "nothing", "3": "nothing" } : OWN_STATES;
}

export function storyOf(
  order: z.output<typeof dolibarrOrder>,
  thirdparty: z.output<typeof dolibarrThirdparty> | undefined,
  { states, currency }: { readonly states: States; readonly currency: string },
): OrderStory {
  const { multicurrency_code: foreign, multicurrency_total_ttc: foreignTotal } = order;
  const total = foreign && foreignTotal ? totalOf(foreignTotal, foreign) : totalOf(order.total_ttc, currency);
  return {
    order: {
      ref: order.id,
      code: order.ref,
      placed_at: order.date_creation ?? order.date ?? order.date_modification,
      total,
    },
    person: {
      places: [
        { phone: thirdparty?.phone_mobile, country: thirdparty?.country_code, buyers: true },
        { phone: thirdparty?.phone, country: thirdparty?.country_code, buyers: true },
      ],
      name: thirdparty?.name,
      customerRef: order.socid ?? undefined,
      locale: thirdparty?.default_lang,
    },
    // Dolibarr keeps no time of a state.
    acts: actsOfState(order.id, order.status, { ...statesOf(order), ...states }),
    changedAt: order.date_modification,
  };
}
