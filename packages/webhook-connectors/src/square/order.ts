import { z } from "zod";
import { type AccountStory, type Act, type OrderAct, type OrderStory, refundAct } from "../acts.ts";
import { codeId, optionalText } from "../fields.ts";
import type { PhonePlace } from "../recipients.ts";
import { zonedTime } from "../times.ts";

/**
 * Square's records (https://developer.squareup.com/reference/square). Amounts are in minor units already. A webhook about an order says
 * only its id and state; the order is read through the API.
 */

const money = z.object({ amount: z.int().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/) });
const optionalTime = zonedTime.nullish().catch(null);

const recipient = z
  .object({
    display_name: optionalText,
    phone_number: optionalText,
    customer_id: codeId.nullish().catch(null),
    address: z.object({ country: optionalText }).nullish().catch(null),
  })
  .nullish()
  .catch(null);

const details = z
  .object({
    recipient,
    ready_at: optionalTime,
    shipped_at: optionalTime,
    delivered_at: optionalTime,
    carrier: optionalText,
    tracking_number: z.string().max(64).nullish().catch(null),
  })
  .nullish()
  .catch(null);

const fulfillment = z.object({
  uid: codeId,
  type: optionalText,
  state: optionalText,
  pickup_details: details,
  shipment_details: details,
  delivery_details: details,
});

/** A card that is charged later stands beside its order before that, and also if it never is. */
const charge = z.object({ status: optionalText }).nullish().catch(null);
const tender = z.object({
  id: codeId,
  payment_id: codeId.optional(),
  created_at: optionalTime,
  amount_money: money,
  card_details: charge,
  buy_now_pay_later_details: charge,
});

export const squareOrder = z.object({
  id: codeId,
  reference_id: z.string().min(1).max(64).optional().catch(undefined),
  customer_id: codeId.nullish().catch(null),
  state: z.string().max(40),
  created_at: zonedTime,
  updated_at: zonedTime,
  closed_at: optionalTime,
  total_money: money,
  tenders: z.array(tender).max(100).default([]),
  fulfillments: z.array(fulfillment).max(100).default([]),
});

export const squareCustomer = z.object({
  id: codeId,
  created_at: zonedTime,
  given_name: optionalText,
  phone_number: optionalText,
  address: z.object({ country: optionalText }).nullish().catch(null),
});

export const squarePayment = z.object({
  id: codeId,
  status: optionalText,
  order_id: codeId.nullish(),
  created_at: zonedTime,
  total_money: money,
  refunded_money: money.nullish(),
});

export const squareRefund = z.object({
  id: codeId,
  status: optionalText,
  payment_id: codeId.nullish(),
  created_at: zonedTime,
  updated_at: zonedTime,
  amount_money: money,
});

/** What `order.created` and `order.updated` say. */
export const squareOrderHint = z.object({
  order_id: codeId,
  state: z.string().max(40),
  created_at: optionalTime,
});

/** What `order.fulfillment.updated` says: not what kind of fulfilment it is. */
export const squareFulfillmentHint = z.object({
  order_id: codeId,
  fulfillment_update: z.array(z.object({ fulfillment_uid: codeId, new_state: optionalText })).max(100),
});

type SquareOrder = z.output<typeof squareOrder>;
type SquareCustomer = z.output<typeof squareCustomer>;
type Fulfillment = z.output<typeof fulfillment>;

export function actsOfOrderHint({
  order_id: id,
  state,
  created_at,
}: z.output<typeof squareOrderHint>): Act[] {
  return actsOfOrderState(id, state, created_at ?? undefined, undefined);
}

export function actsOfFulfillmentHint({
  order_id,
  fulfillment_update,
}: z.output<typeof squareFulfillmentHint>): Act[] {
  return fulfillment_update.flatMap(({ fulfillment_uid, new_state }): Act[] => {
    const id = fulfillmentId(order_id, fulfillment_uid);
    if (new_state === "PREPARED") return [{ type: "order.ready_for_pickup", id }];
    if (new_state !== "COMPLETED") return [];
    return [
      { type: "order.shipped", id },
      { type: "order.delivered", id },
    ];
  });
}

