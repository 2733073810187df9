import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../store/api.ts";
import { anOrder, map, messagesOf, ORDERS, WITHIN } from "../store/shop.ts";
import { expectEachToldOnce, openShop, place, type Shop, untilRefused } from "./open-shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.[Symbol.asyncDispose]());

test("an order without a phone, or with none that can be read, is saved and its timeline says why nothing is sent", async () => {
  for (const [phone, code] of [
    [null, "phone_missing"],
    ["12", "phone_unparseable"],
  ] as const) {
    const { status, body } = await createApi(shop)<{ data: { documentId: string } }>("POST", "/api/orders", {
      data: anOrder({ phone }),
    });
    expect(status).toBe(201);
    const timeline = `/webxkey/v1/entities/order/${body.data.documentId}/timeline`;
    await expect
      .poll(async () => (await shop.owner("GET", timeline)).body, WITHIN)
      .toMatchObject({
        messages: [{ state: "blocked", reason: { code } }],
        entries: expect.arrayContaining([
          expect.objectContaining({
            kind: "decided",
            sentence: expect.stringMatching(/^Not sent: .* phone number/),
          }),
        ]),
      });
  }
});

test("an order that is deleted before its message is sent is not told, and its timeline says so", async () => {
  const data = anOrder();
  await shop.simulator.inject({ kind: "graph_error", code: 131056, phone: data.phone });
  const { body } = await createApi(shop)<{ data: { documentId: string } }>("POST", "/api/orders", { data });
  const { documentId } = body.data;
  await untilRefused(shop, documentId);
  expect((await createApi(shop)("DELETE", `/api/orders/${documentId}`)).status).toBe(204);
  await expect
    .poll(() => messagesOf(shop.owner, documentId), WITHIN)
    .toEqual(["order-confirmation cancelled"]);
  await shop.simulator.clearFaults();
  expect((await shop.owner("GET", `/webxkey/v1/entities/order/${documentId}/timeline`)).body).toMatchObject({
    messages: [{ reason: { code: "entity_deleted" } }],
    entries: expect.arrayContaining([
      expect.objectContaining({ kind: "cancelled", sentence: expect.stringContaining("the shop deleted") }),
    ]),
  });
  expect(await shop.simulator.accepted({ phone: data.phone })).toEqual([]);
  await expect
    .poll(async () => (await shop.facts(documentId)).at(-1), WITHIN)
    .toMatchObject({ type: "entry.deleted", outcome: "withdrawn" });
});

test("attributes that a developer gave other names leave the shop selling, and what they hid is told once they are mapped again", async () => {
  const before = await place(shop);
  await expectEachToldOnce(shop, [before]);
  await shop.strapi.kill();
  await shop.host.rows("alter table orders rename column stage to phase");
  await shop.host.rows("alter table orders rename column phone to mobile");
  await shop.start({ TEST_RENAMED: "stage:phase,phone:mobile" });
  expect((await shop.owner("GET", "/webxkey/mapping")).body).toMatchObject({
    state: "broken",
    problems: [
      { pointer: "/order/fields/state", detail: expect.stringContaining("no attribute stage any more") },
      { pointer: "/order/fields/phone/0", detail: expect.stringContaining("no attribute phone any more") },
    ],
  });
  const { phone, ...data } = anOrder();
  const { status, body } = await createApi(shop)<{ data: { documentId: string } }>("POST", "/api/orders", {
    data: { ...data, mobile: phone },
  });
  expect(status).toBe(201);
  expect(await messagesOf(shop.owner, body.data.documentId)).toEqual([]);

  const fields = { ...ORDERS.fields, state: "phase", phone: ["mobile"] };
  await map(shop.owner, { order: { ...ORDERS, fields }, account: null });
  await expectEachToldOnce(shop, [before, { documentId: body.data.documentId, phone }]);
});
