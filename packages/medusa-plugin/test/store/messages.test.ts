import { createHmac } from "node:crypto";
import { Modules } from "@medusajs/framework/utils";
import { demoAccount, type GraphSimulator, startGraphSimulator } from "@webxkey/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, createApi, signIn, storefront } from "./api.ts";
import { openStore, type Store } from "./open-store.ts";
import { createUser } from "./seed-store.ts";
import { createTrade } from "./trade.ts";

let simulator: GraphSimulator;
let store: Store;
let trade: ReturnType<typeof createTrade>;
let owner: Api;

const PHONE = "+16505551234";
/** Named in the plugin's options, with the role of a viewer. */
const PACKER = { email: "packer@tea-shop.example", password: "tape-and-boxes" };
const WITHIN = { timeout: 20_000 };

beforeAll(async () => {
  simulator = await startGraphSimulator({ statusTimes: { sentMs: 20, deliveredMs: 40, readMs: 60 } });
  store = await openStore({ graphUrl: simulator.url });
  trade = createTrade(store.container, store.seeded);
  await createUser(store.container, PACKER);
  owner = await signIn(store);
  const { status } = await owner("POST", "/admin/webxkey/v1/senders", {
    waba_id: demoAccount.waba.id,
    phone_number_id: demoAccount.number.id,
    app_id: demoAccount.app.id,
    app_secret: demoAccount.app.secret,
    access_token: demoAccount.token.value,
  });
  expect(status).toBe(201);
  for (const rule of ["order-confirmation", "order-shipped"]) {
    expect((await owner("PUT", `/admin/webxkey/v1/rules/${rule}`, { active: true })).body).toMatchObject({
      active: true,
    });
  }
});
afterAll(async () => {
  await store?.[Symbol.asyncDispose]();
  await simulator?.close();
});

interface Told {
  readonly messages: readonly { rule_id: string; state: string; reason: { code: string } | null }[];
}

/** What the engine says about an order: each message with its state. */
async function messagesOf(orderId: string) {
  const { body } = await owner<Told>("GET", `/admin/webxkey/v1/entities/order/${orderId}/timeline`);
  return body.messages.map(({ rule_id, state, reason }) => ({
    rule_id,
    state,
    reason: reason?.code ?? null,
  }));
}

/** A cart whose buyer ticked the box by way of the store route. */
async function consentedOrder(phone = PHONE): Promise<string> {
  const cartId = await trade.createCart({ phone });
  const { body } = await storefront(store)<{ wordings: { id: string; version: string; language: string }[] }>(
    "GET",
    "/store/webxkey/consent-wordings",
  );
  const [wording] = body.wordings;
  const { status } = await storefront(store)("POST", "/store/webxkey/consents", {
    cart_id: cartId,
    wording_id: wording?.id,
    wording_version: wording?.version,
    wording_language: wording?.language,
  });
  expect(status).toBe(201);
  return await trade.checkOut(cartId);
}

