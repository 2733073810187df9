import { afterAll, beforeAll, expect, test } from "vitest";
import { newPhone, openTestShop, type TestShop, WAIT } from "./test-shop.ts";

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const second = (): number => Math.floor(Date.now() / 1_000);

/** A stranger to the shop writes STOP, and the engine has taken note of it. */
async function writesStop(phone: string): Promise<void> {
  const withdrawn = async () => {
    const [row] = await shop.query<{ count: number }>(
      "select count(*)::int as count from webxkey.consents where state = 'withdrawn' and purpose = 'order-updates'",
    );
    return row?.count ?? 0;
  };
  const before = await withdrawn();
  await shop.simulator.phone(phone).reply("STOP");
  await expect.poll(withdrawn, WAIT).toBe(before + 1);
}

test("an order with a ticked box is told about in one message that cites the words beside it", async () => {
  const phone = newPhone();
  const { id } = await shop.buy({ phone });
  await expect.poll(() => shop.outcomes(id), WAIT).toEqual(["order-confirmation: read"]);
  expect(await shop.sent(phone)).toHaveLength(1);
  const { consents } = await shop.engine.consents.list({ entity_type: "order", entity_ref: id });
  expect(consents).toMatchObject([
    { state: "given", assurance: "claimed", wording: { text: shop.wording.text } },
  ]);
});

test("the same order without the tick sends nothing, and its timeline says why", async () => {
  const phone = newPhone();
  const { id } = await shop.buy({ phone, optIn: false });
  await expect.poll(() => shop.outcomes(id), WAIT).toEqual(["order-confirmation: blocked, no_consent"]);
  expect(await shop.story(id)).toContain("Not sent: the customer has not opted in to this kind of message.");
  expect(await shop.sent(phone)).toEqual([]);
});

test("an opt-in that came with one order allows no news of another", async () => {
  const phone = newPhone();
  const first = await shop.buy({ phone });
  await expect.poll(() => shop.outcomes(first.id), WAIT).toEqual(["order-confirmation: read"]);
  const second = await shop.buy({ phone, optIn: false });
  await expect
    .poll(() => shop.outcomes(second.id), WAIT)
    .toEqual(["order-confirmation: blocked, consent_other_order"]);
  expect(await shop.sent(phone)).toHaveLength(1);
});

test("nothing is sent while the template is paused, the timeline says so, and it goes out when Meta allows it again", async () => {
  const phone = newPhone();
  const status = async () => {
    const { templates } = await shop.engine.templates.list();
    return templates.find(({ name, language }) => name === "order_confirmation" && language === "en")?.status;
  };
  await shop.simulator.setTemplateStatus("order_confirmation", "PAUSED", { language: "en" });
  await expect.poll(status, WAIT).toBe("PAUSED");
  const { id } = await shop.buy({ phone });
  await expect
    .poll(() => shop.outcomes(id), WAIT)
    .toEqual(["order-confirmation: held, template_not_approved"]);
  expect(await shop.story(id)).toContain(
    "Waiting: Meta does not allow this template now (PAUSED). The message will be sent when it does.",
  );
  expect(await shop.sent(phone)).toEqual([]);

  await shop.simulator.setTemplateStatus("order_confirmation", "APPROVED", { language: "en" });
  await expect.poll(() => shop.outcomes(id), WAIT).toEqual(["order-confirmation: read"]);
});

/** A purchase whose box the storefront reports to the store's own route, some steps before it is completed. */
async function buyByRoute(phone: string, changeAddress?: (cartId: string) => Promise<void>): Promise<string> {
  const { api, createCart, addItem, chooseShipping, pay, complete } = shop.shop;
  const cart = await createCart({ phone });
  const { id, version, language } = shop.wording;
  await api.post("/store/webxkey/consents", {
    cart_id: cart.id,
    wording_id: id,
    wording_version: version,
    wording_language: language,
  });
  await changeAddress?.(cart.id);
  await addItem(cart.id);
  await chooseShipping(cart.id);
  await pay(cart.id);
  return (await complete(cart.id)).id;
}

test("a tick by the store's route is an opt-in", async () => {
  const phone = newPhone();
  const orderId = await buyByRoute(phone);
  await expect.poll(() => shop.outcomes(orderId), WAIT).toEqual(["order-confirmation: read"]);
  expect(await shop.sent(phone)).toHaveLength(1);
});

test("a tick by the store's route sends nothing to a stranger who once wrote STOP", async () => {
  const phone = newPhone();
  await writesStop(phone);
  const orderId = await buyByRoute(phone);
  await expect
    .poll(() => shop.outcomes(orderId), WAIT)
    .toEqual(["order-confirmation: blocked, consent_withdrawn"]);
  expect(await shop.sent(phone)).toEqual([]);
});

test("a tick by the store's route is for the cart's own phone, not for one that is put there afterwards", async () => {
  const [phone, stranger] = [newPhone(), newPhone()];
  const orderId = await buyByRoute(phone, async (cartId) => {
    await shop.shop.api.post(`/store/carts/${cartId}`, { shipping_address: { phone: stranger } });
  });
  await expect.poll(() => shop.outcomes(orderId), WAIT).toEqual(["order-confirmation: blocked, no_consent"]);
  expect(await shop.sent(stranger)).toEqual([]);
});

test("START from that very phone lifts its STOP for what it was once asked about", async () => {
  const phone = newPhone();
  await writesStop(phone);
  const stoppedIn = second();
  const asked = await shop.buy({ phone });
  await expect
    .poll(() => shop.outcomes(asked.id), WAIT)
    .toEqual(["order-confirmation: blocked, consent_withdrawn"]);

  // Meta tells whole seconds, and of two words in the same one the STOP stands.
  await expect.poll(second, WAIT).toBeGreaterThan(stoppedIn);
  await shop.simulator.phone(phone).reply("START");
  const confirmed = () =>
    shop.query("select from webxkey.consents where assurance = 'confirmed' and state = 'given'");
  await expect.poll(confirmed, WAIT).toHaveLength(1);
  const later = await shop.buy({ phone, optIn: false });
  await expect.poll(() => shop.outcomes(later.id), WAIT).toEqual(["order-confirmation: read"]);
  expect(await shop.sent(phone)).toHaveLength(1);
});
