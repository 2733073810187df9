import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { A_SECOND_MS_MAX } from "./a-second.ts";
import { STORES, WORDING } from "./engine.ts";
import {
  connectTea,
  postTea,
  startTeaServer,
  type TeaConnection,
  type TeaOrder,
  type TeaServer,
  teaOrder,
  teaShop,
} from "./made-up-platform.ts";
import { acceptedFor, openShop, type Shop, stranger, until } from "./shop.ts";
import { quietSimulator } from "./webhooks.ts";

/** At full size 1,000; any size above two pages of a hundred shows the same. */
const ORDERS = Number(process.env["WEBXKEY_POLL_ORDERS"] ?? 220);
const SECOND_MS = 1_000;
const MAPPING = [
  {
    field: "updates",
    wording_id: WORDING.id,
    wording_version: WORDING.version,
    wording_language: WORDING.language,
  },
];

interface Listed {
  readonly connection_id: string;
  readonly problems: readonly {
    code: string;
    sentence: string;
    entity_ref: string | null;
    since: string;
    stops_reading: boolean;
  }[];
}

describe.each(STORES)("the poll of a shop on %s", (name) => {
  let platform: TeaServer;
  let shop: Shop;
  let tea: TeaConnection;
  let atMs = Date.now();
  beforeAll(async () => {
    platform = await startTeaServer();
    shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop(), teaShop({ id: "green-tea", signed: false, polled: false })],
      clock: { now: () => new Date(atMs) },
      burstFloorPerHour: 100_000,
    });
    tea = await connectTea(shop.engine, { settings: { url: platform.url }, consent_mapping: MAPPING });
  });
  afterEach(() => {
    platform.broken = undefined;
    platform.meanwhile = undefined;
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
  });

  /** An order that changed this many seconds after the last test's. */
  function there(more: Partial<TeaOrder> = {}, atSeconds = 1): TeaOrder {
    const at = new Date(atMs + atSeconds * SECOND_MS).toISOString();
    const order = teaOrder(stranger(), { placed_at: at, boxes: { updates: true }, ...more });
    platform.orders.set(order.id, order);
    return order;
  }
  function edit(order: TeaOrder, atSeconds: number): void {
    const changed_at = new Date(atMs + atSeconds * SECOND_MS).toISOString();
    platform.orders.set(order.id, { ...order, changed_at });
  }
  /** A minute later, so that what a test changed lies behind. */
  async function poll(): Promise<void> {
    atMs += 60 * SECOND_MS;
    const { status } = await shop.engine.call("POST", `/v1/connections/${tea.connection_id}/retry`, {});
    expect(status).toBe(200);
  }
  /** What was told of an order, in the order in which it was. */
  const toldOf = (order: TeaOrder) =>
    shop.store.query<{ type: string; state: string | null; reason: string | null }>(
      `select e.type, m.state, m.reason_code as reason from webxkey.events e
       join webxkey.audit_entries a on a.workspace_id = e.workspace_id and a.object_id = e.event_id::text
       left join webxkey.messages m on m.workspace_id = e.workspace_id and m.event_id = e.event_id
       where e.entity_ref = $1 and a.action = 'event.received' order by a.seq`,
      [order.id],
    );
  const eventsOf = (orders: readonly TeaOrder[]) =>
    shop.store.query<{ ref: string; n: number }>(
      `select entity_ref as ref, count(*)::int as n from webxkey.events where entity_ref = any($1) group by entity_ref`,
      [orders.map(({ id }) => id)],
    );
  async function expectEachToldOnce(orders: readonly TeaOrder[]): Promise<void> {
    const told = new Map((await eventsOf(orders)).map(({ ref, n }) => [ref, n]));
    expect(orders.filter(({ id }) => told.get(id) !== 1).map(({ id }) => [id, told.get(id)])).toEqual([]);
  }
  const problems = async () => {
    const { body } = await shop.engine.call<{ connections: Listed[] }>("GET", "/v1/connections");
    return body.connections.find(({ connection_id }) => connection_id === tea.connection_id)?.problems ?? [];
  };
  const codes = async () => (await problems()).map(({ code }) => code);

  test("tells each of many orders that changed in one second, once (D 9.1)", async () => {
    const orders = Array.from({ length: ORDERS }, () => there());
    await poll();
    await expectEachToldOnce(orders);
  });

  test("misses no order that an edit shifts between any two pages (D 9.1)", async () => {
    const orders = Array.from({ length: ORDERS }, (_, index) => there({}, 1 + Math.floor(index / 60)));
    let lists = 0;
    platform.meanwhile = () => {
      // Each list finds the oldest order gone to the end.
      const oldest = orders[lists];
      if (oldest) edit(oldest, 30 + lists);
      lists += 1;
    };
    await poll();
    platform.meanwhile = undefined;
    expect(lists).toBeGreaterThan(2);
    // The last edits came after the last list.
    await poll();
    await expectEachToldOnce(orders);
  });

  test("misses no order that leaves its second while that is read page by page (D 9.1)", async () => {
    const orders = Array.from({ length: ORDERS }, () => there());
    const byId = orders.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    let lists = 0;
    platform.meanwhile = () => {
      for (const order of byId.slice(lists * 3, lists * 3 + 3)) edit(order, 20 + lists);
      lists += 1;
    };
    await poll();
    platform.meanwhile = undefined;
    await poll();
    await expectEachToldOnce(orders);
  });

  test("reads what it tells from the page, and asks for no order by itself (D 9.16)", async () => {
    platform.asked.length = 0;
    const orders = Array.from({ length: 5 }, () => there({ state: "shipped", acts: ["placed", "shipped"] }));
    await poll();
    expect((await eventsOf(orders)).map(({ n }) => n)).toEqual(Array(5).fill(2));
    expect(platform.asked.filter((path) => !path.includes("since="))).toEqual([]);
  });

  test("tells the acts of one order in the order in which they happened (D 9.2)", async () => {
    const order = there({ state: "shipped", acts: ["placed", "shipped"] });
    await poll();
    const rows = await toldOf(order);
    expect(rows.map(({ type }) => type)).toEqual(["order.placed", "order.shipped"]);
  });

  test("tells of a cancellation alone where the same record says that the order was cancelled (D 9.2)", async () => {
    const order = there({ state: "cancelled", acts: ["placed", "cancelled"] });
    await poll();
    const rows = await toldOf(order);
    expect(rows[0]).toEqual({ type: "order.placed", state: "blocked", reason: "overtaken" });
    expect(rows[1]).toMatchObject({ type: "order.cancelled" });
    expect(rows[1]?.reason).not.toBe("overtaken");
  });

  test("a delivery with three acts tells what holds at its end, in the same way (D 9.2)", async () => {
    const order = teaOrder(stranger(), {
      placed_at: new Date(atMs).toISOString(),
      boxes: { updates: true },
      state: "cancelled",
      acts: ["placed", "shipped", "cancelled"],
    });
    expect(await postTea(tea, { topic: "order.changed", orders: [order] })).toBe(200);
    const rows = await toldOf(order);
    expect(rows.map(({ type }) => type)).toEqual(["order.placed", "order.shipped", "order.cancelled"]);
    expect(rows[0]).toMatchObject({ state: "blocked", reason: "overtaken" });
  });

  test("an order whose custom field nests forty deep is told (D 9.4)", async () => {
    const meta: unknown = JSON.parse(`${"[".repeat(40)}${"]".repeat(40)}`);
    const [deep, other] = [there({ meta }), there()];
    await poll();
    await expectEachToldOnce([deep, other]);
    expect(await codes()).not.toContain("order_unreadable");
  });

  test("an order of five megabytes is told, and keeps nobody's news (D 9.3)", async () => {
    const large = Array.from({ length: 3 }, () => there({ meta: "x".repeat(5 * 1024 * 1024) }));
    const others = Array.from({ length: 30 }, () => there());
    await poll();
    await expectEachToldOnce([...large, ...others]);
    for (const { id } of large) platform.orders.delete(id);
  });

  test("an order that is too large by itself is named, and the others are told (D 9.3)", async () => {
    const huge = there({ meta: "x".repeat(9 * 1024 * 1024) });
    const others = Array.from({ length: 12 }, () => there());
    await poll();
    await expectEachToldOnce(others);
    expect((await problems()).filter(({ entity_ref }) => entity_ref === huge.id)).toMatchObject([
      { code: "order_unreadable", sentence: expect.stringContaining("custom fields"), stops_reading: false },
    ]);
    const { body } = await shop.engine.call<{ entries: { sentence: string }[] }>(
      "GET",
      `/v1/entities/order/${huge.id}/timeline`,
    );
    expect(body.entries.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Order changed in the shop\. This record could not be read/),
    ]);
    platform.orders.set(huge.id, { ...huge, meta: undefined });
    await poll();
    await expectEachToldOnce([huge]);
    expect(await codes()).not.toContain("order_unreadable");
  });

  test("a notice before the JSON of one order keeps that order waiting, and no other (D 9.4)", async () => {
    const [spoiled, ...others] = Array.from({ length: 12 }, () => there());
    if (!spoiled) throw new Error("no order");
    platform.broken = { orders: new Set([spoiled.id]), notice: "<b>Notice</b>: Undefined index [x]<br />" };
    await poll();
    await expectEachToldOnce(others);
    expect(await eventsOf([spoiled])).toEqual([]);
    expect((await problems()).map(({ code, entity_ref }) => [code, entity_ref])).toContainEqual([
      "order_unreadable",
      spoiled.id,
    ]);
    platform.broken = undefined;
    await poll();
    await expectEachToldOnce([spoiled]);
  });

  test.each<[string, TeaServer["broken"], string, RegExp]>([
    ["a notice before every answer", { notice: "<b>Notice</b>: x<br />" }, "answer_unreadable", /notice/],
    ["a maintenance page", { headers: { "content-type": "text/html" } }, "answer_unreadable", /maintenance/],
    ["credentials that ended", 401, "platform_unauthorized", /credentials/],
    ["an address without an API", 404, "platform_not_found", /address/],
    [
      "a redirect",
      { status: 301, headers: { location: "https://www.shop.example/api/orders?token=555" } },
      "platform_redirects",
      /It redirects to https:\/\/www\.shop\.example\.$/,
    ],
    ["a shop that is down", "hangs_up", "platform_unavailable", /could not be reached/],
  ])(
    "%s loses nothing, has a sentence of its own, and is over once it is mended (D 9.4, D 9.15)",
    async (_what, broken, code, sentence) => {
      const order = there();
      platform.broken = broken;
      await poll();
      expect(await problems()).toContainEqual(
        expect.objectContaining({ code, sentence: expect.stringMatching(sentence), stops_reading: true }),
      );
      expect(await eventsOf([order])).toEqual([]);
      platform.broken = undefined;
      await poll();
      await expectEachToldOnce([order]);
      expect(await codes()).not.toContain(code);
    },
  );

  test("a shop that cannot be read has one cause at a time, and lasts since the first of them began (D 9.15)", async () => {
    platform.broken = 401;
    await poll();
    const causes = async () => (await problems()).filter(({ stops_reading }) => stops_reading);
    const [first] = await causes();
    expect(first?.code).toBe("platform_unauthorized");
    platform.broken = 404;
    await poll();
    expect(await causes()).toMatchObject([{ code: "platform_not_found", since: first?.since }]);
    platform.broken = undefined;
    await poll();
    expect(await causes()).toEqual([]);
  });

  test("webhooks that are off are a problem after some minutes, until a delivery comes (D 9.5)", async () => {
    const delivered = there();
    await postTea(tea, { topic: "order.changed", orders: [delivered] });
    expect(await codes()).not.toContain("webhooks_silent");
    atMs += 60 * SECOND_MS;
    there();
    await poll();
    expect(await codes()).not.toContain("webhooks_silent");
    atMs += 5 * 60 * SECOND_MS;
    expect(await codes()).toContain("webhooks_silent");
    await postTea(tea, { topic: "order.changed", orders: [there()] });
    expect(await codes()).not.toContain("webhooks_silent");
  });

  test("one webhook of several that is off is a problem although the others deliver, and one lost delivery is not (D 9.5)", async () => {
    const minutes = async (count: number) => {
      atMs += count * 60 * SECOND_MS;
      await postTea(tea, { topic: "order.changed", orders: [there()] });
    };
    await minutes(1);
    there({ state: "shipped" });
    await poll();
    await minutes(6);
    expect(await codes()).not.toContain("webhooks_silent");
    there({ state: "shipped" });
    await poll();
    expect(await problems()).toContainEqual(
      expect.objectContaining({
        code: "webhooks_silent",
        entity_ref: null,
        sentence: expect.stringContaining("It found: shipped."),
      }),
    );
    await minutes(6);
    expect(await codes()).toContain("webhooks_silent");
    await postTea(tea, { topic: "order.changed", orders: [there({ state: "shipped" })] });
    expect(await codes()).not.toContain("webhooks_silent");
  });
});

