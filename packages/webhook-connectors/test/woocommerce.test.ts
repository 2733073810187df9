import { isWebxkeyError } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { woocommerce } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import {
  changedSince,
  connectorOf,
  hostOf,
  paidOrder,
  postTo,
  SHOP,
  URL_OF_HOOK,
} from "./platforms/platform.ts";
import { wooOrderRecord, wooPlatform } from "./platforms/woocommerce.ts";

const settings = woocommerce.settings.parse(wooPlatform.settings);
const connector = connectorOf(wooPlatform);
const { api } = woocommerce;
if (!api) throw new Error("WooCommerce has an API.");

const PING = { "user-agent": "WooCommerce/7.9.0 Hookshot (WordPress/6.1.9)" };

describe("the ping of a new webhook", () => {
  const { proof } = woocommerce;
  const greets = (body: string, headers: Record<string, string>) =>
    proof.kind === "signature" && proof.greets?.(postTo(URL_OF_HOOK, body, headers));

  test("is greeted although nobody signed it, and tells nothing", () => {
    expect(greets("webhook_id=1", PING)).toBe(true);
    expect(woocommerce.told(postTo(URL_OF_HOOK, "webhook_id=1", PING))).toEqual({ kind: "greeting" });
  });

  test.each([
    ["an order", JSON.stringify(wooOrderRecord(paidOrder)), PING],
    ["an order behind it", "webhook_id=1&status=paid", PING],
    ["the body of a ping with a topic", "webhook_id=1", { ...PING, "x-wc-webhook-topic": "order.created" }],
    ["the body of a ping from something else", "webhook_id=1", { "user-agent": "curl/8.0" }],
    ["nothing", "", PING],
  ])("is not what greets: %s", (_what, body, headers) => {
    expect(greets(body, headers)).toBe(false);
  });
});

describe("an order's state says what happened, whatever the topic", () => {
  const keysOf = (more: object) =>
    connector.facts("order", wooOrderRecord(paidOrder, more)).map(({ key }) => key.replace(/:\d+/, ""));
  const paid = { date_paid_gmt: "2026-03-14T09:26:53" };
  const unpaid = { date_paid_gmt: null };

  test.each([
    ["a new order that is paid on delivery", { ...unpaid, status: "processing" }, ["order.placed"]],
    ["one that waits for the bank", { ...unpaid, status: "on-hold" }, ["order.placed"]],
    ["one whose buyer is still at the payment page", { ...unpaid, status: "pending" }, []],
    ["a draft of the checkout", { ...unpaid, status: "checkout-draft" }, []],
    ["one that was never paid and is given up", { ...unpaid, status: "cancelled" }, ["order.cancelled"]],
    ["a payment that failed", { ...unpaid, status: "failed" }, ["order.payment_failed"]],
    ["a paid one", { ...paid, status: "processing" }, ["order.placed", "order.paid"]],
    [
      "one that was completed before the webhook left",
      { ...paid, status: "completed" },
      ["order.placed", "order.paid", "order.shipped"],
    ],
    ["a state that nobody mapped", { ...unpaid, status: "wrapped" }, ["order.placed"]],
    [
      "a state of the merchant's own",
      { ...unpaid, status: "handed-over" },
      ["order.placed", "order.delivered"],
    ],
  ])("%s", (_what, more, keys) => {
    expect(keysOf(more)).toEqual(keys);
  });

  test.each([
    ["has nothing to ship", []],
    ["is fetched at the shop", [{ method_id: "local_pickup" }]],
    ["is fetched at a place that the blocks offer", [{ method_id: "pickup_location" }]],
  ])("completed is not told as shipped where an order %s (D 3.3)", (_what, shipping_lines) => {
    const completed = { ...paid, status: "completed", shipping_lines };
    expect(keysOf(completed)).toEqual(["order.placed", "order.paid"]);
    const order = wooOrderRecord(paidOrder, completed);
    const own = woocommerce.connector({
      ...SHOP,
      settings: { ...settings, states: { completed: "order.delivered" as const } },
    });
    expect(own.facts("order", order).map(({ state }) => state)).toContain("order.delivered");
  });

  test("each refund counts by its own id, and the one that makes it whole says so", async () => {
    const refunds = [
      { id: 71, total: "-20.00" },
      { id: 72, total: "-29.99" },
    ];
    const order = wooOrderRecord(paidOrder, { refunds });
    const facts = connector.facts("order", order).filter(({ state }) => state === "order.refunded");
    expect(facts.map(({ key }) => key)).toEqual(["order.refunded:71", "order.refunded:72"]);
    const told = await Promise.all(
      facts.map((fact) => connector.read(fact, hostOf({ [`order/${order.id}`]: order }))),
    );
    expect(told).toMatchObject([
      { type: "order.partially_refunded", data: { refund: { amount: { amount: 2_000 } } } },
      { type: "order.refunded", data: { refund: { amount: { amount: 2_999 } } } },
    ]);
  });

  test("a merchant's mapping goes before ours", () => {
    const own = { ...settings, states: { completed: "nothing" as const } };
    const quiet = woocommerce.connector({ ...SHOP, settings: own });
    const facts = quiet.facts("order", wooOrderRecord(paidOrder, { status: "completed" }));
    expect(facts.map(({ state }) => state)).toEqual(["order.placed", "order.paid"]);
  });
});

