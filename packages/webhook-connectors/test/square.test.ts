import { secret } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { square } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { changedSince, connectorOf, hostOf, NOW, paidOrder } from "./platforms/platform.ts";
import { notification, squarePlatform, squareRecords } from "./platforms/square.ts";

const settings = square.settings.parse(squarePlatform.settings);
const connector = connectorOf(squarePlatform);
const { api, proof } = square;
if (!api || proof.kind !== "signature") throw new Error("Square signs and has an API.");

test("a signature holds for the address that it was made for, and no other", () => {
  const delivery = squarePlatform.delivery(
    JSON.stringify(notification("order.created", "order_created", squareRecords(paidOrder).hints.order)),
  );
  const headers = new Headers(squarePlatform.signs?.sign(delivery, "key"));
  expect(proof.verify({ ...delivery, headers }, [secret("key")], NOW)).toBe(true);
  for (const url of [`${delivery.url}/`, delivery.url.replace("https", "http"), `${delivery.url}?a=1`]) {
    expect(proof.verify({ ...delivery, url, headers }, [secret("key")], NOW), url).toBe(false);
  }
});

test("a fulfilment's hint does not say its kind: only what the order proves is told", async () => {
  const { order, hints } = squareRecords({ ...paidOrder, type: "order.shipped" });
  const facts = connector.facts("fulfillment", hints.fulfillment);
  expect(facts.map(({ state }) => state)).toEqual(["order.shipped", "order.delivered"]);
  const events = await Promise.all(
    facts.map((fact) => connector.read(fact, hostOf({ [`order/${order.id}`]: order }))),
  );
  expect(events.map((event) => event?.type)).toEqual(["order.shipped", undefined]);
});

test.each(["PENDING", "FAILED", "REJECTED"])("a refund that is %s is not told", (status) => {
  const { refund } = squareRecords({ ...paidOrder, type: "order.refunded" });
  expect(connector.facts("refund", { ...refund, status })).toEqual([]);
});

test("a refund that did not come off after all tells nothing when it is read", async () => {
  const { order, payment, refund } = squareRecords({ ...paidOrder, type: "order.refunded" });
  const [fact] = connector.facts("refund", refund);
  if (!fact) throw new Error("no fact");
  const held = { [`order/${order.id}`]: order, [`payment/${payment.id}`]: payment };
  const readWith = (status: string) =>
    connector.read(fact, hostOf({ ...held, [`refund/${refund.id}`]: { ...refund, status } }));
  expect(await readWith("FAILED")).toBeNull();
  expect(await readWith("COMPLETED")).toMatchObject({ type: "order.refunded" });
});

test("a payment that belongs to no order, or is not complete, is not told", () => {
  const { payment } = squareRecords(paidOrder);
  const { order_id: _none, ...loose } = payment;
  expect(connector.facts("payment", loose)).toEqual([]);
  expect(connector.facts("payment", { ...payment, status: "APPROVED" })).toEqual([]);
  expect(connector.facts("payment", payment)).toHaveLength(1);
});

test.each([
  ["card_details", "AUTHORIZED", []],
  ["card_details", "VOIDED", []],
  ["card_details", "FAILED", []],
  ["buy_now_pay_later_details", "AUTHORIZED", []],
  ["card_details", "CAPTURED", ["order.paid:act_1"]],
  ["cash_details", undefined, ["order.paid:act_1"]],
])("a tender is a payment once it came off: %s %s", (member, status, keys) => {
  const { order } = squareRecords(paidOrder);
  const [tender] = order.tenders;
  const value = { ...order, tenders: [{ ...tender, [member]: { status } }] };
  const polled = (api.actsOf?.({ kind: "order", id: order.id, value }) ?? [])
    .flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload))
    .map(({ key }) => key);
  expect(polled.filter((key) => key.startsWith("order.paid"))).toEqual(keys);
});

test("a tender that was only authorized is not told as paid when its order is read", async () => {
  const { order, payment } = squareRecords(paidOrder);
  const [fact] = connector.facts("payment", payment);
  if (!fact) throw new Error("no fact");
  const readWith = (status: string) => {
    const tenders = order.tenders.map((tender) => ({ ...tender, card_details: { status } }));
    return connector.read(fact, hostOf({ [`order/${order.id}`]: { ...order, tenders } }));
  };
  expect(await readWith("AUTHORIZED")).toBeNull();
  expect(await readWith("CAPTURED")).toMatchObject({ type: "order.paid" });
});

