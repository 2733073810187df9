import type { PlatformApi, Secret } from "@webxkey/core";
import { bodyOf, cannotWrite, changedIn, foundBody, PAGE_ENTITIES_MAX } from "../api.ts";
import { ownField } from "../fields.ts";
import { textInZone } from "../times.ts";
import { dolibarrOrder } from "./order.ts";

/** Dolibarr's REST API (htdocs/commande/class/api_orders.class.php), with the key of a user who may read orders and third parties. */

export interface DolibarrSettings {
  readonly baseUrl: string;
  readonly apiKey: Secret;
  readonly timeZone: string;
}

const NAME = "Dolibarr";
const ROOT = "api/index.php";
const PATHS = new Map([
  ["order", "orders"],
  ["thirdparty", "thirdparties"],
]);

export const dolibarrApi: PlatformApi<DolibarrSettings> = {
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

  async changed(client, settings, since, page) {
    const from = textInZone(since, settings.timeZone).replaceAll(/\D/g, "");
    const query = new URLSearchParams({
      sortfield: "t.tms",
      sortorder: "ASC",
      limit: String(PAGE_ENTITIES_MAX),
      page: String(page - 1),
      sqlfilters: `(t.tms:>=:'${from}')`,
    });
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/orders?${query}`,
      headers: headersOf(settings),
    });
    // Older versions answer 404 where there are none.
    const list = foundBody(answer, NAME) ?? [];
    return {
      entities: changedIn("order", list, dolibarrOrder, (order) => ({
        id: order.id,
        changedAt: order.date_modification,
      })),
      more: Array.isArray(list) && list.length === PAGE_ENTITIES_MAX,
    };
  },

  actsOf: ({ kind, id, value }) => {
    const order = dolibarrOrder.safeParse(value).data;
    return kind === "order" && order ? [{ hostEvent: "order", payload: { id, status: order.status } }] : [];
  },

  orderWriter: (client, settings) => ({
    writes: ["note"],
    async write(orderRef, what) {
      if (what.kind !== "note") return cannotWrite(NAME, what.kind);
      const path = `${ROOT}/orders/${encodeURIComponent(orderRef)}`;
      const headers = headersOf(settings);
      // There is one private note: what the merchant wrote stays above ours.
      const before = ownField(
        bodyOf(await client.request({ method: "GET", path, headers }), NAME),
        "note_private",
      );
      const note = typeof before === "string" && before !== "" ? `${before}\n${what.text}` : what.text;
      bodyOf(await client.request({ method: "PUT", path, headers, body: { note_private: note } }), NAME);
    },
  }),
};

function headersOf({ apiKey }: DolibarrSettings): Record<string, string> {
  return { dolapikey: apiKey.reveal() };
}
