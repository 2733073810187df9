import { secret } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { espocrm } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { espoPlatform, espoRecords } from "./platforms/espocrm.ts";
import { changedSince, connectorOf, NOW, paidOrder, postTo, URL_OF_HOOK } from "./platforms/platform.ts";

const settings = espocrm.settings.parse(espoPlatform.settings);
const connector = connectorOf(espoPlatform);
const { api, proof } = espocrm;
if (!api || proof.kind !== "signature") throw new Error("EspoCRM signs and has an API.");

const { order } = espoRecords({ ...paidOrder, type: "order.confirmed" });

describe("the newer and the older signature", () => {
  const delivery = espoPlatform.delivery(JSON.stringify([order]));
  const headers = espoPlatform.signs?.sign(delivery, "secret key") ?? {};
  const verify = (sent: Record<string, string>) =>
    proof.verify({ ...delivery, headers: new Headers(sent) }, [secret("secret key")], NOW);

  test.each(["signature", "x-signature"])("%s alone is enough", (name) => {
    expect(verify({ [name]: headers[name] ?? "" })).toBe(true);
  });

  test("one that is wrong is not made good by the other", () => {
    expect(verify({ ...headers, signature: btoa(`64f0c0ffee5550001:${"0".repeat(64)}`) })).toBe(false);
    expect(verify({ ...headers, "x-signature": btoa(`64f0c0ffee5550001:${"0".repeat(32)}`) })).toBe(false);
  });

  test("one without a webhook's id before the colon is none", () => {
    const digest =
      Buffer.from(headers["signature"] ?? "", "base64")
        .toString()
        .split(":")[1] ?? "";
    expect(verify({ signature: btoa(digest) })).toBe(false);
    expect(verify({ signature: btoa(`:${digest}`) })).toBe(false);
  });
});

test("the webhook's address says which entity its records are", () => {
  const body = JSON.stringify([{ id: order.id, status: "Booked" }]);
  const entityOf = (url: string) => espocrm.told(postTo(url, body, {}));
  expect(entityOf(URL_OF_HOOK)).toMatchObject({ acts: [{ payload: { entityType: "SalesOrder" } }] });
  expect(entityOf(`${URL_OF_HOOK}?entity=Opportunity`)).toMatchObject({
    acts: [{ payload: { entityType: "Opportunity" } }],
  });
  expect(entityOf(`${URL_OF_HOOK}?entity=__proto__`)).toEqual({ kind: "malformed" });
  expect(entityOf("no address")).toMatchObject({ kind: "acts" });
  expect(
    connector.facts("record", { entityType: "Opportunity", record: { id: order.id, status: "Booked" } }),
  ).toEqual([]);
});

test("each record of a batch is told, and a change of something else tells nothing", () => {
  const records = [
    { id: "64f0c0ffee0000001", status: "Booked" },
    { id: "64f0c0ffee0000002", status: "Shipped" },
    { id: "64f0c0ffee0000003", description: "gift" },
  ];
  const told = espocrm.told(espoPlatform.delivery(JSON.stringify(records)));
  if (told.kind !== "acts") throw new Error(told.kind);
  expect(told.entities).toEqual([]);
  expect(
    told.acts.flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload)).map(({ key }) => key),
  ).toEqual(["order.confirmed:64f0c0ffee0000001", "order.shipped:64f0c0ffee0000002"]);
});

test.each(["6505551234", "650-555-1234", "sheena@example.com", "+16505551234", ""])(
  "an id that may be personal is malformed: %j",
  (id) => {
    expect(espocrm.told(espoPlatform.delivery(JSON.stringify([{ id, status: "Booked" }])))).toEqual({
      kind: "malformed",
    });
  },
);

describe("the REST API", () => {
  const ORDERS = Array.from({ length: 3 }, (_, index) => ({
    ...order,
    id: `64f0c0ffee000000${index}`,
    modifiedAt: `2026-03-14 09:00:0${index}`,
  }));

  /** EspoCRM's "after" is strictly after. */
  function answer({ method, path, query, body }: Asked): Answer {
    if (method !== "GET") return { body };
    if (path === "api/v1/SalesOrder") {
      const list = ORDERS.filter(({ modifiedAt }) => modifiedAt > (query.get("where[0][value]") ?? ""));
      return { body: { total: list.length, list: list.slice(Number(query.get("offset"))) } };
    }
    const found = ORDERS.find(({ id }) => path === `api/v1/SalesOrder/${id}`);
    return found ? { body: found } : { status: 404 };
  }

  test("finds a record, and nothing where it is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "SalesOrder", "64f0c0ffee0000001")).toEqual(ORDERS[1]);
    expect(await api.find(server.client, settings, "Contact", "64f0c0ffee0000001")).toBeUndefined();
    expect(server.asked[0]?.headers["x-api-key"]).toBe("api key");
  });

  test("gives what changed from that second on, with the facts of its webhook", async () => {
    await using server = await servePlatform(answer);
    const page = await api.changed?.(server.client, settings, changedSince("2026-03-14T09:00:01Z"));
    expect(page?.entities.map(({ id }) => id)).toEqual(["64f0c0ffee0000001", "64f0c0ffee0000002"]);
    const [entity] = page?.entities ?? [];
    const polled =
      entity && api.actsOf?.(entity).flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
    expect(polled).toEqual(connector.facts("record", { entityType: "SalesOrder", record: ORDERS[1] }));
    expect(polled).toHaveLength(1);
  });

  test("writes a post to the stream and a state", async () => {
    await using server = await servePlatform(answer);
    await api.orderWriter?.(server.client, settings).write(order.id, { kind: "note", text: "Confirmed" });
    await api.orderWriter?.(server.client, settings).write(order.id, { kind: "state", state: "Booked" });
    expect(server.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      [
        "POST",
        "api/v1/Note",
        { type: "Post", parentType: "SalesOrder", parentId: order.id, post: "Confirmed" },
      ],
      ["PUT", `api/v1/SalesOrder/${order.id}`, { status: "Booked" }],
    ]);
    await expect(
      api.orderWriter?.(server.client, settings).write(order.id, { kind: "tag", tag: "x" }),
    ).rejects.toThrow(/has no tag/);
  });
});
