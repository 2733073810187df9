import type { IEventBusModuleService } from "@medusajs/framework/types";
import { Modules } from "@medusajs/framework/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore, type Store } from "./open-store.ts";
import { closeGate, GATED_PROVIDER } from "./payment-gate.ts";
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
  await store.rows("update webxkey.workspaces set installed_at = now() - interval '1 hour'");
});
afterAll(() => store[Symbol.asyncDispose]());

const SUBSCRIPTIONS = [
  ...[
    "order.placed",
    "shipment.created",
    "order.fulfillment_created",
    "order.return_requested",
    "customer.created",
  ].map((event) => [event, "webxkey-order-and-account-events"]),
  ["payment.captured", "webxkey-payment-events"],
  ["payment.refunded", "webxkey-payment-events"],
] as [string, string][];

const PHONE = "+16505551234";
/** Longer than a change takes to settle. */
const LONG_AGO = "now() - interval '5 minutes'";

/** Lets everything that is in the store have happened a while ago. */
async function letSettle(): Promise<void> {
  for (const table of ["payment_collection", "payment_session", "fulfillment", "return", "customer"])
    await store.rows(`update "${table}" set updated_at = ${LONG_AGO}`);
  for (const table of ["order", "payment", "capture", "refund"])
    await store.rows(`update "${table}" set created_at = ${LONG_AGO}, updated_at = ${LONG_AGO}`);
}

async function sweepAfterSettling(): Promise<void> {
  await letSettle();
  await store.runtime.sweep();
}

/** The order that Medusa is making while it waits for the payment. */
async function orderUnderWay(): Promise<string> {
  const [order] = await store.rows<{ id: string }>(`select id from "order" order by created_at desc limit 1`);
  if (!order) throw new Error("No order is under way.");
  return order.id;
}

test("an order whose event was lost is found and told once, and not again when the event turns up after all", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  expect(await factsLike(store, `%${orderId}`)).toEqual([]);
  await sweepAfterSettling();
  await expectPublished(store, orderId, ["order.placed"]);
  expect(await factsLike(store, `%${orderId}`)).toMatchObject([{ origin: "sweep", outcome: "published" }]);

  await Promise.all([store.runtime.sweep(), store.runtime.sweep()]);
  const late = store.runtime.connector.facts("order.placed", { id: orderId });
  await store.runtime.intake.record(late, "push");
  await store.runtime.drain();
  await expectPublished(store, orderId, ["order.placed"]);
  expect(await factsLike(store, `%${orderId}`)).toMatchObject([{ origin: "sweep", attempts: 1 }]);
});

