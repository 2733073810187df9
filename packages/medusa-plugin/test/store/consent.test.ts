import { Modules } from "@medusajs/framework/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CART_WRITES_MAX } from "../../src/consent/limits.ts";
import { type Api, storefront } from "./api.ts";
import { openStore, type Store } from "./open-store.ts";
import { createTrade } from "./trade.ts";

let store: Store;
let trade: ReturnType<typeof createTrade>;
let shop: Api;

beforeAll(async () => {
  store = await openStore();
  trade = createTrade(store.container, store.seeded);
  shop = storefront(store);
});
afterAll(() => store[Symbol.asyncDispose]());

const PHONE = "+16505551234";
const WORDING = { wording_id: "checkout-order-updates", wording_version: "1", wording_language: "en" };

async function metadataOf(cartId: string): Promise<Record<string, unknown> | null | undefined> {
  return (await store.container.resolve(Modules.CART).retrieveCart(cartId)).metadata;
}

test("the wordings are for everyone to show, in the language asked for or the shop's own", async () => {
  for (const language of ["en", "en-GB", "si-LK"]) {
    const { body } = await shop<{ wordings: unknown[] }>(
      "GET",
      `/store/webxkey/consent-wordings?language=${language}`,
    );
    expect(body.wordings, language).toMatchObject([
      { id: "checkout-order-updates", version: "1", language: "en" },
    ]);
  }
});

test("a consent names its wording and is bound to the cart's phone, which it does not show", async () => {
  const cartId = await trade.createCart({ phone: "(650) 555-1234", metadata: { gift: "yes" } });
  const { status, body } = await shop("POST", "/store/webxkey/consents", { cart_id: cartId, ...WORDING });
  expect(status).toBe(201);
  expect(body).toEqual({ cart_id: cartId, ...WORDING, given_at: expect.any(String) });

  const engine = await store.runtime.messaging();
  const metadata = await metadataOf(cartId);
  expect(metadata).toEqual({
    gift: "yes",
    webxkey_consent: {
      ...WORDING,
      given_at: expect.any(String),
      phone_binding: await engine.bindPhone(PHONE),
    },
  });
  expect(JSON.stringify(metadata)).not.toContain("5551234");
});

test("the tick is the buyer's: it is bound to the billing address's phone, never to the parcel's (D 2.2)", async () => {
  const friend = "+16505550199";
  const cartId = await trade.createCart({ phone: friend, billingPhone: PHONE });
  await shop("POST", "/store/webxkey/consents", { cart_id: cartId, ...WORDING });
  const engine = await store.runtime.messaging();
  expect(await metadataOf(cartId)).toMatchObject({
    webxkey_consent: { phone_binding: await engine.bindPhone(PHONE) },
  });

  const parcelsOnly = await trade.createCart({ phone: friend, billingPhone: "" });
  const answer = await shop("POST", "/store/webxkey/consents", { cart_id: parcelsOnly, ...WORDING });
  expect(answer).toMatchObject({ status: 400, body: { fields: [{ pointer: "/cart_id" }] } });
  expect(await metadataOf(parcelsOnly)).toBeNull();
});

test("the answer is the same whoever the phone belongs to", async () => {
  const answers: unknown[] = [];
  for (const phone of [PHONE, "+16505550123"]) {
    const cartId = await trade.createCart({ phone });
    const { status, body } = await shop<object>("POST", "/store/webxkey/consents", {
      cart_id: cartId,
      ...WORDING,
    });
    answers.push([status, Object.keys(body)]);
  }
  expect(answers[0]).toEqual(answers[1]);
});

test("the tick can be taken away before the order, and leaves the rest of the cart alone", async () => {
  const cartId = await trade.createCart({ phone: PHONE, metadata: { gift: "yes" } });
  await shop("POST", "/store/webxkey/consents", { cart_id: cartId, ...WORDING });
  expect((await shop("DELETE", `/store/webxkey/consents/${cartId}`)).status).toBe(204);
  expect(await metadataOf(cartId)).toEqual({ gift: "yes" });
});

test("a cart that is not there and one that became an order are refused alike", async () => {
  const cartId = await trade.createCart({ phone: PHONE });
  await trade.checkOut(cartId);
  const answers = [];
  for (const cart_id of [cartId, "cart_01UNKNOWN"]) {
    answers.push(await shop("POST", "/store/webxkey/consents", { cart_id, ...WORDING }));
  }
  expect(answers[0]).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(answers[1]?.body).toEqual(answers[0]?.body);
});

test("consent needs a phone that can be read, a wording that is offered, and nothing else", async () => {
  const without = await trade.createCart({});
  const unread = await trade.createCart({ phone: "ask at the desk" });
  const cartId = await trade.createCart({ phone: PHONE });
  const cases: [unknown, string][] = [
    [{ cart_id: without, ...WORDING }, "/cart_id"],
    [{ cart_id: unread, ...WORDING }, "/cart_id"],
    [{ cart_id: cartId, ...WORDING, wording_version: "2" }, "/wording_id"],
    [{ cart_id: cartId, ...WORDING, wording_language: 7 }, "/wording_language"],
    [{ cart_id: cartId, ...WORDING, phone: PHONE }, ""],
    [{ ...WORDING }, "/cart_id"],
  ];
  for (const [body, pointer] of cases) {
    const answer = await shop("POST", "/store/webxkey/consents", body);
    expect(answer, JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { code: "invalid_input", fields: [{ pointer }] },
    });
  }
  expect(await metadataOf(cartId)).toBeNull();
});

test("one cart's consent is changed ten times in ten minutes and no oftener", async () => {
  const cartId = await trade.createCart({ phone: PHONE });
  const statuses: number[] = [];
  for (let count = 0; count <= CART_WRITES_MAX; count++) {
    statuses.push((await shop("POST", "/store/webxkey/consents", { cart_id: cartId, ...WORDING })).status);
  }
  expect(statuses).toEqual([...Array(CART_WRITES_MAX).fill(201), 429]);
  const refused = await shop("DELETE", `/store/webxkey/consents/${cartId}`);
  expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
});
