import { afterAll, beforeAll, expect, test } from "vitest";
import { deliver, tapped } from "./tapped-bus.ts";
import { newPhone, openTestShop, type TestShop, WAIT } from "./test-shop.ts";

const ORDER_PLACED = "order.placed";

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop(tapped());
});
afterAll(() => shop[Symbol.asyncDispose]());

test("the same order.placed, delivered 20 times at once and again after a restart, gives one message", async () => {
  const phone = newPhone();
  const { createCart, addItem, chooseShipping, pay, complete } = shop.shop;
  const cart = await createCart({ phone, consent: shop.consent() });
  await addItem(cart.id);
  await chooseShipping(cart.id);
  await pay(cart.id);

  // A customer who clicks 20 times: some answers may be a conflict, none is a second order.
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => complete(cart.id)));
  const ids = new Set(answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value.id : [])));
  expect(ids.size).toBe(1);
  const [orderId = ""] = ids;

  await deliver(shop.store, ORDER_PLACED, { id: orderId }, 20);
  await expect.poll(() => shop.outcomes(orderId), WAIT).toEqual(["order-confirmation: read"]);

  await shop.store.kill("SIGKILL");
  await shop.restart(tapped());
  await deliver(shop.store, ORDER_PLACED, { id: orderId }, 20);
  // What was delivered before this order was placed is dealt with when its own message is read.
  const next = await shop.buy({ phone });
  await expect.poll(() => shop.outcomes(next.id), WAIT).toEqual(["order-confirmation: read"]);

  expect(await shop.outcomes(orderId)).toEqual(["order-confirmation: read"]);
  expect(await shop.sent(phone)).toHaveLength(2);
});

test("an order that was committed right before a kill -9 is told about once after the restart", async () => {
  const phones = [newPhone(), newPhone(), newPhone()];
  const orderIds: string[] = [];
  for (const phone of phones) {
    await shop.restart(tapped({ killBefore: ORDER_PLACED }));
    // This start finds the order before. Killed while it sends, it would leave a lease that outlives the test.
    for (const earlier of orderIds)
      await expect.poll(() => shop.outcomes(earlier), WAIT).toEqual(["order-confirmation: read"]);
    await expect(shop.buy({ phone })).rejects.toThrow();
    const [order] = await shop.query<{ id: string; told: boolean }>(
      `select id, exists (select from webxkey_intake_fact where entity_id = "order".id) as told
         from "order" order by created_at desc limit 1`,
    );
    if (!order) throw new Error("The order was not committed.");
    expect(order.told, "no subscriber ran").toBe(false);
    orderIds.push(order.id);
    await letSettle();
  }
  expect(new Set(orderIds).size).toBe(phones.length);

  await shop.restart();
  for (const [index, orderId] of orderIds.entries()) {
    await expect.poll(() => shop.outcomes(orderId), WAIT).toEqual(["order-confirmation: read"]);
    expect(await shop.sent(phones[index])).toHaveLength(1);
    expect(await shop.story(orderId)).toContain(
      "Order placed in the shop. Found by a later look, because the shop's own event did not arrive.",
    );
  }
});

/** A sweep leaves alone what changed in the last two minutes, because a later step may still take it back. */
async function letSettle(): Promise<void> {
  const ago = "interval '3 minutes'";
  await shop.query(`update webxkey.workspaces set installed_at = installed_at - ${ago}`);
  await shop.query(`update webxkey.rule_states set activated_at = activated_at - ${ago}`);
  await shop.query(`update "order" set updated_at = updated_at - ${ago}`);
  await shop.query(`update payment set created_at = created_at - ${ago}`);
}
