import { describe, expect, test } from "vitest";
import { dolibarr } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { dolibarrPlatform, dolibarrRecords } from "./platforms/dolibarr.ts";
import { changedSince, connectorOf, hostOf, paidOrder } from "./platforms/platform.ts";

const settings = dolibarr.settings.parse(dolibarrPlatform.settings);
const connector = connectorOf(dolibarrPlatform);
const { api } = dolibarr;
if (!api) throw new Error("Dolibarr has an API.");

const { order } = dolibarrRecords({ ...paidOrder, type: "order.confirmed" });

test("a trigger that runs before the change is taken for the change that it announces", () => {
  const stale = { triggercode: "ORDER_CLOSE", object: { ...order, statut: 1, status: 1 } };
  const told = dolibarr.told(dolibarrPlatform.delivery(JSON.stringify(stale)));
  expect(told).toMatchObject({ acts: [{ hostEvent: "order", payload: { id: order.id, status: "3" } }] });
});

test("a hint without a state may mean every state that is told of", () => {
  const facts = connector.facts("order", { id: order.id });
  expect(facts.map(({ state }) => state).toSorted()).toEqual([
    ...["order.cancelled", "order.confirmed", "order.delivered", "order.shipped"],
  ]);
});

test("an order without a foreign currency is told in the shop's", async () => {
  const own = { ...order, multicurrency_code: "", multicurrency_total_ttc: "0.00000000" };
  const [fact] = connector.facts("order", { id: order.id, status: 1 });
  if (!fact) throw new Error("no fact");
  const event = await connector.read(fact, hostOf({ [`order/${order.id}`]: own }));
  expect(event?.data).toMatchObject({
    order: { total: { amount: 4_999, currency: "EUR" } },
    recipient: { phone_problem: "missing" },
  });
});

test("an order of services alone is neither shipped nor delivered (D 3.3)", async () => {
  const closed = (product_type: string) => ({
    ...order,
    statut: "3",
    status: "3",
    lines: [{ product_type }],
  });
  const [fact] = connector.facts("order", { id: order.id, status: "3" });
  if (!fact) throw new Error("no fact");
  const read = (record: object) => connector.read(fact, hostOf({ [`order/${order.id}`]: record }));
  expect(await read(closed("1"))).toBeNull();
  expect(await read(closed("0"))).toMatchObject({ type: "order.delivered" });
});

test("a consent field is a custom field of the order", () => {
  const fieldOf = (field: string) => dolibarr.fieldOf({ kind: "order", id: "1", value: order }, field);
  expect(fieldOf("array_options.options_whatsapp")).toBe("1");
  expect(fieldOf("array_options.constructor")).toBeUndefined();
});

describe("the REST API", () => {
  const ORDERS = Array.from({ length: 3 }, (_, index) => ({
    ...order,
    id: String(index + 1),
    note_private: index === 0 ? "Ring twice" : null,
    date_modification: Date.parse("2026-03-14T09:00:00Z") / 1_000 + index,
  }));

  /** Filters by the server's own clock, as its database does. */
  function answer({ method, path, query, body }: Asked): Answer {
    if (path === "api/index.php/orders") {
      const from = /^\(t\.tms:>=:'(\d{14})'\)$/.exec(query.get("sqlfilters") ?? "")?.[1] ?? "";
      const paris = (seconds: number) =>
        new Date(seconds * 1_000 + 3_600_000).toISOString().slice(0, 19).replaceAll(/\D/g, "");
      const list = ORDERS.filter(({ date_modification }) => paris(date_modification) >= from);
      return list.length > 0 && query.get("page") === "0"
        ? { body: list }
        : { status: 404, body: { error: { code: 404, message: "Not Found: No order found" } } };
    }
    const found = ORDERS.find(({ id }) => path === `api/index.php/orders/${id}`);
    if (!found) return { status: 404, body: { error: { code: 404 } } };
    return { body: method === "GET" ? found : body };
  }

  test("finds an order, and nothing where it is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "order", "1")).toEqual(ORDERS[0]);
    expect(await api.find(server.client, settings, "thirdparty", "42")).toBeUndefined();
    expect(await api.find(server.client, settings, "invoice", "1")).toBeUndefined();
    expect(server.asked.map(({ path, headers }) => [path, headers["dolapikey"]])).toEqual([
      ["api/index.php/orders/1", "api key"],
      ["api/index.php/thirdparties/42", "api key"],
    ]);
  });

  test("gives what changed since, by the clock of the server, and nothing where there is none", async () => {
    await using server = await servePlatform(answer);
    const page = await api.changed?.(server.client, settings, changedSince("2026-03-14T09:00:01Z"));
    expect(page?.entities.map(({ id }) => id)).toEqual(["2", "3"]);
    const none = await api.changed?.(server.client, settings, changedSince("2026-03-15T00:00:00Z"));
    expect(none).toEqual({ entities: [], unreadable: [], more: false });
    const [entity] = page?.entities ?? [];
    const polled =
      entity && api.actsOf?.(entity).flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload));
    const body = JSON.stringify({ triggercode: "ORDER_VALIDATE", object: ORDERS[1] });
    const told = dolibarr.told(dolibarrPlatform.delivery(body));
    expect(
      told.kind === "acts" &&
        told.acts.flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload)),
    ).toEqual(polled);
    expect(polled).toHaveLength(1);
  });

  test("writes a note below the merchant's own", async () => {
    await using server = await servePlatform(answer);
    await api.orderWriter?.(server.client, settings).write("1", { kind: "note", text: "Confirmed" });
    await api.orderWriter?.(server.client, settings).write("2", { kind: "note", text: "Confirmed" });
    const written = server.asked.filter(({ method }) => method === "PUT").map(({ body }) => body);
    expect(written).toEqual([{ note_private: "Ring twice\nConfirmed" }, { note_private: "Confirmed" }]);
    await expect(
      api.orderWriter?.(server.client, settings).write("1", { kind: "state", state: "3" }),
    ).rejects.toThrow(/has no state/);
  });
});

test("a state that Dolibarr cannot have is refused with a sentence (D 9.13)", () => {
  const read = dolibarr.settings.safeParse({
    ...dolibarrPlatform.settings,
    states: { Validated: "order.placed" },
  });
  expect(read.error?.issues).toMatchObject([
    { path: ["states"], message: expect.stringContaining("number") },
  ]);
});
