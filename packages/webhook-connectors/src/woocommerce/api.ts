import type { PlatformApi, Secret } from "@webxkey/core";
import { bodyOf, cannotWrite, changedIn, foundBody, PAGE_ENTITIES_MAX } from "../api.ts";
import { wooOrder } from "./order.ts";

/** WooCommerce's REST API v3 (https://woocommerce.github.io/woocommerce-rest-api-docs). Its keys travel in the header, over https only. */

export interface WooSettings {
  readonly baseUrl: string;
  readonly consumerKey: Secret;
  readonly consumerSecret: Secret;
}

const NAME = "WooCommerce";
const ROOT = "wp-json/wc/v3";
const PATHS = new Map([
  ["order", "orders"],
  ["customer", "customers"],
]);

export const wooApi: PlatformApi<WooSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const path = PATHS.get(kind);
    if (!path) return undefined;
    const headers = headersOf(settings);
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/${path}/${encodeURIComponent(id)}`,
      headers,
    });
    return foundBody(answer, NAME);
  },

  // `modified_after` needs WooCommerce 5.8, and leaves out what changed in that very second.
  async changed(client, settings, since, page) {
    const query = new URLSearchParams({
      modified_after: new Date(since.getTime() - 1_000).toISOString().slice(0, 19),
      dates_are_gmt: "true",
      orderby: "modified",
      order: "asc",
      per_page: String(PAGE_ENTITIES_MAX),
      page: String(page),
    });
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/orders?${query}`,
      headers: headersOf(settings),
    });
    const list = bodyOf(answer, NAME);
    return {
      entities: changedIn("order", list, wooOrder, (order) => ({
        id: order.id,
        changedAt: order.date_modified_gmt,
      })),
      more: Array.isArray(list) && list.length === PAGE_ENTITIES_MAX,
    };
  },

  actsOf: ({ kind, value }) => (PATHS.has(kind) ? [{ hostEvent: kind, payload: value }] : []),

  orderWriter: (client, settings) => ({
    writes: ["note", "state"],
    async write(orderRef, what) {
      const order = `${ROOT}/orders/${encodeURIComponent(orderRef)}`;
      const headers = headersOf(settings);
      switch (what.kind) {
        case "note": {
          const body = { note: what.text, customer_note: false };
          bodyOf(await client.request({ method: "POST", path: `${order}/notes`, headers, body }), NAME);
          return;
        }
        case "state": {
          const body = { status: what.state };
          bodyOf(await client.request({ method: "PUT", path: order, headers, body }), NAME);
          return;
        }
        default:
          cannotWrite(NAME, what.kind);
      }
    },
  }),
};

function headersOf({ consumerKey, consumerSecret }: WooSettings): Record<string, string> {
  const pair = `${consumerKey.reveal()}:${consumerSecret.reveal()}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