test("what has no time of its own on an order from before the connection is as old as the order", async () => {
  const old = wooOrderRecord(paidOrder, {
    date_created_gmt: "2025-02-01T08:00:00",
    date_modified_gmt: "2026-03-14T09:26:53",
    refunds: [{ id: 71, total: "-20.00" }],
  });
  const [fact] = connector.facts("order", old).filter(({ state }) => state === "order.refunded");
  if (!fact) throw new Error("no fact of the refund");
  expect(await connector.read(fact, hostOf({ [`order/${old.id}`]: old }))).toMatchObject({
    time: "2025-02-01T08:00:00.000Z",
  });
});

describe("a refund on an order from before the connection", () => {
  const refundedLater = (date_created_gmt: string) => {
    const order = wooOrderRecord(paidOrder, {
      date_created_gmt: "2025-02-01T08:00:00",
      date_modified_gmt: "2026-03-14T09:26:53",
      refunds: [{ id: 71, total: "-20.00" }],
    });
    return { [`order/${order.id}`]: order, [`refund/${order.id}/71`]: { id: 71, date_created_gmt } };
  };

  test("has the time that WooCommerce keeps with the refund itself (D 9.10)", async () => {
    const entities = refundedLater("2026-03-14T09:20:00");
    const [order] = Object.values(entities);
    const [fact] = connector.facts("order", order).filter(({ state }) => state === "order.refunded");
    if (!fact) throw new Error("no fact of the refund");
    expect(await connector.read(fact, hostOf(entities))).toMatchObject({
      type: "order.partially_refunded",
      time: "2026-03-14T09:20:00.000Z",
    });
  });

  test("is asked for where WooCommerce keeps it, and nowhere else if the order is younger (D 9.10)", async () => {
    await using server = await servePlatform(({ path }) => ({
      body: path.includes("/refunds/") ? { id: 71, date_created_gmt: "2026-03-14T09:20:00" } : {},
    }));
    expect(await api.find(server.client, settings, "refund", "5/71")).toMatchObject({ id: 71 });
    expect(server.asked.map(({ path, query }) => [path, query.get("_fields")])).toEqual([
      ["wp-json/wc/v3/orders/5/refunds/71", "id,date_created_gmt"],
    ]);
    const young = wooOrderRecord(
      { ...paidOrder, occurredAt: "2027-01-01T00:00:00Z" },
      {
        refunds: [{ id: 71, total: "-20.00" }],
      },
    );
    const [fact] = connector.facts("order", young).filter(({ state }) => state === "order.refunded");
    if (!fact) throw new Error("no fact of the refund");
    const looked: string[] = [];
    await connector.read(fact, {
      async find(kind) {
        looked.push(kind);
        return kind === "order" ? young : undefined;
      },
    });
    expect(looked).toEqual(["order"]);
  });
});

test("a webhook whose user may not read orders is malformed, not an order", () => {
  const body = JSON.stringify({ code: "woocommerce_rest_cannot_view", data: { status: 401 } });
  expect(woocommerce.told(wooPlatform.delivery(body))).toEqual({ kind: "malformed" });
});