describe.each(STORES)("hints that nobody signed, at a shop that answers nobody, on %s", (name) => {
  test("delay another shop's order by less than a second, and wait in bounded numbers (D 6.5)", async () => {
    await using platform = await startTeaServer();
    await using away = await startTeaServer();
    await using shop = await openShop(name, {
      simulator: await quietSimulator(),
      connectors: [teaShop({ signed: false })],
    });
    const [victim, other] = [
      await connectTea(shop.engine, { settings: { url: away.url }, consent_mapping: MAPPING }),
      await connectTea(shop.engine, { settings: { url: platform.url }, consent_mapping: MAPPING }),
    ];
    away.broken = "hangs_up";
    const hints = Number(process.env["WEBXKEY_HINTS"] ?? 2_300);
    for (let sent = 0; sent < hints; sent += 100) {
      const names = Array.from({ length: 100 }, (_, index) => ({
        id: `h${sent + index}`,
        state: "placed" as const,
      }));
      expect(await postTea(victim, { topic: "order.changed", names })).toBe(200);
    }
    const order = teaOrder(stranger(), { boxes: { updates: true } });
    platform.orders.set(order.id, order);
    const begun = performance.now();
    await postTea(other, { topic: "order.changed", names: [{ id: order.id, state: "placed" }] });
    await until("it was not sent", async () => (await acceptedFor(shop, order.phone)).length > 0);
    expect(performance.now() - begun).toBeLessThan(A_SECOND_MS_MAX);
    const [waiting] = await shop.store.query<{ n: number }>(
      "select count(*)::int as n from webxkey.connector_facts where connection_id = $1",
      [victim.connection_id],
    );
    expect(waiting?.n).toBeLessThanOrEqual(2_100);
    // Each try of the whole shop costs one request, after the first few.
    expect(away.asked.length).toBeLessThan(40);
    const { body } = await shop.engine.call<{ connections: Listed[] }>("GET", "/v1/connections");
    expect(
      body.connections
        .find(({ connection_id }) => connection_id === victim.connection_id)
        ?.problems.map(({ code }) => code)
        .toSorted(),
    ).toEqual(["platform_unavailable", "too_many_hints"]);
  });
});
