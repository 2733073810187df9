import type { PlatformApi, Secret } from "@webxkey/core";
import { bodyOf, cannotWrite, changedIn, foundBody, PAGE_ENTITIES_MAX } from "../api.ts";
import { ownField } from "../fields.ts";
import { espoOrder } from "./record.ts";

/** EspoCRM's REST API (https://docs.espocrm.com/development/api/), with the key of an API user who may read the records. */

export interface EspoSettings {
  readonly baseUrl: string;
  readonly apiKey: Secret;
  readonly entityType: string;
  readonly stateField: string;
}

const NAME = "EspoCRM";
const record = (...path: string[]) => ["api/v1", ...path.map(encodeURIComponent)].join("/");

export const espoApi: PlatformApi<EspoSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  async find(client, settings, kind, id) {
    const answer = await client.request({
      method: "GET",
      path: record(kind, id),
      headers: headersOf(settings),
    });
    return foundBody(answer, NAME);
  },

  async changed(client, settings, since, page) {
    const query = new URLSearchParams({
      // EspoCRM's "after" leaves out the second itself.
      "where[0][type]": "after",
      "where[0][attribute]": "modifiedAt",
      "where[0][value]": new Date(since.getTime() - 1_000).toISOString().slice(0, 19).replace("T", " "),
      orderBy: "modifiedAt",
      order: "asc",
      maxSize: String(PAGE_ENTITIES_MAX),
      offset: String((page - 1) * PAGE_ENTITIES_MAX),
    });
    const path = `${record(settings.entityType)}?${query}`;
    const list = ownField(
      bodyOf(await client.request({ method: "GET", path, headers: headersOf(settings) }), NAME),
      "list",
    );
    return {
      entities: changedIn(settings.entityType, list, espoOrder, (order) => ({
        id: order.id,
        changedAt: order.modifiedAt,
      })),
      more: Array.isArray(list) && list.length === PAGE_ENTITIES_MAX,
    };
  },

  actsOf: ({ kind, value }) => [{ hostEvent: "record", payload: { entityType: kind, record: value } }],

  orderWriter: (client, settings) => ({
    writes: ["note", "state"],
    async write(orderRef, what) {
      const { entityType, stateField } = settings;
      const headers = headersOf(settings);
      switch (what.kind) {
        case "note": {
          const body = { type: "Post", parentType: entityType, parentId: orderRef, post: what.text };
          bodyOf(await client.request({ method: "POST", path: record("Note"), headers, body }), NAME);
          return;
        }
        case "state": {
          const body = { [stateField]: what.state };
          bodyOf(
            await client.request({ method: "PUT", path: record(entityType, orderRef), headers, body }),
            NAME,
          );
          return;
        }
        default:
          cannotWrite(NAME, what.kind);
      }
    },
  }),
};

function headersOf({ apiKey }: EspoSettings): Record<string, string> {
  return { "x-api-key": apiKey.reveal() };
}