test("an answer of the API that has not the documented shape is an error, not silence", async () => {
  const [fact] = connector.facts("order", wooOrderRecord(paidOrder));
  if (!fact) throw new Error("no fact");
  const host = hostOf({ [`order/${fact.entityId}`]: { id: fact.entityId, note: "sheena@example.com" } });
  const reading = connector.read(fact, host);
  await expect(reading).rejects.toThrow(/WooCommerce's order has not the documented shape/);
  await expect(reading).rejects.not.toThrow(/sheena/);
});

test("a guest has no customer ref", async () => {
  const order = wooOrderRecord(paidOrder, { customer_id: 0 });
  const [fact] = connector.facts("order", order);
  if (!fact) throw new Error("no fact");
  const event = await connector.read(fact, hostOf({ [`order/${order.id}`]: order }));
  expect(event?.data.recipient).toEqual({ phone: "+16505551234", name: "Sheena" });
});

test("a consent field is a custom field, the last of its name, or a field of the order's own", () => {
  const value = wooOrderRecord(paidOrder, {
    meta_data: [
      { key: "optin", value: "no" },
      { key: "optin", value: "yes" },
      { key: "__proto__", value: "odd" },
    ],
  });
  const fieldOf = (field: string) => woocommerce.fieldOf({ kind: "order", id: "1", value }, field);
  expect(fieldOf("meta_data.optin")).toBe("yes");
  expect(fieldOf("meta_data.absent")).toBeUndefined();
  expect(fieldOf("billing.country")).toBe("US");
  for (const inherited of ["constructor", "__proto__", "billing.toString", "meta_data.constructor"]) {
    expect(fieldOf(inherited), inherited).toBeUndefined();
  }
});

describe("the REST API", () => {
  const ORDERS = Array.from({ length: 130 }, (_, index) =>
    wooOrderRecord(paidOrder, {
      id: index + 1,
      date_modified_gmt: new Date(Date.parse("2026-03-14T09:00:00Z") + index * 1_000)
        .toISOString()
        .slice(0, 19),
    }),
  );

  /** As WooCommerce answers: what changed strictly after the second that is asked for, and 100 at the most. */
  function answer({ method, path, query, body }: Asked): Answer {
    if (path === "wp-json/wc/v3/orders" && method === "GET") {
      const after = query.get("modified_after") ?? "";
      const perPage = Math.min(Number(query.get("per_page")), 100);
      const start = Number(query.get("offset"));
      const changed = ORDERS.filter(({ date_modified_gmt }) => date_modified_gmt > after);
      return { body: changed.slice(start, start + perPage) };
    }
    const id = /^wp-json\/wc\/v3\/orders\/(\d+)/.exec(path)?.[1];
    const order = ORDERS.find((each) => String(each.id) === id);
    if (!order) return { status: 404, body: { code: "woocommerce_rest_shop_order_invalid_id" } };
    return method === "GET" ? { body: order } : { status: method === "POST" ? 201 : 200, body };
  }

  test("finds an order with the keys in the header, and nothing where it is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "order", "7")).toEqual(ORDERS[6]);
    expect(await api.find(server.client, settings, "order", "999")).toBeUndefined();
    expect(await api.find(server.client, settings, "coupon", "7")).toBeUndefined();
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill(`Basic ${btoa("ck_example:cs_example")}`),
    );
  });

  test("gives what changed from that second on, oldest first, by pages of 100", async () => {
    await using server = await servePlatform(answer);
    const since = new Date("2026-03-14T09:00:10Z");
    const first = await api.changed?.(server.client, settings, changedSince(since));
    const second = await api.changed?.(server.client, settings, changedSince(since, { skip: 100 }));
    const ids = [...(first?.entities ?? []), ...(second?.entities ?? [])].map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 11));
    expect([first?.entities.length, first?.more, second?.more]).toEqual([100, true, false]);
    expect(first?.entities[0]?.changedAt).toEqual(since);
    expect(server.asked[0]?.query.get("dates_are_gmt")).toBe("true");
  });

  test("an order that is polled gives the facts that its webhook gave", async () => {
    await using server = await servePlatform(answer);
    const page = await api.changed?.(server.client, settings, changedSince("2026-03-14T09:00:00Z"));
    const [entity] = page?.entities ?? [];
    if (!entity) throw new Error("nothing changed");
    const polled = (api.actsOf?.(entity) ?? []).flatMap(({ hostEvent, payload }) =>
      connector.facts(hostEvent, payload),
    );
    const told = woocommerce.told(wooPlatform.delivery(JSON.stringify(ORDERS[0]), "order.updated"));
    if (told.kind !== "acts") throw new Error(told.kind);
    expect(told.entities).toMatchObject([{ kind: entity.kind, id: entity.id }]);
    expect(polled).toEqual(
      told.acts.flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload)),
    );
    expect(polled.length).toBeGreaterThan(0);
  });

  test("writes a private note and a state to an order", async () => {
    await using server = await servePlatform(answer);
    await api
      .orderWriter?.(server.client, settings)
      .write("7", { kind: "note", text: "Confirmed on WhatsApp" });
    await api.orderWriter?.(server.client, settings).write("7", { kind: "state", state: "processing" });
    expect(server.asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "wp-json/wc/v3/orders/7/notes", { note: "Confirmed on WhatsApp", customer_note: false }],
      ["PUT", "wp-json/wc/v3/orders/7", { status: "processing" }],
    ]);
    const writing = api.orderWriter?.(server.client, settings).write("7", { kind: "tag", tag: "confirmed" });
    await expect(writing).rejects.toThrow(/has no tag/);
    expect(api.orderWriter?.(server.client, settings).writes).toEqual(["note", "state"]);
  });

  test("a refusal is an error that names the status and repeats nothing of what was said", async () => {
    await using server = await servePlatform(() => ({
      status: 401,
      body: { message: "cs_example is no key" },
    }));
    const finding = api.find(server.client, settings, "order", "7");
    await expect(finding).rejects.toThrow(/WooCommerce answered 401/);
    await expect(finding).rejects.not.toThrow(/cs_example/);
  });
});