describe("an order's message", () => {
  test("goes from the order to read, when the buyer ticked the box", async () => {
    const orderId = await consentedOrder();
    await expect
      .poll(() => messagesOf(orderId), WITHIN)
      .toEqual([{ rule_id: "order-confirmation", state: "read", reason: null }]);
    expect(await simulator.accepted({ phone: PHONE })).toHaveLength(1);
  });

  test("is not sent without a consent", async () => {
    const orderId = await trade.placeOrder({ phone: "+16505550123" });
    await expect.poll(() => messagesOf(orderId), WITHIN).toMatchObject([{ state: "blocked" }]);
    expect(await simulator.accepted({ phone: "+16505550123" })).toEqual([]);
  });

  test("is not sent for a consent that was bound to another phone, or that is not in our form", async () => {
    const consent = {
      wording_id: "checkout-order-updates",
      wording_version: "1",
      wording_language: "en",
      given_at: new Date().toISOString(),
    };
    const other = await store.runtime.messaging().then((engine) => engine.bindPhone("+16505550199"));
    const bound = await trade.placeOrder({
      phone: "+16505550188",
      metadata: { webxkey_consent: { ...consent, phone_binding: other } },
    });
    const odd = await trade.placeOrder({
      phone: "+16505550177",
      metadata: { webxkey_consent: { ...consent, text: "all" } },
    });
    for (const orderId of [bound, odd]) {
      await expect.poll(() => messagesOf(orderId), WITHIN).toMatchObject([{ state: "blocked" }]);
    }
    await expect
      .poll(
        () => store.rows("select outcome from webxkey_intake_fact where id = $1", [`order.placed:${odd}`]),
        WITHIN,
      )
      .toEqual([{ outcome: "published_consent_malformed" }]);
  });

  test("waits for a person where only a sweep knows of the shipment", async () => {
    const orderId = await consentedOrder();
    const parcel = await trade.pack(orderId);
    await trade.ship(orderId, parcel);
    await expect
      .poll(() => messagesOf(orderId), WITHIN)
      .toContainEqual({
        rule_id: "order-shipped",
        state: "read",
        reason: null,
      });

    const lost = await consentedOrder();
    const lostParcel = await trade.pack(lost, { no_notification: true });
    // Shipped behind the bus's back, as if the process had died before the event.
    await store.rows(
      "update fulfillment set shipped_at = now() - interval '5 minutes', updated_at = now() - interval '5 minutes' where id = $1",
      [lostParcel],
    );
    await store.rows("update webxkey.workspaces set installed_at = now() - interval '1 hour'");
    await store.rows("update webxkey.rule_states set activated_at = now() - interval '1 hour'");
    await store.runtime.sweep();
    await expect
      .poll(() => messagesOf(lost), WITHIN)
      .toContainEqual(expect.objectContaining({ rule_id: "order-shipped", state: "held" }));
  });

  test("is denied by the merchant's wish not to notify", async () => {
    const orderId = await consentedOrder();
    const parcel = await trade.pack(orderId);
    await trade.ship(orderId, parcel, { no_notification: true });
    await expect
      .poll(() => messagesOf(orderId), WITHIN)
      .toContainEqual({
        rule_id: "order-shipped",
        state: "blocked",
        reason: "do_not_notify",
      });
  });
});

