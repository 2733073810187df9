import type { PlatformApi, Secret } from "@webxkey/core";
import { answerOf, bodyOf, cannotWrite, changedPage, foundBody, listOf, notFound } from "../api.ts";
import { ownField } from "../fields.ts";
import { wooCustomer, wooOrder, wooRefund } from "./order.ts";

/** WooCommerce's REST API v3 (https://woocommerce.github.io/woocommerce-rest-api-docs). Its keys travel in the header, over https only. */

export interface WooSettings {
  readonly baseUrl: string;
  readonly consumerKey: Secret;
  readonly consumerSecret: Secret;
  readonly languageField?: string | undefined;
}

const NAME = "WooCommerce";
const ROOT = "wp-json/wc/v3";
/** An id of a refund is its order's and its own: WooCommerce keeps refunds under orders. */
const KINDS = new Map([
  ["order", { pathOf: (id: string) => `orders/${encodeURIComponent(id)}`, record: wooOrder }],
  ["customer", { pathOf: (id: string) => `customers/${encodeURIComponent(id)}`, record: wooCustomer }],
  [
    "refund",
    {
      pathOf: (id: string) => `orders/${id.split("/", 2).map(encodeURIComponent).join("/refunds/")}`,
      record: wooRefund,
    },
  ],
]);
/** Those that a delivery or a poll brings, and whose state proves acts. */
const TOLD_KINDS = ["order", "customer"];
const META_DATA = "meta_data.";
const pointer = wooOrder.pick({ id: true, date_modified_gmt: true });

export const wooApi: PlatformApi<WooSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id, fields = []) {
    const asked = KINDS.get(kind);
    if (!asked) return undefined;
    const query = new URLSearchParams(fieldsQuery(asked.record, mappedIn(settings, fields)));
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/${asked.pathOf(id)}?${query}`,
      headers: headersOf(settings),
    });
    // WordPress says so in the same way where the API itself is not there.
    if (answer.status === 404 && ownField(answer.body, "code") === "rest_no_route")
      throw notFound(`${NAME} answered 404: there is no such route.`);
    return foundBody(answer, NAME);
  },

  // `modified_after` and `modified_before` need WooCommerce 5.8, and leave out the very second that they name. A list by the time of
  // change has no order among equals, so that a second is read by id.
  async changed(client, settings, { since, before, skip, limit, only, fields }) {
    const query = new URLSearchParams({
      modified_after: gmt(since.getTime() - 1_000),
      ...(before && { modified_before: gmt(before.getTime()) }),
      dates_are_gmt: "true",
      orderby: before ? "id" : "modified",
      order: "asc",
      per_page: String(limit),
      offset: String(skip),
      ...(only ? { _fields: "id,date_modified_gmt" } : fieldsQuery(wooOrder, mappedIn(settings, fields))),
    });
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/orders?${query}`,
      headers: headersOf(settings),
      afterNotice: only === "ids",
    });
    return changedPage("order", listOf(answerOf(answer, NAME), NAME), {
      record: wooOrder,
      pointer,
      pointerOf: (order) => ({ id: order.id, changedAt: order.date_modified_gmt }),
      query: { limit, only },
    });
  },

  actsOf: ({ kind, value }) => (TOLD_KINDS.includes(kind) ? [{ hostEvent: kind, payload: value }] : []),

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

/**
 * The fields that are read and those that the merchant mapped, and no others: plugins keep megabytes in an order. Newer versions give of
 * the custom fields those alone that are named.
 */
function fieldsQuery(
  { shape }: { readonly shape: object },
  mapped: readonly string[],
): { readonly _fields: string; readonly include_meta?: string } {
  const names = new Set([...Object.keys(shape), ...mapped.map((field) => field.split(".")[0] ?? field)]);
  const meta = mapped
    .filter((field) => field.startsWith(META_DATA))
    .map((field) => field.slice(META_DATA.length));
  return { _fields: [...names].join(","), ...(meta.length > 0 && { include_meta: meta.join(",") }) };
}

/** The fields that the merchant named, for whatever they are read. */
function mappedIn({ languageField }: WooSettings, fields: readonly string[]): readonly string[] {
  return languageField === undefined ? fields : [...fields, languageField];
}

function gmt(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}

function headersOf({ consumerKey, consumerSecret }: WooSettings): Record<string, string> {
  const pair = `${consumerKey.reveal()}:${consumerSecret.reveal()}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
