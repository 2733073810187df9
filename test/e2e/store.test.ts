import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Admin, copyStore, openStore, type Shop, type Store, startStore } from "@webxkey/demo-medusa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

let databaseUrl: string;
let store: Store;
let shop: Shop;
let admin: Admin;

beforeAll(async () => {
  databaseUrl = await copyStore(inject("preparedStoreUrl"));
  store = await startStore({ databaseUrl });
  ({ shop, admin } = await openStore(store.url));
});

afterAll(() => store.stop());

test("an order placed through the Store API carries what the customer said at checkout", async () => {
  const placed = await shop.placeOrder({
    country: "lk",
    phone: "+16505551234",
    billingPhone: "+16505551235",
    locale: "si-LK",
    metadata: { agreed: "yes" },
    quantity: 2,
  });
  expect(placed).toMatchObject({ total: 7650, currency_code: "lkr" });

  const order = await admin.order(placed.id);
  expect(order.display_id).toBe(placed.display_id);
  expect(order.shipping_address?.phone).toBe("+16505551234");
  expect(order.billing_address?.phone).toBe("+16505551235");
  expect(order.metadata).toEqual({ agreed: "yes" });
  expect(order).toMatchObject({ locale: "si-LK" });
});

test("a shipped and delivered order says so", async () => {
  const { id } = await shop.placeOrder();
  const fulfillmentId = await admin.fulfil(id);
  await admin.ship(id, fulfillmentId);
  expect(await admin.order(id)).toMatchObject({ fulfillment_status: "shipped" });
  await admin.markDelivered(id, fulfillmentId, { no_notification: true });
  expect(await admin.order(id)).toMatchObject({ fulfillment_status: "delivered" });
});

test("a packed order with pickup can be told from one with delivery", async () => {
  const { id } = await shop.placeOrder({ delivery: "pickup" });
  await admin.fulfil(id);
  expect(await admin.order(id)).toMatchObject({
    total: 12,
    fulfillment_status: "fulfilled",
    shipping_methods: [{ name: "Pickup" }],
  });
});

test("a captured payment is given back in parts, each a refund of its own", async () => {
  const { id, total } = await shop.placeOrder();
  await admin.capture(id);
  await admin.refund(id, 5);
  expect(await admin.order(id)).toMatchObject({ payment_status: "partially_refunded" });
  await admin.refund(id, total - 5);
  const order = await admin.order(id);
  expect(order.payment_status).toBe("refunded");
  const refunds = order.payment_collections?.[0]?.payments?.[0]?.refunds ?? [];
  expect(refunds.map(({ amount }) => amount).toSorted((a, b) => Number(a) - Number(b))).toEqual([5, 12]);
});

test("a return is requested and received", async () => {
  const { id } = await shop.placeOrder();
  const fulfillmentId = await admin.fulfil(id);
  await admin.ship(id, fulfillmentId);
  await admin.markDelivered(id, fulfillmentId);
  const returnId = await admin.requestReturn(id, { no_notification: true });
  await admin.receiveReturn(id, returnId);
  expect(await admin.api.get(`/admin/returns/${returnId}`)).toMatchObject({
    return: { order_id: id, status: "received" },
  });
});

test("an order is cancelled", async () => {
  const { id } = await shop.placeOrder();
  await admin.cancelOrder(id);
  expect(await admin.order(id)).toMatchObject({ status: "canceled" });
});

test("a customer opens an account, orders with its phone alone, and asks for a new password", async () => {
  const email = "account@example.com";
  const customer = await shop.register({ email, password: "long-enough-1", phone: "+16505551236" });
  const { id } = await shop.placeOrder({ customer });
  expect(await admin.order(id)).toMatchObject({
    email,
    customer_id: customer.id,
    shipping_address: { phone: null },
  });
  await expect(shop.requestPasswordReset(email)).resolves.toBeUndefined();
});

test("a store that was killed still has the order when it is started again", async () => {
  const { id } = await shop.placeOrder();
  await store.kill("SIGKILL");
  await expect(fetch(store.url)).rejects.toThrow();
  store = await startStore({ databaseUrl });
  ({ shop, admin } = await openStore(store.url));
  expect(await admin.order(id)).toMatchObject({ id, status: "pending" });
});

test("a store ends with the process that started it, however that one ended", async () => {
  const starter = spawn(
    process.execPath,
    [fileURLToPath(new URL("./abandon-store.ts", import.meta.url)), databaseUrl],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [line] = await once(createInterface(starter.stdout), "line");
  const url = String(line);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  starter.kill("SIGKILL");
  await expect.poll(() => fetch(`${url}/health`).catch(() => "gone"), { timeout: 10_000 }).toBe("gone");
});

test("a worker shares the database with a server and answers only its health check", async () => {
  await using worker = await startStore({ databaseUrl, mode: "worker" });
  expect((await fetch(`${worker.url}/health`)).status).toBe(200);
  expect((await fetch(`${worker.url}/store/regions`)).status).toBe(404);
});

test("the owner signs in to the admin pages over plain HTTP on the loopback address", async () => {
  expect(await (await fetch(`${store.url}/app/`)).text()).toContain('<div id="medusa"></div>');
  const session = await fetch(`${store.url}/auth/session`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.token}` },
  });
  const cookie = session.headers.get("set-cookie");
  expect(cookie).toContain("HttpOnly");
  expect(cookie).not.toContain("Secure");
});

test("a process that is refused its configuration says why", async () => {
  await expect(startStore({ databaseUrl, env: { JWT_SECRET: "short" } })).rejects.toThrow("JWT_SECRET");
});
