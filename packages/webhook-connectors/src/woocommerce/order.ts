import { z } from "zod";
import { type AccountStory, moneyOf, type OrderAct, type OrderStory, refundAct, totalOf } from "../acts.ts";
import { recordIn } from "../api.ts";
import { majorUnits, numberId, optionalText, orderCode } from "../fields.ts";
import type { PhonePlace } from "../recipients.ts";
import { actsOfState, type States } from "../states.ts";
import { utcTime } from "../times.ts";

/**
 * WooCommerce's records, as REST v3 and its webhooks give them (https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties).
 * What happened is read from the state in the body and never from the topic: the body is built when it is delivered, so that an
 * `order.created` may already be completed, and an `order.updated` says the same a second time.
 */

const address = z
  .object({ first_name: optionalText, phone: optionalText, country: optionalText })
  .nullish()
  .catch(null);

export const wooOrder = z.object({
  id: numberId,
  number: orderCode,
  status: z.string().min(1).max(100),
  currency: z.string().max(10),
  total: majorUnits,
  date_created_gmt: utcTime,
  date_modified_gmt: utcTime,
  date_paid_gmt: utcTime.nullish(),
  date_completed_gmt: utcTime.nullish(),
  /** 0 is a guest. */
  customer_id: z.int().nonnegative().nullish().catch(null),
  billing: address,
  shipping: address,
  shipping_lines: z
    .array(z.object({ method_id: optionalText }))
    .optional()
    .catch(undefined),
  refunds: z
    .array(z.object({ id: numberId, total: majorUnits }))
    .max(1_000)
    .default([]),
});

export const wooCustomer = z.object({
  id: numberId,
  date_created_gmt: utcTime,
  first_name: optionalText,
  billing: address,
  shipping: address,
});

/** A refund as it is kept itself: the order's copy leaves out the time. */
export const wooRefund = z.object({ id: numberId, date_created_gmt: utcTime });

export type WooOrder = z.output<typeof wooOrder>;
type Address = z.output<typeof address>;

/** Not an order yet, or never one: the shop's own mail about a new order does not go out in these states either. */
const UNPLACED = new Set([
  ...["pending", "failed", "cancelled", "trash"],
  ...["checkout-draft", "auto-draft", "draft", "new"],
]);

const OWN_STATES: States = { completed: "order.shipped", cancelled: "order.cancelled" };

/** Collected at the shop: of the shortcode checkout and of the blocks. */
const PICKUP = new Set(["local_pickup", "pickup_location"]);

/** A course, a download and what is fetched at the counter are completed too, and never shipped. A merchant's own word stands. */
function statesOf({ shipping_lines: lines }: WooOrder): States {
  const isShipped = lines === undefined || lines.some(({ method_id }) => !PICKUP.has(method_id ?? ""));
  return isShipped ? OWN_STATES : { ...OWN_STATES, completed: "nothing" };
}

export function actsOf(order: WooOrder, states: States): OrderAct[] {
  const { id, status, date_created_gmt: created, date_paid_gmt: paid, date_completed_gmt: completed } = order;
  const whole = () => ({ payment: { ref: id, amount: totalOf(order.total, order.currency) } });
  const isPlaced = paid || !UNPLACED.has(status);
  return [
    ...(isPlaced ? [{ type: "order.placed", id, at: created } as const] : []),
    ...(paid ? [{ type: "order.paid", id, at: paid, details: whole } as const] : []),
    ...(status === "failed" ? [{ type: "order.payment_failed", id, details: whole } as const] : []),
    ...actsOfState(
      id,
      status,
      { ...statesOf(order), ...states },
      (status === "completed" && completed) || undefined,
    ),
    ...order.refunds.map((refund) => ofRefund(order, refund)),
  ];
}

export function storyOf(order: WooOrder, states: States): OrderStory {
  const { shipping, billing, customer_id: customer } = order;
  return {
    order: {
      ref: order.id,
      code: order.number,
      placed_at: order.date_created_gmt,
      total: totalOf(order.total, order.currency),
    },
    person: {
      places: [placeOf(shipping), { ...placeOf(billing), buyers: true }],
      name: billing?.first_name || shipping?.first_name,
      customerRef: customer ? String(customer) : undefined,
    },
    acts: actsOf(order, states),
    changedAt: order.date_modified_gmt,
  };
}

/** An account's own phone is kept with its billing address. */
export function accountOf(customer: z.output<typeof wooCustomer>): AccountStory {
  const { id, first_name, billing, shipping } = customer;
  const places = [{ ...placeOf(billing), buyers: true }, placeOf(shipping)];
  return {
    ref: id,
    person: { places, name: first_name || billing?.first_name, customerRef: id },
    createdAt: customer.date_created_gmt,
  };
}

/** WooCommerce keeps a refund's time elsewhere, and numbers refunds as they are made. Their amounts are below zero. */
function ofRefund({ id, refunds, total, currency }: WooOrder, refund: WooOrder["refunds"][number]): OrderAct {
  const back = (of: typeof refund) => moneyOf(String(of.total).replace("-", ""), currency);
  const act = refundAct(refund.id, undefined, () => ({
    amount: back(refund),
    backByThen: refunds
      .filter((other) => Number(other.id) <= Number(refund.id))
      .reduce((sum, other) => sum + back(other).amount, 0),
    total: totalOf(total, currency),
  }));
  return {
    ...act,
    async timeAt(entities) {
      const found = await entities.find("refund", `${id}/${refund.id}`);
      return recordIn(wooRefund, found, "WooCommerce's refund")?.date_created_gmt;
    },
  };
}

function placeOf(address: Address): PhonePlace {
  return { phone: address?.phone, country: address?.country, name: address?.first_name };
}