describe("the consent of an order that is edited in the admin, with nothing else happening", () => {
  type Consent = { readonly method: string; readonly state: string; readonly occurred_at: string };

  async function recordsOf(orderId: string): Promise<Consent[]> {
    const { body } = await owner<{ consents: Consent[] }>(
      "GET",
      `/admin/webxkey/v1/consents?entity_type=order&entity_ref=${orderId}`,
    );
    return body.consents;
  }
  const methodsOf = async (orderId: string) => (await recordsOf(orderId)).map(({ method }) => method);
  const consentIn = async (orderId: string) => {
    const { metadata } = await store.container.resolve(Modules.ORDER).retrieveOrder(orderId);
    return metadata?.["webxkey_consent"];
  };
  async function edit(orderId: string, webxkey_consent: unknown): Promise<void> {
    const { status } = await owner("POST", `/admin/orders/${orderId}`, { metadata: { webxkey_consent } });
    expect(status).toBe(200);
  }
  async function confirmedOrder(phone: string): Promise<string> {
    const orderId = await consentedOrder(phone);
    await expect.poll(() => messagesOf(orderId), WITHIN).toMatchObject([{ state: "read" }]);
    return orderId;
  }
  async function expectShipped(orderId: string, outcome: object): Promise<void> {
    await trade.ship(orderId, await trade.pack(orderId));
    await expect
      .poll(() => messagesOf(orderId), WITHIN)
      .toContainEqual(expect.objectContaining({ rule_id: "order-shipped", ...outcome }));
  }

  test("a no withdraws it at once for that order, and the next message is not sent (D 9.14)", async () => {
    const orderId = await confirmedOrder("+16505550141");
    const other = await confirmedOrder("+16505550141");
    await edit(orderId, "no");
    await expect.poll(() => methodsOf(orderId), WITHIN).toEqual(["checkout_box", "box_unticked"]);
    await expectShipped(orderId, { state: "blocked", reason: "consent_unticked" });
    await expectShipped(other, { state: "read" });
  }, 60_000);

  test("a yes that staff put back has its own time and method (D 9.14)", async () => {
    const orderId = await confirmedOrder("+16505550143");
    const given = await consentIn(orderId);
    await edit(orderId, "");
    await expect.poll(() => methodsOf(orderId), WITHIN).toEqual(["checkout_box", "box_unticked"]);
    const before = Date.now();
    await edit(orderId, given);
    await expect.poll(() => methodsOf(orderId), WITHIN).toContain("ticked_later");
    const later = (await recordsOf(orderId)).at(-1);
    expect(Date.parse(later?.occurred_at ?? "")).toBeGreaterThanOrEqual(before);
  }, 60_000);

  test("a yes that staff put back lifts no STOP (D 9.14)", async () => {
    const phone = "+16505550145";
    const orderId = await confirmedOrder(phone);
    const given = await consentIn(orderId);
    await simulator.phone(phone).reply("STOP");
    await expect.poll(() => methodsOf(orderId), WITHIN).toContain("keyword");
    await edit(orderId, "");
    await expect.poll(() => methodsOf(orderId), WITHIN).toContain("box_unticked");
    await edit(orderId, given);
    await expect.poll(() => methodsOf(orderId), WITHIN).toContain("ticked_later");
    await expectShipped(orderId, { state: "blocked", reason: "consent_withdrawn" });
  }, 60_000);

  test("a no that no event told of is found by the sweep, also after a yes that it found before (D 9.14)", async () => {
    const orderId = await confirmedOrder("+16505550144");
    const given = await consentIn(orderId);
    await store.rows("update webxkey.workspaces set installed_at = now() - interval '1 hour'");
    await store.rows(`update "order" set created_at = now() - interval '20 minutes' where id = $1`, [
      orderId,
    ]);
    const orders = store.container.resolve(Modules.ORDER);
    const found: string[][] = [];
    for (const [value, minutes] of [
      ["", 9],
      [given, 7],
      ["", 5],
    ] as const) {
      // Of the module's own writes no workflow tells.
      await orders.updateOrders(orderId, { metadata: { webxkey_consent: value } as Record<string, unknown> });
      await store.rows(`update "order" set updated_at = now() - make_interval(mins => $2) where id = $1`, [
        orderId,
        minutes,
      ]);
      await store.runtime.sweep();
      found.push(await methodsOf(orderId));
    }
    expect(found.map((methods) => methods.at(-1))).toEqual(["box_unticked", "ticked_later", "box_unticked"]);
  }, 60_000);
});

