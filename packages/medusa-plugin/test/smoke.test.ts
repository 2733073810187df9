import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Store } from "./store/open-store.ts";
import { createTrade } from "./store/trade.ts";

let store: Store;
beforeAll(async () => { store = await openStore(); });
afterAll(async () => { await store?.[Symbol.asyncDispose](); });

test("smoke", async () => {
  const trade = createTrade(store.container, store.seeded);
  const order = await trade.placeOrder({ phone: "+16505551234" });
  await new Promise(r => setTimeout(r, 2000));
  console.log(await store.rows("select * from webxkey_intake_fact"));
  await trade.capture(order);
  const ful = await trade.pack(order);
  await trade.ship(order, ful);
  await trade.deliver(order, ful);
  await trade.refund(order, 5);
  await trade.refund(order, 7);
  const ret = await trade.requestReturn(order); await trade.receiveReturn(order, ret);
  await new Promise(r => setTimeout(r, 3000));
  console.log(await store.rows("select * from webxkey_intake_fact"));
  console.log(await store.rows("select type, external_id, origin, occurred_at, contact_id from webxkey.events"));
  expect(1).toBe(1);
});
