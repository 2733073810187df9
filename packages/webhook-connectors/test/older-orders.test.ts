import type { EventType } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { connectorOf, hostOf, type Platform, paidOrder } from "./platforms/platform.ts";
import { shopifyPlatform, shopifyRecords } from "./platforms/shopify.ts";
import { squarePlatform, squareRecords } from "./platforms/square.ts";
import { wooOrderRecord, wooPlatform } from "./platforms/woocommerce.ts";

/** Orders that were placed before the shop was connected, to which something happened afterwards. */

type OrderRecord = Readonly<Record<string, unknown>>;

const BEFORE = "2025-02-01T08:00:00.000Z";
const AFTER = paidOrder.occurredAt;

async function timeOf(platform: Platform, type: EventType, order: OrderRecord, more: object = {}) {
  const connector = connectorOf(platform);
  const [fact] = connector
    .facts("order", platform === squarePlatform ? hintOf(order) : order)
    .filter(({ state }) => state === type);
  if (!fact) throw new Error(`no fact of ${type}`);
  const event = await connector.read(fact, hostOf({ [`order/${order["id"]}`]: order, ...more }));
  return event?.time;
}

function hintOf(order: OrderRecord) {
  return { ...order, order_id: order["id"] };
}

describe("an act on an order from before the connection has its own time", () => {
  test.each<EventType>(["order.cancelled", "order.refunded", "order.shipped"])(
    "in Shopify: %s (D 9.10)",
    async (type) => {
      const { order } = shopifyRecords({ ...paidOrder, type });
      expect(await timeOf(shopifyPlatform, type, { ...order, created_at: BEFORE })).toBe(AFTER);
    },
  );

  test("in Square: order.cancelled (D 9.10)", async () => {
    const { order, buyer } = squareRecords({ ...paidOrder, type: "order.cancelled" });
    const records = { [`customer/${buyer.id}`]: buyer };
    expect(await timeOf(squarePlatform, "order.cancelled", { ...order, created_at: BEFORE }, records)).toBe(
      AFTER,
    );
  });

  test("in WooCommerce: order.shipped (D 9.10)", async () => {
    const order = wooOrderRecord(
      { ...paidOrder, type: "order.shipped" },
      { date_created_gmt: BEFORE.slice(0, 19) },
    );
    expect(await timeOf(wooPlatform, "order.shipped", order)).toBe(AFTER);
  });
});

test("an act on an older order of which no time is kept anywhere is as old as its order (D 9.10)", async () => {
  const order = wooOrderRecord(
    { ...paidOrder, type: "order.cancelled" },
    { date_created_gmt: BEFORE.slice(0, 19) },
  );
  expect(await timeOf(wooPlatform, "order.cancelled", order)).toBe(BEFORE);
});
