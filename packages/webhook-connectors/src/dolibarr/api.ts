import type { PlatformAnswer, PlatformApi, Secret } from "@webxkey/core";
import { z } from "zod";
import { answerOf, bodyOf, cannotWrite, changedPage, foundBody, listOf } from "../api.ts";
import { ownField, rowId } from "../fields.ts";
import { earliestTextInZone, epochTime, textInZone } from "../times.ts";
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

const pointer = z.object({ id: rowId, date_modification: epochTime });

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

  async changed(client, settings, { since, before, skip, limit, only }) {
    const { timeZone } = settings;
    const digits = (text: string) => text.replaceAll(/\D/g, "");
    const from = `(t.tms:>=:'${digits(earliestTextInZone(since, timeZone))}')`;
    const query = new URLSearchParams({
      sortfield: before ? "t.rowid" : "t.tms",
      sortorder: "ASC",
      limit: String(limit),
      page: String(skip / limit),
      sqlfilters: before ? `${from} and (t.tms:<:'${digits(textInZone(before, timeZone))}')` : from,
      // Versions that do not know it give all of an order.
      ...(only && { properties: "id,date_modification" }),
    });
    const answer = await client.request({
      method: "GET",
      path: `${ROOT}/orders?${query}`,
      headers: headersOf(settings),
      afterNotice: only === "ids",
    });
    return changedPage("order", listOf(changedOrders(answer), NAME), {
      record: dolibarrOrder,
      pointer,
      pointerOf: (order) => ({ id: order.id, changedAt: order.date_modification }),
      query: { limit, only },
    });
  },

  actsOf: ({ kind, id, value }) => {
    const order = dolibarrOrder.safeParse(value).data;
    if (kind !== "order" || !order) return [];
    const { status, date_modification: changedAt } = order;
    return [{ hostEvent: "order", payload: { id, status, changedAt } }];
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

/** Older versions answer 404 where there are none, in words that a wrong address does not get. */
function changedOrders(answer: PlatformAnswer): unknown {
  const isNone = answer.status === 404 && /No order/i.test(String(ownField(answer.body, "error.message")));
  return isNone ? [] : answerOf(answer, NAME);
}

function headersOf({ apiKey }: DolibarrSettings): Record<string, string> {
  return { dolapikey: apiKey.reveal() };
}
