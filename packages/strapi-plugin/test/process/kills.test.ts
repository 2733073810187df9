import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../store/api.ts";
import { anOrder, messagesOf, WITHIN } from "../store/shop.ts";
import { expectEachToldOnce, openShop, placeMany, type Shop, untilRefused } from "./open-shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

/** Sends an order and waits for no answer: the process is going to be killed. */
function begin(path: string) {
  const data = anOrder();
  const answered = createApi(shop)("POST", path, { data }).then(
    () => true,
    () => false,
  );
  return { ...data, answered };
}

async function documentIdOf(code: string): Promise<string[]> {
  const rows = await shop.host.rows<{ document_id: string }>(
    "select document_id from orders where code = ?",
    [code],
  );
  return rows.map(({ document_id }) => document_id);
}

test("an order that is committed when kill -9 comes before its intake row is told once after the restart", async () => {
  const hold = await shop.host.holdIntake("insert");
  const { code, phone, answered } = begin("/api/own/orders");
  await expect.poll(() => documentIdOf(code), WITHIN).toHaveLength(1);
  await expect.poll(hold.holds, WITHIN).toBe(true);
  await shop.strapi.kill();
  expect(await answered).toBe(false);
  await hold.release();
  const [documentId = ""] = await documentIdOf(code);
  expect(await shop.facts(documentId)).toEqual([]);

  await shop.start();
  await expectEachToldOnce(shop, [{ documentId, phone }]);
  expect(await shop.facts(documentId)).toMatchObject([{ origin: "sweep" }, { origin: "sweep" }]);
});

test("orders that one write had brought into a state when kill -9 came before the intake are each told once after the restart", async () => {
  const placed = await placeMany(shop, 2);
  await expectEachToldOnce(shop, placed);
  const ids = placed.map(({ documentId }) => documentId);
  for (const documentId of ids) await shop.host.ageOrder(documentId);
  const hold = await shop.host.holdIntake("insert");
  const answered = createApi(shop)("POST", "/api/own/shipments", { documentId: { $in: ids } }).catch(
    () => null,
  );
  await expect
    .poll(() => shop.host.rows("select code from orders where stage = 'shipped'"), WITHIN)
    .toHaveLength(ids.length);
  await expect.poll(hold.holds, WITHIN).toBe(true);
  await shop.strapi.kill();
  expect(await answered).toBeNull();
  await hold.release();

  await shop.start();
  for (const { documentId, phone } of placed) {
    await expect
      .poll(() => messagesOf(shop.owner, documentId), WITHIN)
      .toEqual(["order-confirmation read", "order-shipped read"]);
    expect(await shop.simulator.accepted({ phone })).toHaveLength(2);
    expect((await shop.facts(documentId)).at(-1)).toMatchObject({ state: "shipped", origin: "sweep" });
  }
});

test("an order that is in the intake and not in the engine when kill -9 comes is told once after the restart", async () => {
  const hold = await shop.host.holdIntake("update");
  const { code, phone } = begin("/api/orders");
  await expect.poll(() => documentIdOf(code), WITHIN).toHaveLength(1);
  await expect.poll(hold.holds, WITHIN).toBe(true);
  await shop.strapi.kill();
  await hold.release();
  const [documentId = ""] = await documentIdOf(code);
  expect(await shop.facts(documentId)).toMatchObject([
    { origin: "push", attempts: 0, outcome: null },
    { origin: "push", attempts: 0, outcome: null },
  ]);
  expect(await shop.simulator.accepted({ phone })).toEqual([]);

  await shop.start();
  await expectEachToldOnce(shop, [{ documentId, phone }]);
});

test("a message that is in the engine and not at Meta when kill -9 comes is sent once after the restart", async () => {
  const data = anOrder();
  const { phone } = data;
  await shop.simulator.inject({ kind: "graph_error", code: 131056, phone, count: 1 });
  const { body } = await createApi(shop)<{ data: { documentId: string } }>("POST", "/api/orders", { data });
  const { documentId } = body.data;
  await untilRefused(shop, documentId);
  await shop.strapi.kill();
  expect(await shop.simulator.accepted({ phone })).toEqual([]);

  await shop.start();
  await expectEachToldOnce(shop, [{ documentId, phone }]);
});
