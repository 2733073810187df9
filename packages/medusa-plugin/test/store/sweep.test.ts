import type { IEventBusModuleService } from "@medusajs/framework/types";
import { Modules } from "@medusajs/framework/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Store } from "./open-store.ts";
import { expectPublished, factsLike } from "./told.ts";
import { createTrade } from "./trade.ts";

let store: Store;
let trade: ReturnType<typeof createTrade>;

beforeAll(async () => {
  store = await openStore();
  trade = createTrade(store.container, store.seeded);
  // From here on no event reaches the plugin, as when the process dies between the commit and the bus.
  const bus = store.container.resolve<IEventBusModuleService>(Modules.EVENT_BUS);
  for (const [event, subscriberId] of SUBSCRIPTIONS)
    bus.unsubscribe(event, async () => undefined, { subscriberId });
});
afterAll(() => store[Symbol.asyncDispose]());

const SUBSCRIPTIONS = [
  ...["order.placed", "shipment.created", "order.fulfillment_created"].map((event) => [
    event,
    "webxkey-order-and-account-events",
  ]),
  ["payment.captured", "webxkey-payment-events"],
] as [string, string][];

const PHONE = "+16505551234";
/** Longer than any kind's time to settle. */
const LONG_AGO = "now() - interval '5 minutes'";

test("an order whose event was lost is found and told once, and not again when the event turns up after all", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  expect(await factsLike(store, `%${orderId}`)).toEqual([]);
  await store.runtime.sweep();
  await expectPublished(store, orderId, ["order.placed"]);
  expect(await factsLike(store, `%${orderId}`)).toMatchObject([{ origin: "sweep", outcome: "published" }]);

  await Promise.all([store.runtime.sweep(), store.runtime.sweep()]);
  const late = store.runtime.connector.facts("order.placed", { id: orderId });
  await store.runtime.intake.record(late, "push");
  await store.runtime.drain();
  await expectPublished(store, orderId, ["order.placed"]);
  expect(await factsLike(store, `%${orderId}`)).toMatchObject([{ origin: "sweep", attempts: 1 }]);
});

test("what happened before the plugin was installed is left alone", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await store.rows(
    `update "order" set created_at = now() - interval '3 years', updated_at = now() where id = $1`,
    [orderId],
  );
  await store.runtime.sweep();
  expect(await factsLike(store, `%${orderId}`)).toEqual([]);
});

test("a row that was committed late, behind the cursor, is still found", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await store.runtime.sweep();
  await store.rows("delete from webxkey_intake_fact where id = $1", [`order.placed:${orderId}`]);
  await store.rows(`update "order" set updated_at = ${LONG_AGO} where id = $1`, [orderId]);
  await store.rows("update webxkey_sweep_cursor set swept_until = now()");
  await store.rows("update webxkey.workspaces set installed_at = now() - interval '1 hour'");
  await store.runtime.sweep();
  expect(await factsLike(store, `%${orderId}`)).toHaveLength(1);
});

test("a shipment is left to its event first, because only the event knows the wish not to notify", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  const parcel = await trade.pack(orderId);
  await trade.ship(orderId, parcel);
  await store.runtime.sweep();
  expect(await factsLike(store, `%${parcel}`)).toEqual([]);

  await store.rows(`update fulfillment set updated_at = ${LONG_AGO} where id = $1`, [parcel]);
  await store.runtime.sweep();
  expect(await factsLike(store, `%${parcel}`)).toMatchObject([{ origin: "sweep" }, { origin: "sweep" }]);
});

test("a push that comes after its sweep brings the wish along", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  const parcel = await trade.pack(orderId);
  await trade.ship(orderId, parcel);
  const { intake, connector, drain } = store.runtime;
  const told = (no_notification?: boolean) =>
    connector.facts("shipment.created", { id: parcel, no_notification });
  await intake.record(told(), "sweep");
  await drain();
  expect(await factsLike(store, `shipment.created:${parcel}`)).toMatchObject([
    { origin: "sweep", do_not_notify: false, outcome: "published" },
  ]);

  await intake.record(told(true), "push");
  await drain();
  expect(await factsLike(store, `shipment.created:${parcel}`)).toMatchObject([
    { origin: "push", do_not_notify: true, outcome: "published" },
  ]);
});

test("a capture is told only when the provider has had time to refuse it", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await trade.capture(orderId);
  await store.runtime.sweep();
  expect(await factsLike(store, "payment.captured:%")).toEqual([]);

  await store.rows(`update capture set updated_at = ${LONG_AGO}`);
  await store.runtime.sweep();
  await expectPublished(store, orderId, ["order.placed", "order.paid"]);
});

test("an order's payment that the provider turned down is told, though Medusa has no event for it", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await store.rows(
    `update payment_session set status = 'error', updated_at = now() where payment_collection_id in
       (select payment_collection_id from order_payment_collection where order_id = $1)`,
    [orderId],
  );
  await store.runtime.sweep();
  await expectPublished(store, orderId, ["order.placed", "order.payment_failed"]);
});
