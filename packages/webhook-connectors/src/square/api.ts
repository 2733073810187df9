import type { PlatformApi, Secret } from "@webxkey/core";
import { bodyOf, changedIn, foundBody, PAGE_ENTITIES_MAX } from "../api.ts";
import { ownField } from "../fields.ts";
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
/** By kind: the path, under whose name an answer has the record too. */
const PATHS = new Map([
  ["order", "orders"],
  ["payment", "payments"],
  ["refund", "refunds"],
  ["customer", "customers"],
]);

export const squareApi: PlatformApi<SquareSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const path = PATHS.get(kind);
    if (!path) return undefined;
    const headers = headersOf(settings);
    const answer = await client.request({
      method: "GET",
      path: `v2/${path}/${encodeURIComponent(id)}`,
      headers,
    });
    return ownField(foundBody(answer, NAME), kind);
  },

  // A search has cursors instead of pages: a higher page is walked to, which is only asked for where a whole page changed at once.
  async changed(client, settings, since, page) {
    const headers = headersOf(settings);
    const search = {
      location_ids: settings.locationIds,
      limit: PAGE_ENTITIES_MAX,
      query: {
        filter: { date_time_filter: { updated_at: { start_at: since.toISOString() } } },
        sort: { sort_field: "UPDATED_AT", sort_order: "ASC" },
      },
    };
    let cursor: unknown;
    for (let walked = 1; ; walked++) {
      const body = { ...search, ...(typeof cursor === "string" && { cursor }) };
      const found = bodyOf(
        await client.request({ method: "POST", path: "v2/orders/search", headers, body }),
        NAME,
      );
      cursor = ownField(found, "cursor");
      const more = typeof cursor === "string";
      if (walked < page && more) continue;
      const orders = walked < page ? [] : ownField(found, "orders");
      const entities = changedIn("order", orders, squareOrder, (order) => ({
        id: order.id,
        changedAt: order.updated_at,
      }));
      return { entities, more };
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
