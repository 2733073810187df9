import type { PlatformApi, Secret } from "@webxkey/core";
import { answerOf, bodyOf, cannotWrite, changedPage, foundBody, listOf } from "../api.ts";
import { ownField } from "../fields.ts";
import { earliestTextInZone, textInZone } from "../times.ts";
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

const pointer = frappeDocument.pick({ name: true, modified: true });

export const erpnextApi: PlatformApi<ErpnextSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  partsOf: ({ doctype }) => [doctype],

  async find(client, settings, kind, id) {
    const answer = await client.request({
      method: "GET",
      path: resource(kind, id),
      headers: headersOf(settings),
    });
    return foundBody(answer, NAME, "data");
  },

  async changed(client, settings, { since, before, skip, limit, only }) {
    const { doctype, timeZone } = settings;
    const from = ["modified", ">=", earliestTextInZone(since, timeZone)];
    const query = new URLSearchParams({
      fields: only ? '["name","modified"]' : '["*"]',
      filters: JSON.stringify(before ? [from, ["modified", "<", textInZone(before, timeZone)]] : [from]),
      order_by: before ? "name asc" : "modified asc",
      limit_start: String(skip),
      limit_page_length: String(limit),
    });
    const path = `${resource(doctype)}?${query}`;
    const answer = answerOf(
      await client.request({ method: "GET", path, headers: headersOf(settings) }),
      NAME,
    );
    // A list leaves out what its documents are.
    const documents = listOf(ownField(answer, "data"), NAME).map((document) => ({
      ...(typeof document === "object" && document),
      doctype,
    }));
    return changedPage(doctype, documents, {
      record: frappeDocument,
      pointer,
      pointerOf: (document) => ({ id: document.name, changedAt: timeOf(document.modified, timeZone) }),
      query: { limit, only },
    });
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
