import type { PlatformApi, Secret } from "@webxkey/core";
import { z } from "zod";
import { answerOf, changedPage, foundBody, unreadable } from "../api.ts";
import { isPaid, squareOrder } from "./order.ts";

/** Square's Orders, Payments, Refunds and Customers APIs (https://developer.squareup.com/reference/square). */

export interface SquareSettings {
  readonly baseUrl: string;
  readonly accessToken: Secret;
  readonly locationIds: readonly string[];
}

const NAME = "Square";
/** A version stays as it is; what is deprecated in one lives for a year more at the least (https://developer.squareup.com/docs/build-basics/api-lifecycle). */
const VERSION = "2025-10-16";
const pointer = squareOrder.pick({ id: true, updated_at: true });
/** Where nothing was found there is no list at all; with errors it is not known what there is. */
const foundOrders = z.object({
  errors: z.undefined().optional(),
  orders: z.array(z.unknown()).default([]),
  cursor: z.string().optional(),
});
/** By kind: the path, under whose name an answer has the record too. */
const PATHS = new Map([
  ["order", "orders"],
  ["payment", "payments"],
  ["refund", "refunds"],
  ["customer", "customers"],
]);

export const squareApi: PlatformApi<SquareSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  partsOf: ({ locationIds }) => locationIds,

  async find(client, settings, kind, id) {
    const path = PATHS.get(kind);
    if (!path) return undefined;
    const headers = headersOf(settings);
    const answer = await client.request({
      method: "GET",
      path: `v2/${path}/${encodeURIComponent(id)}`,
      headers,
    });
    return foundBody(answer, NAME, kind);
  },

  // A search has cursors instead of pages: what is passed over is walked to, which is only asked for where a whole page changed at once.
  // It has to be sorted by the time that it is filtered by; orders of one time come by their id (assumed).
  async changed(client, settings, { since, before, skip, limit, only }) {
    const headers = headersOf(settings);
    // The end of a range counts with it.
    const end = before && { end_at: new Date(before.getTime() - 1).toISOString() };
    const search = {
      location_ids: settings.locationIds,
      query: {
        filter: { date_time_filter: { updated_at: { start_at: since.toISOString(), ...end } } },
        sort: { sort_field: "UPDATED_AT", sort_order: "ASC" },
      },
    };
    let cursor: string | undefined;
    let left = skip;
    for (;;) {
      const body = { ...search, limit, ...(cursor !== undefined && { cursor }) };
      const answer = await client.request({ method: "POST", path: "v2/orders/search", headers, body });
      const page = foundOrders.safeParse(answerOf(answer, NAME));
      if (!page.success) throw unreadable(NAME);
      ({ cursor } = page.data);
      const more = cursor !== undefined;
      if (left > 0 && more) {
        left -= limit;
        continue;
      }
      const orders = left > 0 ? [] : page.data.orders;
      return changedPage("order", orders, {
        record: squareOrder,
        pointer,
        pointerOf: (order) => ({ id: order.id, changedAt: order.updated_at }),
        query: { limit, only },
        more,
      });
    }
  },

  actsOf: ({ kind, id, value }) => {
    const order = squareOrder.safeParse(value).data;
    if (kind !== "order" || !order) return [];
    const { state, created_at, tenders, fulfillments } = order;
    return [
      { hostEvent: "order", payload: { order_id: id, state, created_at } },
      ...tenders.filter(isPaid).map(({ id: tender, payment_id, amount_money, created_at: paid }) => ({
        hostEvent: "payment",
        payload: {
          id: payment_id ?? tender,
          order_id: id,
          status: "COMPLETED",
          created_at: paid ?? created_at,
          total_money: amount_money,
        },
      })),
      {
        hostEvent: "fulfillment",
        payload: {
          order_id: id,
          fulfillment_update: fulfillments.map(({ uid, state }) => ({
            fulfillment_uid: uid,
            new_state: state,
          })),
        },
      },
    ];
  },
};

function headersOf({ accessToken }: SquareSettings): Record<string, string> {
  return { authorization: `Bearer ${accessToken.reveal()}`, "square-version": VERSION };
}