describe("what a failed step may take away again", () => {
  test("an order is not told while its payment is not authorised, however long that takes, nor when it is refused (D 3.1)", async () => {
    using gate = closeGate("authorize");
    const placing = trade.placeOrder({ phone: PHONE, paymentProvider: GATED_PROVIDER });
    const refused = expect(placing).rejects.toThrow("Payment authorization failed");
    await gate.asked;
    const orderId = await orderUnderWay();
    await store.runtime.sweep();
    await sweepAfterSettling();
    expect(await factsLike(store, `%${orderId}`)).toEqual([]);

    gate.refuse();
    await refused;
    await sweepAfterSettling();
    expect(await factsLike(store, `%${orderId}`)).toEqual([]);
    expect(
      await store.rows(`select id from "order" where id = $1 and deleted_at is null`, [orderId]),
    ).toEqual([]);
  });

  test("an order whose payment is authorised late is found then (D 3.1)", async () => {
    using gate = closeGate("authorize");
    const placing = trade.placeOrder({ phone: PHONE, paymentProvider: GATED_PROVIDER });
    await gate.asked;
    await sweepAfterSettling();
    gate.agree();
    const orderId = await placing;
    await store.runtime.sweep();
    expect(await factsLike(store, `%${orderId}`)).toEqual([]);

    await sweepAfterSettling();
    await expectPublished(store, orderId, ["order.placed"]);
  });

  test("a payment that is deferred, as by bank transfer, holds no order up (D 3.1)", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    await store.rows(
      "delete from payment where payment_collection_id in (select payment_collection_id from order_payment_collection where order_id = $1)",
      [orderId],
    );
    await store.rows(
      "update payment_session set status = 'pending_authorization' where payment_collection_id in (select payment_collection_id from order_payment_collection where order_id = $1)",
      [orderId],
    );
    await sweepAfterSettling();
    await expectPublished(store, orderId, ["order.placed"]);
  });

  test("a capture and a refund are told when the provider has agreed, however late, and not when it declines (D 3.1)", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE, paymentProvider: GATED_PROVIDER });
    for (const [act, run] of [
      ["capture", () => trade.capture(orderId)],
      ["refund", () => trade.refund(orderId, 5)],
    ] as const) {
      const keys = `payment.${act}%`;
      const before = (await factsLike(store, keys)).length;
      for (const answer of ["refuse", "agree"] as const) {
        using gate = closeGate(act);
        const running = run().then(
          () => "agree",
          () => "refuse",
        );
        await gate.asked;
        await sweepAfterSettling();
        expect(await factsLike(store, keys), `${act} under way`).toHaveLength(before);
        gate[answer]();
        expect(await running).toBe(answer);
        await sweepAfterSettling();
        expect(await factsLike(store, keys), `${act}: ${answer}`).toHaveLength(
          answer === "agree" ? before + 1 : before,
        );
      }
    }
    await expectPublished(store, orderId, ["order.placed", "order.paid", "order.partially_refunded"]);
  });

  test("a fulfilment is told when the provider has taken it, and a return when its request has settled (D 3.1)", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    const parcel = await trade.pack(orderId);
    // Medusa links a fulfilment to its order after the provider has taken it.
    await store.rows("update order_fulfillment set deleted_at = now() where fulfillment_id = $1", [parcel]);
    await sweepAfterSettling();
    expect(await factsLike(store, `%${parcel}`)).toEqual([]);
    await store.rows("update order_fulfillment set deleted_at = null where fulfillment_id = $1", [parcel]);
    await sweepAfterSettling();
    expect(await factsLike(store, `%${parcel}`)).toHaveLength(1);

    await trade.ship(orderId, parcel);
    const returnId = await trade.requestReturn(orderId);
    await store.runtime.sweep();
    expect(await factsLike(store, `%${returnId}`)).toEqual([]);
    await sweepAfterSettling();
    expect(await factsLike(store, `%${returnId}`)).toHaveLength(1);
  });

  test("an event that arrives after a sweep which saw nothing yet is told (D 3.1)", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    const { intake, connector, drain } = store.runtime;
    const placed = connector.facts("order.placed", { id: orderId });
    await store.rows(`update "order" set status = 'draft' where id = $1`, [orderId]);
    await intake.record(placed, "sweep");
    await drain();
    expect(await factsLike(store, `%${orderId}`)).toMatchObject([{ outcome: "nothing_to_tell" }]);
    await store.rows(`update "order" set status = 'pending' where id = $1`, [orderId]);
    await intake.record(placed, "push");
    await drain();
    await expectPublished(store, orderId, ["order.placed"]);
  });
});

test("what happened before the plugin was installed is left alone", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await store.rows(
    `update "order" set created_at = now() - interval '3 years', updated_at = ${LONG_AGO} where id = $1`,
    [orderId],
  );
  await store.runtime.sweep();
  expect(await factsLike(store, `%${orderId}`)).toEqual([]);
});

test("a row that was committed late, behind the cursor, is still found", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await sweepAfterSettling();
  await store.rows("delete from webxkey_intake_fact where id = $1", [`order.placed:${orderId}`]);
  await store.rows(`update "order" set updated_at = ${LONG_AGO} where id = $1`, [orderId]);
  await store.rows("update webxkey_sweep_cursor set swept_until = now()");
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

test("an order's payment that the provider turned down is told, though Medusa has no event for it", async () => {
  const orderId = await trade.placeOrder({ phone: PHONE });
  await store.rows(
    `update payment_session set status = 'error' where payment_collection_id in
       (select payment_collection_id from order_payment_collection where order_id = $1)`,
    [orderId],
  );
  await sweepAfterSettling();
  await expectPublished(store, orderId, ["order.placed", "order.payment_failed"]);
});
