import { canaries } from "@webxkey/test-log-hygiene";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releasedEvents, tapped } from "./tapped-bus.ts";
import { newPhone, openTestShop, type TestShop, WAIT } from "./test-shop.ts";

const PASSWORD = "long-enough-1";

let shop: TestShop;
beforeAll(async () => {
  shop = await openTestShop(tapped());
});
afterAll(() => shop[Symbol.asyncDispose]());

test("paying, parts and the whole of a refund, shipping, delivery and a return are each told once", async () => {
  const phone = newPhone();
  const { id } = await shop.buy({ phone });
  const { admin } = shop;
  await admin.capture(id);
  await admin.refund(id, 5);
  await admin.refund(id, 4);
  await admin.refund(id, 8);
  const fulfillmentId = await admin.fulfil(id);
  await admin.ship(id, fulfillmentId);
  await admin.markDelivered(id, fulfillmentId);
  await admin.receiveReturn(id, await admin.requestReturn(id));

  await expect
    .poll(() => shop.outcomes(id), WAIT)
    .toEqual([
      "order-confirmation: read",
      "order-delivered: read",
      "order-partially-refunded: read",
      "order-partially-refunded: read",
      "order-refunded: read",
      "order-shipped: read",
      "payment-captured: read",
      "return-received: read",
      "return-requested: read",
    ]);
  expect(await shop.sent(phone)).toHaveLength(9);
});

test("an order to be fetched is told about when it is packed, and not when it is handed over", async () => {
  const phone = newPhone();
  const { id } = await shop.buy({ phone, delivery: "pickup" });
  const fulfillmentId = await shop.admin.fulfil(id);
  await shop.admin.markDelivered(id, fulfillmentId);
  await untilDrained();
  await expect
    .poll(() => shop.outcomes(id), WAIT)
    .toEqual(["order-confirmation: read", "order-ready-for-pickup: read"]);
});

test("a cancelled order is told about", async () => {
  const { id } = await shop.buy({ phone: newPhone() });
  await shop.admin.cancelOrder(id);
  await expect
    .poll(() => shop.outcomes(id), WAIT)
    .toEqual(["order-cancelled: read", "order-confirmation: read"]);
});

test("what the merchant wished not to be told is kept and not sent", async () => {
  const phone = newPhone();
  const quietly = { no_notification: true };
  const { id } = await shop.buy({ phone });
  const fulfillmentId = await shop.admin.fulfil(id, quietly);
  await shop.admin.ship(id, fulfillmentId, quietly);
  await shop.admin.markDelivered(id, fulfillmentId, quietly);
  await expect
    .poll(() => shop.outcomes(id), WAIT)
    .toEqual([
      "order-confirmation: read",
      "order-delivered: blocked, do_not_notify",
      "order-shipped: blocked, do_not_notify",
    ]);
  expect(await shop.sent(phone)).toHaveLength(1);
});

test("the phone is the shipping address's, else the billing address's, else the customer's", async () => {
  const [shipping, billing, own, behindNonsense] = [newPhone(), newPhone(), newPhone(), newPhone()];
  const customer = await shop.shop.register({
    email: "own.phone@example.com",
    password: PASSWORD,
    phone: own,
  });
  const orders = [
    { phone: shipping, order: await shop.buy({ phone: shipping, billingPhone: shipping, customer }) },
    { phone: billing, order: await shop.buy({ billingPhone: billing, customer }) },
    { phone: own, order: await shop.buy({ customer }) },
    { phone: behindNonsense, order: await shop.buy({ phone: "ask my wife", billingPhone: behindNonsense }) },
  ];
  for (const { phone, order } of orders) {
    await expect.poll(() => shop.outcomes(order.id), WAIT).toEqual(["order-confirmation: read"]);
    expect(await shop.sent(phone)).toHaveLength(1);
  }
});

test("a phone in the form of the shipping country is read as one of that country", async () => {
  const { id } = await shop.buy({ country: "us", phone: "(650) 555-1999" });
  await expect.poll(() => shop.outcomes(id), WAIT).toEqual(["order-confirmation: read"]);
  expect(await shop.sent("+16505551999")).toHaveLength(1);
});

test("an order without a phone, or with one that cannot be read, says so and sends nothing", async () => {
  const before = await shop.sent();
  const without = await shop.buy({ optIn: false });
  const unreadable = await shop.buy({ phone: "12", optIn: false });
  await expect
    .poll(() => shop.outcomes(without.id), WAIT)
    .toEqual(["order-confirmation: blocked, phone_missing"]);
  await expect
    .poll(() => shop.outcomes(unreadable.id), WAIT)
    .toEqual(["order-confirmation: blocked, phone_unparseable"]);
  expect(await shop.story(unreadable.id)).toContain(
    "Not sent: the phone number of the order cannot be read. Correct it in the order: later messages about it will be sent.",
  );
  expect(await shop.sent()).toHaveLength(before.length);
});

test("a new account is kept as an event of its own, and not welcomed without an opt-in for that", async () => {
  const phone = newPhone();
  const customer = await shop.shop.register({ email: canaries.email, password: PASSWORD, phone });
  await expect.poll(() => shop.outcomes(customer.id), WAIT).toEqual(["account-welcome: blocked, no_consent"]);
  expect(await shop.sent(phone)).toEqual([]);
});

test("a password reset's token is nowhere in the database and in no log, and an unverified phone gets no notice (D 6.1)", async () => {
  const phone = newPhone();
  const email = "forgot@example.com";
  const customer = await shop.shop.register({ email, password: PASSWORD, phone });
  await shop.shop.requestPasswordReset(email);
  await expect
    .poll(() => shop.outcomes(customer.id), WAIT)
    .toEqual(["account-welcome: blocked, no_consent", "password-reset-notice: blocked, phone_not_verified"]);

  const reset = (await releasedEvents(shop.store)).find(({ name }) => name === "auth.password_reset");
  const token = String(reset?.data["token"]);
  expect(token).toMatch(/^ey/);
  expect(shop.store.logs()).not.toContain(token);
  expect(await shop.sent(phone)).toEqual([]);
  expect(await tablesWith(token)).toEqual([]);
  // The search finds what is there.
  expect(await tablesWith(customer.id)).toContain("public.customer");
});

/** Every table of the database that holds a text, as text or as bytes. */
async function tablesWith(needle: string): Promise<string[]> {
  const tables = await shop.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.length).toBeGreaterThan(150);
  const search = tables.map(
    ({ name }) =>
      `select '${name}' as name where exists (select from ${name} as t
         where strpos(t::text, $1) > 0 or strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0)`,
  );
  return (await shop.query<{ name: string }>(search.join(" union all "), [needle])).map(({ name }) => name);
}

/** Until the plugin has dealt with everything that the store told it. */
async function untilDrained(): Promise<void> {
  const waiting = () => shop.query("select id from webxkey_intake_fact where done_at is null");
  await expect.poll(waiting, WAIT).toEqual([]);
}
