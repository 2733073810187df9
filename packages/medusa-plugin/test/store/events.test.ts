import type { IEventBusModuleService } from "@medusajs/framework/types";
import { Modules } from "@medusajs/framework/utils";
import {
  createCustomerAccountWorkflow,
  createCustomersWorkflow,
  generateResetPasswordTokenWorkflow,
} from "@medusajs/medusa/core-flows";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore, type Store } from "./open-store.ts";
import { expectDrained, expectPublished, factsLike } from "./told.ts";
import { createTrade } from "./trade.ts";

let store: Store;
let trade: ReturnType<typeof createTrade>;

beforeAll(async () => {
  store = await openStore();
  trade = createTrade(store.container, store.seeded);
});
afterAll(() => store[Symbol.asyncDispose]());

const PHONE = "+16505551234";

describe("an order's events", () => {
  test("order.placed delivered twenty times at once is one fact and one publication", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    const bus = store.container.resolve<IEventBusModuleService>(Modules.EVENT_BUS);
    await Promise.all(
      Array.from({ length: 20 }, () => bus.emit({ name: "order.placed", data: { id: orderId } })),
    );
    await expectPublished(store, orderId, ["order.placed"]);
    await expectDrained(store);
    const facts = await factsLike(store, `%${orderId}`);
    expect(facts).toMatchObject([
      { id: `order.placed:${orderId}`, origin: "push", outcome: "published", attempts: 1 },
    ]);
  });

  test("everything that happens to a parcel is told", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    const parcel = await trade.pack(orderId);
    await trade.ship(orderId, parcel);
    await trade.deliver(orderId, parcel);
    await expectPublished(store, orderId, ["order.placed", "order.shipped", "order.delivered"]);
  });

  test("an order for pickup is ready when it is packed, and what is fetched is not called delivered", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE, pickup: true });
    const parcel = await trade.pack(orderId);
    await expectPublished(store, orderId, ["order.placed", "order.ready_for_pickup"]);
    await trade.deliver(orderId, parcel);
    await expectNothingToTell("delivery.created", parcel);
    await expectPublished(store, orderId, ["order.placed", "order.ready_for_pickup"]);
  });

  test("what needs no shipping is neither shipped, nor delivered, nor ready to be fetched (D 3.3)", async () => {
    for (const pickup of [false, true]) {
      const orderId = await trade.placeOrder({ phone: PHONE, requiresShipping: false, pickup });
      const cards = await trade.pack(orderId);
      await trade.ship(orderId, cards);
      await trade.deliver(orderId, cards);
      await expectNothingToTell("order.fulfillment_created", cards);
      await expectNothingToTell("shipment.created", cards);
      await expectNothingToTell("delivery.created", cards);
      await expectPublished(store, orderId, ["order.placed"]);
    }
  });

  test("a pickup that a merchant marks as shipped is not shipped (D 3.3)", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE, pickup: true });
    const parcel = await trade.pack(orderId);
    await trade.ship(orderId, parcel);
    await expectNothingToTell("shipment.created", parcel);
    await expectPublished(store, orderId, ["order.placed", "order.ready_for_pickup"]);
  });

  test("each refund is an act of its own: a second part counts, and the last one makes it whole", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    await trade.capture(orderId);
    await trade.refund(orderId, 5);
    await trade.refund(orderId, 5);
    // Two teas at 12.50 and 5 for delivery.
    await trade.refund(orderId, 20);
    await expectPublished(store, orderId, [
      "order.placed",
      "order.paid",
      "order.partially_refunded",
      "order.partially_refunded",
      "order.refunded",
    ]);
  });

  test("a return is told when it is asked for and when it arrives", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    await trade.ship(orderId, await trade.pack(orderId));
    const returnId = await trade.requestReturn(orderId);
    await trade.receiveReturn(orderId, returnId);
    await expectPublished(store, orderId, [
      "order.placed",
      "order.shipped",
      "order.return_requested",
      "order.return_received",
    ]);
  });

  test("a cancelled order is told", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    await trade.cancel(orderId);
    await expectPublished(store, orderId, ["order.placed", "order.cancelled"]);
  });

  test("the wish not to notify travels with the shipment's fact", async () => {
    const orderId = await trade.placeOrder({ phone: PHONE });
    const parcel = await trade.pack(orderId);
    await trade.ship(orderId, parcel, { no_notification: true });
    await expect
      .poll(() => factsLike(store, `shipment.created:${parcel}`))
      .toMatchObject([{ do_not_notify: true }]);
  });
});

async function expectNothingToTell(event: string, fulfillmentId: string): Promise<void> {
  await expect
    .poll(() => factsLike(store, `${event}:${fulfillmentId}`))
    .toMatchObject([{ outcome: "nothing_to_tell" }]);
}

describe("an account's events", () => {
  const email = "sheena@example.com";

  test("a new account is told, a guest's record is not", async () => {
    const guest = await createCustomersWorkflow(store.container).run({
      input: { customersData: [{ email: "guest@example.com", phone: PHONE }] },
    });
    const account = await openAccount(email);
    await expectPublished(store, account, ["account.created"]);
    await expect
      .poll(() => factsLike(store, `customer.created:${guest.result[0]?.id}`))
      .toMatchObject([{ outcome: "nothing_to_tell" }]);
  });

  test("a password reset is told without its token, and neither e-mail nor token is stored anywhere", async () => {
    const [account] = await store.rows<{ id: string }>("select id from customer where email = $1", [email]);
    const { result: token } = await generateResetPasswordTokenWorkflow(store.container).run({
      input: { entityId: email, provider: "emailpass", actorType: "customer", secret: "jwt-of-tests" },
    });
    await expectPublished(store, account?.id ?? "", ["account.created", "account.password_reset"]);
    const everything = await wholeIntake();
    expect(token.length).toBeGreaterThan(20);
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(email);
  });

  async function openAccount(address: string): Promise<string> {
    const { authIdentity } = await store.container
      .resolve(Modules.AUTH)
      .register("emailpass", { body: { email: address, password: "tea-with-milk" } });
    const { result } = await createCustomerAccountWorkflow(store.container).run({
      input: {
        authIdentityId: authIdentity?.id ?? "",
        customerData: { email: address, phone: PHONE, first_name: "Sheena" },
      },
    });
    return result.id;
  }
});

test("the intake holds no phone, name or address of anybody", async () => {
  const everything = await wholeIntake();
  expect(everything).toContain("order.placed");
  for (const personal of ["6505551234", "Sample", "Sheena", "Sampleton", "example.com"]) {
    expect(everything).not.toContain(personal);
  }
});

async function wholeIntake(): Promise<string> {
  return JSON.stringify(await store.rows("select * from webxkey_intake_fact"));
}
