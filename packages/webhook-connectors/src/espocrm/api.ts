import type { PlatformApi, Secret } from "@webxkey/core";
import { answerOf, bodyOf, cannotWrite, changedPage, foundBody, listOf } from "../api.ts";
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

const pointer = espoOrder.pick({ id: true, modifiedAt: true });

export const espoApi: PlatformApi<EspoSettings> = {
  baseUrl: ({ baseUrl }) => baseUrl,

  partsOf: ({ entityType }) => [entityType],

  async find(client, settings, kind, id) {
    const answer = await client.request({
      method: "GET",
      path: record(kind, id),
      headers: headersOf(settings),
    });
    return foundBody(answer, NAME);
  },

  async changed(client, settings, { since, before, skip, limit, only }) {
    const stamp = (time: number) => new Date(time).toISOString().slice(0, 19).replace("T", " ");
    const query = new URLSearchParams({
      // EspoCRM's "after" leaves out the second itself.
      "where[0][type]": "after",
      "where[0][attribute]": "modifiedAt",
      "where[0][value]": stamp(since.getTime() - 1_000),
      ...(before && {
        "where[1][type]": "before",
        "where[1][attribute]": "modifiedAt",
        "where[1][value]": stamp(before.getTime()),
      }),
      orderBy: before ? "id" : "modifiedAt",
      order: "asc",
      maxSize: String(limit),
      offset: String(skip),
      ...(only && { select: "id,modifiedAt" }),
    });
    const path = `${record(settings.entityType)}?${query}`;
    const answer = answerOf(
      await client.request({
        method: "GET",
        path,
        headers: headersOf(settings),
        afterNotice: only === "ids",
      }),
      NAME,
    );
    return changedPage(settings.entityType, listOf(ownField(answer, "list"), NAME), {
      record: espoOrder,
      pointer,
      pointerOf: (order) => ({ id: order.id, changedAt: order.modifiedAt }),
      query: { limit, only },
    });
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