test("a notification about a thing that it does not hold is malformed", () => {
  const body = JSON.stringify(
    notification("order.created", "order_updated", squareRecords(paidOrder).hints.order),
  );
  expect(square.told(squarePlatform.delivery(body))).toEqual({ kind: "malformed" });
});

describe("the APIs", () => {
  const SALES = Array.from({ length: 130 }, (_, index) => ({
    ...squareRecords(paidOrder).order,
    id: `ORDER555x${index}`,
    updated_at: new Date(Date.parse("2026-03-14T09:00:00Z") + index * 1_000).toISOString(),
  }));

  function answer({ path, body }: Asked): Answer {
    if (path === "v2/orders/search") {
      const { cursor, limit, query, location_ids } = body as {
        cursor?: string;
        limit: number;
        location_ids: string[];
        query: { filter: { date_time_filter: { updated_at: { start_at: string } } } };
      };
      if (location_ids[0] !== "L88917AVBK2S5")
        return { status: 403, body: { errors: [{ code: "FORBIDDEN" }] } };
      const changed = SALES.filter(
        ({ updated_at }) => updated_at >= query.filter.date_time_filter.updated_at.start_at,
      );
      const start = Number(cursor ?? 0);
      const end = start + limit;
      return {
        body: { orders: changed.slice(start, end), ...(end < changed.length && { cursor: String(end) }) },
      };
    }
    const order = SALES.find(({ id }) => path === `v2/orders/${id}`);
    return order ? { body: { order } } : { status: 404, body: { errors: [{ code: "NOT_FOUND" }] } };
  }

  test("an order that is spoiled stops none of the others, and is named (D 9.15)", async () => {
    const { total_money, ...moneyless } = SALES[1] as (typeof SALES)[number];
    const page = [
      SALES[0],
      moneyless,
      { ...SALES[2], total_money: { ...total_money, currency: "dollars" } },
      { ...SALES[3], total_money: { ...total_money, amount: 1e300 } },
      { ...SALES[4], total_money: { ...total_money, amount: -5 } },
      { ...SALES[5], tenders: Array(101).fill({}) },
      { id: "not an id" },
      null,
      SALES[6],
    ];
    await using server = await servePlatform(() => ({ body: { orders: page } }));
    const found = await api.changed?.(server.client, settings, changedSince("2026-03-14T09:00:00Z"));
    expect(found?.entities.map(({ id }) => id)).toEqual([SALES[0]?.id, SALES[6]?.id]);
    expect(found?.unreadable?.map(({ id }) => id)).toEqual([
      ...[1, 2, 3, 4, 5].map((index) => SALES[index]?.id),
      undefined,
      undefined,
    ]);
  });

  test("finds an order, and nothing where it is gone", async () => {
    await using server = await servePlatform(answer);
    expect(await api.find(server.client, settings, "order", "ORDER555x7")).toEqual(SALES[7]);
    expect(await api.find(server.client, settings, "customer", "CUST5550001")).toBeUndefined();
    expect(await api.find(server.client, settings, "invoice", "1")).toBeUndefined();
    expect(server.asked[0]?.headers).toMatchObject({
      authorization: "Bearer access token",
      "square-version": "2025-10-16",
    });
    expect(api.baseUrl(settings)).toBe("https://connect.squareup.com/");
  });

  test("gives what changed since, oldest first, and walks to a higher page", async () => {
    await using server = await servePlatform(answer);
    const since = new Date("2026-03-14T09:00:10.000Z");
    const pages = [];
    for (const skip of [0, 100, 200])
      pages.push(await api.changed?.(server.client, settings, changedSince(since, { skip })));
    expect(pages.flatMap((page) => page?.entities.map(({ id }) => id) ?? [])).toEqual(
      SALES.slice(10).map(({ id }) => id),
    );
    expect(pages.map((page) => page?.more)).toEqual([true, false, false]);
    expect(pages[2]?.entities).toEqual([]);
  });

  test("an order that is polled gives the facts that its webhooks gave", async () => {
    const { order, hints } = squareRecords({ ...paidOrder, type: "order.paid" });
    const polled = api.actsOf?.({ kind: "order", id: order.id, value: order }) ?? [];
    const keys = polled
      .flatMap(({ hostEvent, payload }) => connector.facts(hostEvent, payload))
      .map(({ key }) => key);
    const told = [...connector.facts("order", hints.order), ...connector.facts("payment", hints.payment)].map(
      ({ key }) => key,
    );
    expect(keys).toEqual(told);
    expect(told).toEqual(["order.placed:order_1", "order.paid:act_1"]);
  });
});
