import type { PlatformApi, Secret } from "@webxkey/core";
import { bodyOf, cannotWrite, changedIn, foundBody, PAGE_ENTITIES_MAX } from "../api.ts";
import { ownField } from "../fields.ts";
import { textInZone } from "../times.ts";
import { frappeDocument, timeOf } from "./document.ts";

/** Frappe's REST API (https://docs.frappe.io/framework/user/en/api/rest), with the key of a user who may read the documents. */

export interface ErpnextSettings {
  readonly baseUrl: string;
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
  readonly doctype: string;
  readonly timeZone: string;
}

const NAME = "ERPNext";
const resource = (...path: string[]) => ["api/resource", ...path.map(encodeURIComponent)].join("/");

export const erpnextApi: PlatformApi<ErpnextSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const answer = await client.request({
      method: "GET",
      path: resource(kind, id),
      headers: headersOf(settings),
    });
    return ownField(foundBody(answer, NAME), "data");
  },

  async changed(client, settings, since, page) {
    const { doctype, timeZone } = settings;
    const query = new URLSearchParams({
      fields: '["*"]',
      filters: JSON.stringify([["modified", ">=", textInZone(since, timeZone)]]),
      order_by: "modified asc",
      limit_start: String((page - 1) * PAGE_ENTITIES_MAX),
      limit_page_length: String(PAGE_ENTITIES_MAX),
    });
    const path = `${resource(doctype)}?${query}`;
    const list = ownField(
      bodyOf(await client.request({ method: "GET", path, headers: headersOf(settings) }), NAME),
      "data",
    );
    if (!Array.isArray(list)) throw new Error("ERPNext gave a list that is not one.");
    // A list leaves out what its documents are.
    const documents = list.map((document: object) => ({ ...document, doctype }));
    return {
      entities: changedIn(doctype, documents, frappeDocument, (document) => ({
        id: document.name,
        changedAt: timeOf(document.modified, timeZone),
      })),
      more: list.length === PAGE_ENTITIES_MAX,
    };
  },

  actsOf: ({ value }) => [{ hostEvent: "document", payload: value }],

  orderWriter: (client, settings) => ({
    writes: ["note", "state", "tag"],
    async write(orderRef, what) {
      const { doctype } = settings;
      const headers = headersOf(settings);
      switch (what.kind) {
        case "note": {
          const body = {
            comment_type: "Comment",
            reference_doctype: doctype,
            reference_name: orderRef,
            content: what.text,
          };
          bodyOf(await client.request({ method: "POST", path: resource("Comment"), headers, body }), NAME);
          return;
        }
        case "state": {
          const body = { workflow_state: what.state };
          bodyOf(
            await client.request({ method: "PUT", path: resource(doctype, orderRef), headers, body }),
            NAME,
          );
          return;
        }
        case "tag": {
          const path = "api/method/frappe.desk.doctype.tag.tag.add_tag";
          const body = { tag: what.tag, dt: doctype, dn: orderRef };
          bodyOf(await client.request({ method: "POST", path, headers, body }), NAME);
          return;
        }
        default:
          cannotWrite(NAME, what.kind);
      }
    },
  }),
};

function headersOf({ apiKey, apiSecret }: ErpnextSettings): Record<string, string> {
  return { authorization: `token ${apiKey.reveal()}:${apiSecret.reveal()}` };
}