test.each([
  [401, "platform_unauthorized"],
  [403, "platform_unauthorized"],
  [429, "platform_unavailable"],
  [503, "platform_unavailable"],
  [400, undefined],
])("status %i says whether people have to mend it, time does, or neither: %s", async (status, code) => {
  await using server = await servePlatform(() => ({ status, body: {} }));
  const error: unknown = await api.find(server.client, settings, "order", "7").catch((thrown) => thrown);
  expect(isWebxkeyError(error) ? error.code : undefined).toBe(code);
  expect(String(error)).toContain(`WooCommerce answered ${status}`);
});

test.each([
  "http://shop.example.com",
  "https://user:secret@shop.example.com",
  "https://shop.example.com/?a=1",
  "shop.example.com",
  "http://127.0.0.1.example.com",
  "http://localhost.example.com/",
  "http://10.0.0.1/",
  "ftp://127.0.0.1/",
  "http://127.0.0.1@example.com/",
])("the shop's address is refused where it is not plain https: %s", (baseUrl) => {
  expect(woocommerce.settings.safeParse({ ...wooPlatform.settings, baseUrl }).success).toBe(false);
});

test.each(["http://127.0.0.1:8080", "http://localhost/shop", "http://[::1]:8069/"])(
  "a platform on this very machine may be plain http: %s",
  (baseUrl) => {
    expect(woocommerce.settings.safeParse({ ...wooPlatform.settings, baseUrl }).success).toBe(true);
  },
);

test("settings hide their secrets, and their address ends with a slash", () => {
  expect(api.baseUrl(settings)).toBe("https://shop.example.com/");
  expect(JSON.stringify(settings)).not.toContain("cs_example");
});

test.each(["Out for delivery", "Completed", "wc-Packed"])(
  "a state that WooCommerce cannot have is refused with a sentence: %s (D 9.13)",
  (state) => {
    const read = woocommerce.settings.safeParse({
      ...wooPlatform.settings,
      states: { [state]: "order.delivered" },
    });
    expect(read.error?.issues).toMatchObject([
      { path: ["states"], message: expect.stringContaining("slug") },
    ]);
  },
);

test("a state that is mapped with WordPress's own prefix is the state without it (D 9.13)", () => {
  const prefixed = woocommerce.settings.parse({
    ...wooPlatform.settings,
    states: { "wc-packed": "order.ready_for_pickup", "wc-wc-odd": "nothing" },
  });
  expect(prefixed.states).toEqual({ packed: "order.ready_for_pickup", "wc-odd": "nothing" });
});
