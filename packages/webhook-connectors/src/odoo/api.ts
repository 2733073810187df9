import type { PlatformApi, PlatformClient, Secret } from "@webxkey/core";
import { answerOf, cannotWrite, changedPage, listOf, unauthorized, unreadable } from "../api.ts";
import { ownField } from "../fields.ts";
import { ODOO_ORDER_FIELDS, odooOrder } from "./order.ts";

/**
 * Odoo's JSON-RPC (https://www.odoo.com/documentation/19.0/developer/reference/external_rpc_api.html). Odoo 17 to 21 have the service
 * `object`; its successor, JSON-2, came with 19, so that no one of them serves them all before 17 and 18 are gone.
 */

export interface OdooSettings {
  readonly baseUrl: string;
  readonly database: string;
  readonly userId: number;
  readonly apiKey: Secret;
  readonly stageField?: string | undefined;
  readonly phoneField: string;
  readonly orderFields: readonly string[];
  readonly partnerFields: readonly string[];
}

const NAME = "Odoo";

const pointer = odooOrder.pick({ id: true, write_date: true });

export const odooApi: PlatformApi<OdooSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  partsOf: ({ database }) => [database],

  async find(client, settings, kind, id) {
    const fields = fieldsOf(kind, settings);
    if (!fields) return undefined;
    // A search gives nothing where `read` would fail.
    const found = await call(client, settings, kind, "search_read", [[["id", "=", Number(id)]]], {
      fields,
      limit: 1,
    });
    return listOf(found, NAME)[0];
  },

  async changed(client, settings, { since, before, skip, limit, only }) {
    const stamp = (time: Date) => time.toISOString().slice(0, 19).replace("T", " ");
    const from = ["write_date", ">=", stamp(since)];
    const domain = before ? [from, ["write_date", "<", stamp(before)]] : [from];
    const list = await call(client, settings, "sale.order", "search_read", [domain], {
      fields: only ? ["write_date"] : fieldsOf("sale.order", settings),
      order: before ? "id asc" : "write_date asc, id asc",
      limit,
      offset: skip,
    });
    return changedPage("sale.order", listOf(list, NAME), {
      record: odooOrder,
      pointer,
      pointerOf: (order) => ({ id: order.id, changedAt: order.write_date }),
      query: { limit, only },
    });
  },

  actsOf: ({ kind, id, value }) => [
    { hostEvent: kind, payload: { ...(value as object), _model: kind, _id: id } },
  ],

  orderWriter: (client, settings) => ({
    writes: ["note"],
    async write(orderRef, what) {
      if (what.kind !== "note") return cannotWrite(NAME, what.kind);
      await call(client, settings, "sale.order", "message_post", [[Number(orderRef)]], { body: what.text });
    },
  }),
};

/** Odoo gives no field that is not asked for, and refuses a question for one that the model has not. */
function fieldsOf(model: string, settings: OdooSettings): string[] | undefined {
  const { stageField, phoneField, orderFields, partnerFields } = settings;
  switch (model) {
    case "sale.order":
      return [...ODOO_ORDER_FIELDS, ...(stageField ? [stageField] : []), ...orderFields];
    case "res.partner":
      return ["name", "lang", "country_code", phoneField, ...partnerFields];
    default:
      return undefined;
  }
}

const REFUSALS = /^odoo\.exceptions\.Access(Denied|Error)$/;

/** @throws where Odoo refused: it answers 200 then, with an `error` in the place of a result. */
async function call(
  client: PlatformClient,
  { database, userId, apiKey }: OdooSettings,
  model: string,
  method: string,
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const params = {
    service: "object",
    method: "execute_kw",
    args: [database, userId, apiKey.reveal(), model, method, args, options],
  };
  const body = { jsonrpc: "2.0", method: "call", id: 1, params };
  const answer = answerOf(await client.request({ method: "POST", path: "jsonrpc", body }), NAME);
  const result = ownField(answer, "result");
  if (result !== undefined) return result;
  if (ownField(answer, "error") === undefined) throw unreadable(NAME);
  const detail = `Odoo refused to ${method} ${model}. Check database, user and key, and what the user may do.`;
  // What Odoo names its own exceptions by; it answers 200 for every one of them.
  throw REFUSALS.test(String(ownField(answer, "error.data.name"))) ? unauthorized(detail) : new Error(detail);
}