export function storyOf(order: SquareOrder, customer: SquareCustomer | undefined): OrderStory {
  const recipients = order.fulfillments.map((parcel) => detailsOf(parcel)?.recipient);
  const named = recipients.find((each) => each?.phone_number) ?? recipients[0];
  return {
    order: {
      ref: order.id,
      code: order.reference_id ?? order.id,
      placed_at: order.created_at,
      total: order.total_money,
    },
    person: {
      places: [
        { phone: named?.phone_number, country: named?.address?.country, name: named?.display_name },
        placeOf(customer),
      ],
      name: customer?.given_name || named?.display_name,
      customerRef: customer?.id,
    },
    acts: [
      ...actsOfOrderState(order.id, order.state, order.created_at, order.closed_at ?? undefined),
      ...order.tenders.filter(isPaid).map(ofTender),
      ...order.fulfillments.flatMap((parcel) => ofFulfillment(order.id, parcel)),
    ],
    changedAt: order.updated_at,
  };
}

/** Whom a customer record that came with an order is, where the order names one. */
export function customerIdOf(order: SquareOrder): string | undefined {
  const recipients = order.fulfillments.map((parcel) => detailsOf(parcel)?.recipient);
  return order.customer_id ?? recipients.find((each) => each?.customer_id)?.customer_id ?? undefined;
}

/** A refund of a payment of this order. Its own record is another one, so the order's acts are left out. */
export function refundStoryOf(
  refund: z.output<typeof squareRefund>,
  payment: z.output<typeof squarePayment>,
  sale: OrderStory,
): OrderStory {
  const act = refundAct(refund.id, refund.created_at, () => ({
    amount: refund.amount_money,
    // What has gone back when it is read; Square does not say what had by then.
    backByThen: payment.refunded_money?.amount ?? refund.amount_money.amount,
    total: payment.total_money,
  }));
  return { ...sale, acts: refund.status === "COMPLETED" ? [act] : [], changedAt: refund.updated_at };
}

export function accountOf(customer: SquareCustomer): AccountStory {
  const { id, given_name: name, created_at: createdAt } = customer;
  return {
    ref: id,
    person: { places: [placeOf(customer)], name, customerRef: id },
    createdAt,
  };
}

function actsOfOrderState(
  id: string,
  state: string,
  created: string | undefined,
  closed: string | undefined,
): Act[] {
  if (state === "OPEN" || state === "COMPLETED") return [{ type: "order.placed", id, at: created }];
  return state === "CANCELED" ? [{ type: "order.cancelled", id, at: closed }] : [];
}

/** Whether a payment came off: what has no such state, as cash, is paid at once. */
export function isPaid({ card_details, buy_now_pay_later_details }: SquareOrder["tenders"][number]): boolean {
  const status = card_details?.status ?? buy_now_pay_later_details?.status;
  return !status || status === "CAPTURED";
}

/** Each payment of a sale is an act of its own, as its webhook tells it. */
function ofTender({
  id,
  payment_id,
  created_at,
  amount_money: amount,
}: SquareOrder["tenders"][number]): OrderAct {
  const ref = payment_id ?? id;
  return {
    type: "order.paid",
    id: ref,
    at: created_at ?? undefined,
    details: () => ({ payment: { ref, amount } }),
  };
}

function ofFulfillment(orderId: string, parcel: Fulfillment): OrderAct[] {
  const { uid, type, state } = parcel;
  const id = fulfillmentId(orderId, uid);
  const own = detailsOf(parcel);
  const details = () => ({
    fulfillment: {
      ref: id,
      ...(own?.carrier && { carrier: own.carrier }),
      ...(own?.tracking_number && { tracking_number: own.tracking_number }),
    },
  });
  const act = (type: Act["type"], at: string | null | undefined): OrderAct[] => [
    { type, id, at: at ?? undefined, details },
  ];
  if (type === "PICKUP" && state === "PREPARED") return act("order.ready_for_pickup", own?.ready_at);
  if (type === "SHIPMENT" && state === "COMPLETED") return act("order.shipped", own?.shipped_at);
  if (type === "DELIVERY" && state === "COMPLETED") return act("order.delivered", own?.delivered_at);
  return [];
}

/** A fulfilment's id is one of a kind within its order only. */
function fulfillmentId(orderId: string, uid: string): string {
  return `${orderId}.${uid}`;
}

function detailsOf({ pickup_details, shipment_details, delivery_details }: Fulfillment) {
  return pickup_details ?? shipment_details ?? delivery_details;
}

function placeOf(customer: SquareCustomer | undefined): PhonePlace {
  const { phone_number: phone, address, given_name: name } = customer ?? {};
  return { phone, country: address?.country, name, buyers: true };
}
