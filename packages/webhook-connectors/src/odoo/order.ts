import { z } from "zod";
import { type Act, type OrderAct, type OrderStory, totalOf } from "../acts.ts";
import { majorUnits, optionalText, orderCode, ownField, rowId } from "../fields.ts";
import type { PhonePlace } from "../recipients.ts";
import { actsOfState, type States } from "../states.ts";
import { utcTime } from "../times.ts";

/** Odoo's records as its RPC gives them: `false` where a field is empty, a pair of id and name for a link, times in UTC. */

const link = z.tuple([rowId, z.string().max(10_000)]);
const optionalLink = link.or(z.literal(false)).nullish().catch(null);

export const ODOO_ORDER_FIELDS = [
  ...["name", "state", "date_order", "create_date", "write_date", "amount_total", "currency_id"],
  ...["partner_id", "partner_invoice_id", "partner_shipping_id"],
];

export const odooOrder = z.object({
  id: rowId,
  name: orderCode,
  state: z.string().max(100),
  /** When a quotation became an order; before that, when it was made. */
  date_order: utcTime,
  write_date: utcTime,
  amount_total: majorUnits,
  currency_id: link,
  partner_id: optionalLink,
  partner_invoice_id: optionalLink,
  partner_shipping_id: optionalLink,
});

export const odooPartner = z.looseObject({
  name: optionalText,
  lang: optionalText,
  country_code: optionalText,
});

/** What the automation posts: the record's model and id, and the fields that the merchant chose. */
export const odooHint = z.looseObject({
  _model: z.string().min(1).max(100),
  _id: rowId,
  state: optionalText,
  write_date: utcTime.optional().catch(undefined),
});

type OdooOrder = z.output<typeof odooOrder>;
type OdooPartner = z.output<typeof odooPartner>;

export interface Reading {
  readonly states: States;
  /** A field beside `state` that says how far an order is. */
  readonly stageField?: string | undefined;
  readonly phoneField: string;
}

const OWN_STATES: States = { sale: "order.confirmed", cancel: "order.cancelled" };

/**
 * What a hint may mean. Nobody signed it, so it only says which acts are worth a look, without times; where it does not name the state
 * and the stage, these are all of them. A webhook names a link by its id alone, unlike the API.
 */
export function actsOfHint(hint: z.output<typeof odooHint>, { states, stageField }: Reading): Act[] {
  const meanings = { ...OWN_STATES, ...states };
  const stage = stageField === undefined ? false : ownField(hint, stageField);
  const isNamed = hint.state && (stage === false || stageOf(hint, stageField) !== undefined);
  const possible = isNamed ? [hint.state, stageOf(hint, stageField)] : Object.keys(meanings);
  return possible.flatMap((state) => actsOfState(hint._id, state ?? "", meanings));
}

/** The state and the stage, as far as they are named. */
export function statesOf(hint: z.output<typeof odooHint>, { stageField }: Reading) {
  return { state: hint.state, ...(stageField !== undefined && { [stageField]: stageOf(hint, stageField) }) };
}

export function storyOf(
  order: OdooOrder,
  record: unknown,
  partners: readonly (OdooPartner | undefined)[],
  { states, stageField, phoneField }: Reading,
): OrderStory {
  const [, , customer] = partners;
  const [, currency] = order.currency_id;
  return {
    order: {
      ref: order.id,
      code: order.name,
      placed_at: order.date_order,
      total: totalOf(order.amount_total, currency),
    },
    person: {
      places: partners.map(
        (partner, index): PhonePlace => ({
          phone: optionalText.parse(ownField(partner, phoneField)),
          country: partner?.country_code,
          name: partner?.name,
          buyers: index > 0,
        }),
      ),
      name: customer?.name,
      customerRef: order.partner_id ? order.partner_id[0] : undefined,
      locale: customer?.lang,
    },
    acts: actsOf(order, stageOf(record, stageField), { ...OWN_STATES, ...states }),
    changedAt: order.write_date,
  };
}

function actsOf(
  { id, state, date_order }: OdooOrder,
  stage: string | undefined,
  meanings: States,
): OrderAct[] {
  return [
    ...actsOfState(id, state, meanings, state === "sale" ? date_order : undefined),
    ...(stage ? actsOfState(id, stage, meanings) : []),
  ];
}

/** A selection says its value, a link its name. */
function stageOf(record: unknown, stageField: string | undefined): string | undefined {
  const value = stageField === undefined ? undefined : ownField(record, stageField);
  const stage: unknown = Array.isArray(value) ? value[1] : value;
  return typeof stage === "string" ? stage : undefined;
}
