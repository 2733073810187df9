import { describe, expect, test } from "vitest";
import { odoo } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { odooHintOf, odooPlatform, odooRecords } from "./platforms/odoo.ts";
import { changedSince, connectorOf, hostOf, paidOrder } from "./platforms/platform.ts";

const settings = odoo.settings.parse(odooPlatform.settings);
const connector = connectorOf(odooPlatform);
const { api } = odoo;
if (!api) throw new Error("Odoo has an API.");

const { order, partners } = odooRecords(paidOrder);

test("a hint without a state may mean every state that is told of, and only what the order proves is told", async () => {
  const { _model, _id } = odooHintOf(order);
  const facts = connector.facts("sale.order", { _model, _id });
  expect(facts.map(({ state }) => state)).toEqual([
    ...["order.confirmed", "order.cancelled", "order.updated", "order.shipped", "order.delivered"],
  ]);
  const host = hostOf({ [`sale.order/${order.id}`]: order, ...partners });
  const events = await Promise.all(facts.map((fact) => connector.read(fact, host)));
  expect(events.map((event) => event?.type)).toEqual(["order.confirmed", ...Array(4).fill(undefined)]);
});

test("a hint that lies about the state tells nothing", async () => {
  const facts = connector.facts("sale.order", { ...odooHintOf(order), state: "cancel" });
  expect(facts.map(({ state }) => state)).toEqual(["order.cancelled"]);
  const host = hostOf({ [`sale.order/${order.id}`]: order, ...partners });
  for (const fact of facts) expect(await connector.read(fact, host)).toBeNull();
});

test.each([6_505_551_234, "+16505551234", "sheena@example.com", 0, -1, 1.5, null])(
  "an id that is none of Odoo's is malformed: %j",
  (_id) => {
    const body = { ...odooHintOf(order), _id };
    expect(odoo.told(odooPlatform.delivery(JSON.stringify(body)))).toEqual({ kind: "malformed" });
  },
);

test("a stage that is a link says its name", () => {
  const staged = odoo.settings.parse({
    ...odooPlatform.settings,
    stageField: "x_stage",
    states: { Packed: "order.shipped" },
  });
  const shop = odoo.connector({ name: "Tea", source: "/odoo", connectedAt: new Date(0), settings: staged });
  const facts = shop.facts("sale.order", { ...odooHintOf(order), state: "draft", x_stage: [4, "Packed"] });
  expect(facts.map(({ state }) => state)).toEqual(["order.shipped"]);
});

test.each([
  ["left out", undefined],
  ["named by its id alone", 4],
])("a stage that is %s may be any, whatever the state", (_how, x_stage) => {
  const staged = odoo.settings.parse({
    ...odooPlatform.settings,
    stageField: "x_stage",
    states: { Packed: "order.shipped" },
  });
  const shop = odoo.connector({ name: "Tea", source: "/odoo", connectedAt: new Date(0), settings: staged });
  const facts = shop.facts("sale.order", { ...odooHintOf(order), state: "sale", x_stage });
  expect(facts.map(({ state }) => state)).toEqual(["order.confirmed", "order.cancelled", "order.shipped"]);
});