describe("the Meta webhook route", () => {
  const post = (body: Buffer, signature: string, path = "/hooks/webxkey/meta") =>
    fetch(`${store.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
      body: new Uint8Array(body),
    });
  const signed = (body: Buffer) =>
    `sha256=${createHmac("sha256", demoAccount.app.secret).update(body).digest("hex")}`;

  test("hands the exact bytes to the engine: escaped unicode, raw emoji, odd spacing, and even what is no JSON", async () => {
    const bodies = [
      '{"object":"x", "entry":[ ]}',
      '{"a":"\\ud83c\\udf75 \\u00e9"}',
      '{"a":"🍵 é"}',
      "not json 🍵",
    ];
    for (const text of bodies) {
      const body = Buffer.from(text);
      expect((await post(body, signed(body))).status, text).toBe(200);
      expect((await post(Buffer.from(`${text} `), signed(body))).status, text).toBe(401);
    }
  });

  test("takes three megabytes, and refuses what is larger than any webhook", async () => {
    const large = Buffer.from(JSON.stringify({ object: "x", filler: "x".repeat(3_000_000) }));
    expect((await post(large, signed(large))).status).toBe(200);
    const tooLarge = Buffer.alloc(5 * 1024 * 1024, 0x20);
    expect((await post(tooLarge, signed(tooLarge))).status).toBe(413);
  });

  test("gets the exact bytes however the path is spelt", async () => {
    const body = Buffer.from('{"a": "\\ud83c\\udf75" }');
    for (const path of ["/HOOKS/webxkey/meta", "/hooks/webxkey/meta/", "/hooks/webxkey/meta?x=1"]) {
      expect((await post(body, signed(body), path)).status, path).toBe(200);
    }
  });
});

describe("the admin API", () => {
  test("needs Medusa's sign-in", async () => {
    expect((await createApi(store)("GET", "/admin/webxkey/v1/me")).status).toBe(401);
  });

  test("knows the owner by the option's e-mail, and gives a stranger among the staff nothing", async () => {
    expect((await owner("GET", "/admin/webxkey/v1/me")).body).toMatchObject({
      user_id: store.seeded.ownerId,
      role: "owner",
    });
    await createUser(store.container, STRANGER);
    const stranger = await signIn(store, STRANGER);
    expect(await stranger("GET", "/admin/webxkey/v1/messages")).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
    expect(await stranger("GET", "/admin/webxkey/intake")).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  test("gives the first roles that the options name, and no right beyond them", async () => {
    const packer = await signIn(store, PACKER);
    expect((await packer("GET", "/admin/webxkey/v1/me")).body).toMatchObject({ role: "viewer" });
    expect(await packer("PUT", "/admin/webxkey/v1/rules/order-delivered", { active: true })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  test("lists what waits in the intake, and tries again what was given up", async () => {
    await store.rows(
      `insert into webxkey_intake_fact (id, type, entity_id, origin, received_at, due_at, parked_at, attempts, outcome)
       values ('order.placed:order_poison', 'order.placed', 'order_poison', 'push', now(), now(), now(), 10, 'store_not_readable')`,
    );
    const { body } = await owner<{ waiting: unknown[] }>("GET", "/admin/webxkey/intake");
    expect(body.waiting).toMatchObject([
      { key: "order.placed:order_poison", attempts: 10, outcome: "store_not_readable" },
    ]);

    expect((await owner("POST", "/admin/webxkey/intake/retry")).body).toEqual({ retried: 1 });
    await expect
      .poll(async () => (await owner("GET", "/admin/webxkey/intake")).body, WITHIN)
      .toEqual({ waiting: [] });
  });

  test("answers problems in one form", async () => {
    const { status, headers, body } = await owner("GET", "/admin/webxkey/v1/nothing/here");
    expect(status).toBe(404);
    expect(headers.get("content-type")).toContain("application/problem+json");
    expect(body).toMatchObject({ code: "not_found", status: 404 });
  });

  const STRANGER = { email: "stranger@tea-shop.example", password: "nobody-knows-me" };
});

describe("the notification provider", () => {
  const notify = (to: string, idempotency_key?: string) =>
    store.container.resolve(Modules.NOTIFICATION).createNotifications({
      to,
      channel: "whatsapp",
      template: "order_shipped",
      data: { customer_name: "Sheena", order_code: "7", shop_name: "Tea Shop" },
      ...(idempotency_key && { idempotency_key }),
    });

  test("publishes one intent and hands Medusa an opaque reference only", async () => {
    const orderId = await consentedOrder();
    const notification = await notify(orderId, "parcel-7");
    expect(notification.external_id).toMatch(/^[0-9a-f-]{36}$/);
    const rows = JSON.stringify(await store.rows("select * from notification"));
    expect(rows).not.toContain(PHONE.slice(1));
    await expect
      .poll(() => messagesOf(orderId), WITHIN)
      .toContainEqual({ rule_id: "direct:order-updates", state: "read", reason: null });
  });

  test("refuses a phone number, and a notification without an idempotency key", async () => {
    await expect(notify(PHONE, "parcel-8")).rejects.toThrow(/never a phone number/);
    const orderId = await trade.placeOrder({ phone: PHONE });
    await expect(notify(orderId)).rejects.toThrow(/idempotency_key/);
  });
});