describe("JSON-RPC", () => {
  const ORDERS = Array.from({ length: 130 }, (_, index) => ({
    ...order,
    id: index + 1,
    write_date: new Date(Date.parse("2026-03-14T09:00:00Z") + index * 1_000)
      .toISOString()
      .slice(0, 19)
      .replace("T", " "),
  }));

  /** `execute_kw` as Odoo has it, for the searches and the one write that are asked of it. */
  function answer({ path, body }: Asked): Answer {
    const { params } = body as { params: { service: string; method: string; args: unknown[] } };
    if (path !== "jsonrpc" || params.method !== "execute_kw") return { status: 404 };
    const [database, user, key, model, method, args, options] = params.args as [
      string,
      number,
      string,
      string,
      string,
      unknown[],
      Record<string, number>,
    ];
    if (database !== "tea" || user !== 2 || key !== "api key")
      return { body: { jsonrpc: "2.0", id: 1, error: { code: 200 } } };
    if (method === "message_post") return { body: { jsonrpc: "2.0", id: 1, result: 99 } };
    const [[[field, , value]]] = args as [[[string, string, unknown]]];
    const rows: object[] =
      model === "sale.order"
        ? ORDERS
        : [{ id: 11, name: "Sheena", lang: false, country_code: "US", phone: false }];
    const found = rows.filter((row) => {
      const own = (row as Record<string, unknown>)[field];
      return field === "id" ? own === value : String(own) >= String(value);
    });
    const { offset = 0, limit = found.length } = options;
    return { body: { jsonrpc: "2.0", id: 1, result: found.slice(offset, offset + limit) } };
  }

  test("finds an order and a partner with the fields that are needed, and nothing where one is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "sale.order", "7")).toEqual(ORDERS[6]);
    expect(await api.find(server.client, settings, "res.partner", "11")).toMatchObject({ name: "Sheena" });
    expect(await api.find(server.client, settings, "sale.order", "999")).toBeUndefined();
    expect(await api.find(server.client, settings, "res.users", "1")).toBeUndefined();
    const fields = server.asked.map(({ body }) => (body as { params: { args: unknown[] } }).params.args[6]);
    expect(fields).toMatchObject([
      { fields: expect.arrayContaining(["state", "delivery_status", "partner_shipping_id"]) },
      { fields: ["name", "lang", "country_code", "phone"] },
      { limit: 1 },
    ]);
  });

  test("reads the fields that the merchant names besides, because Odoo gives no other", async () => {
    await using server = await servePlatform(answer);
    const more = { orderFields: ["x_whatsapp"], partnerFields: ["x_optin"] };
    const own = odoo.settings.parse({ ...odooPlatform.settings, ...more });
    await api.find(server.client, own, "sale.order", "7");
    await api.find(server.client, own, "res.partner", "11");
    const fields = server.asked.map(({ body }) => (body as { params: { args: unknown[] } }).params.args[6]);
    expect(fields).toMatchObject([
      { fields: expect.arrayContaining(["state", "x_whatsapp"]) },
      { fields: expect.arrayContaining(["phone", "x_optin"]) },
    ]);
  });

  test("gives what changed since, oldest first, with the facts of its webhook", async () => {
    await using server = await servePlatform(answer);
    const since = new Date("2026-03-14T09:00:10Z");
    const first = await api.changed?.(server.client, settings, changedSince(since));
    const second = await api.changed?.(server.client, settings, changedSince(since, { skip: 100 }));
    const ids = [first, second].flatMap((page) => page?.entities.map(({ id }) => Number(id)) ?? []);
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 11));
    expect([first?.more, second?.more]).toEqual([true, false]);
    const [entity] = first?.entities ?? [];
    const polled =
      entity && api.actsOf?.(entity).flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
    const [, , , , , , , , , , eleventh] = ORDERS;
    if (!eleventh) throw new Error("no eleventh order");
    expect(polled).toEqual(connector.facts("sale.order", odooHintOf(eleventh)));
    expect(polled).toHaveLength(1);
  });

  test("writes a note into the order's chatter, and nothing else", async () => {
    await using server = await servePlatform(answer);
    await api.orderWriter?.(server.client, settings).write("7", { kind: "note", text: "Confirmed" });
    const [asked] = server.asked.map(({ body }) =>
      (body as { params: { args: unknown[] } }).params.args.slice(3),
    );
    expect(asked).toEqual(["sale.order", "message_post", [[7]], { body: "Confirmed" }]);
    await expect(
      api.orderWriter?.(server.client, settings).write("7", { kind: "tag", tag: "x" }),
    ).rejects.toThrow(/has no tag/);
  });

  test("an error with status 200 is an error", async () => {
    await using server = await servePlatform(answer);
    const finding = api.find(server.client, { ...settings, userId: 3 }, "sale.order", "7");
    await expect(finding).rejects.toThrow(/Odoo refused to search_read sale\.order/);
  });
});
