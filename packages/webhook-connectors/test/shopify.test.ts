import { secret } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { shopify } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import {
  changedSince,
  connectorOf,
  hmac,
  hostOf,
  NOW,
  paidOrder,
  postTo,
  URL_OF_HOOK,
} from "./platforms/platform.ts";
import { graphqlNode, shopifyPlatform, shopifyRecords } from "./platforms/shopify.ts";

const settings = shopify.settings.parse(shopifyPlatform.settings);
const connector = connectorOf(shopifyPlatform);
const { api, proof } = shopify;
if (!api || proof.kind !== "signature") throw new Error("Shopify signs and has an API.");

describe("the newer headers without X-", () => {
  const body = JSON.stringify(shopifyRecords(paidOrder).order);
  const signature = hmac("client secret", body).toString("base64");
  const named = { "shopify-topic": "orders/create", "shopify-webhook-id": "b54557e4" };

  test("prove and name a delivery as the classic ones do", () => {
    const delivery = postTo(URL_OF_HOOK, body, { ...named, "shopify-hmac-sha256": signature });
    expect(proof.verify(delivery, [secret("client secret")], NOW)).toBe(true);
    expect(shopify.told(delivery)).toMatchObject({ kind: "acts", deliveryId: "b54557e4" });
  });

  test("do not stand in for a classic one that is wrong", () => {
    const both = {
      "shopify-hmac-sha256": signature,
      "x-shopify-hmac-sha256": hmac("other", body).toString("base64"),
    };
    expect(proof.verify(postTo(URL_OF_HOOK, body, both), [secret("client secret")], NOW)).toBe(false);
  });
});

describe("the three privacy topics", () => {
  const told = (topic: string, body: object) =>
    shopify.told(shopifyPlatform.delivery(JSON.stringify(body), topic));
  const customer = { id: 191167, email: "sheena@example.com", phone: "+1 650-555-1234" };
  const shop = { shop_id: 954889, shop_domain: "tea.myshopify.com" };

  test("a request for data says whom it is about and under which id Shopify keeps it", () => {
    const body = { ...shop, orders_requested: [299938, 280263], customer, data_request: { id: 9999 } };
    expect(told("customers/data_request", body)).toMatchObject({
      kind: "privacy",
      wish: {
        kind: "access",
        key: "customers/data_request:9999:98880550-7158-44d4-b7cd-2c97c8a091b5",
        person: { phone: "+16505551234", customerRef: "191167", orderRefs: ["299938", "280263"] },
      },
    });
  });

  test("a person is to be erased, with or without a phone", () => {
    const body = { ...shop, customer: { ...customer, phone: null }, orders_to_redact: [299938] };
    const wish = told("customers/redact", body);
    expect(wish).toMatchObject({
      kind: "privacy",
      wish: { kind: "erase_person", person: { customerRef: "191167", orderRefs: ["299938"] } },
    });
    expect(JSON.stringify(wish)).not.toContain("sheena");
  });

  test("a shop is to be erased", () => {
    expect(told("shop/redact", shop)).toMatchObject({
      kind: "privacy",
      wish: { kind: "erase_shop", person: {} },
    });
  });

  const PRIVACY_TOPICS = ["customers/data_request", "customers/redact", "shop/redact"];

  test.each(PRIVACY_TOPICS)(
    "the body says what is asked for, whatever unsigned topic it comes under: %s (D 6.9)",
    (topic) => {
      const kindOf = (body: object) => {
        const wish = told(topic, body);
        return wish.kind === "privacy" ? wish.wish.kind : wish.kind;
      };
      expect(kindOf({ ...shop, orders_requested: [299938], customer, data_request: { id: 9999 } })).toBe(
        "access",
      );
      expect(kindOf({ ...shop, orders_to_redact: [299938], customer })).toBe("erase_person");
      expect(kindOf(shop)).toBe("erase_shop");
      expect(kindOf({ ...shop, orders_requested: [299938] })).toBe("malformed");
      expect(kindOf(shopifyRecords(paidOrder).order)).toBe("malformed");
    },
  );

  test.each(PRIVACY_TOPICS)("%s without an id is malformed", (topic) => {
    expect(told(topic, { shop_domain: "tea.myshopify.com" })).toEqual({ kind: "malformed" });
  });
});

test("an id that JSON cannot hold exactly is taken from the global id", () => {
  const order = {
    ...shopifyRecords(paidOrder).order,
    admin_graphql_api_id: "gid://shopify/Order/820982911946154508",
  };
  const written = JSON.stringify(order).replace(/"id":\d+/, '"id":820982911946154508');
  const told = shopify.told(shopifyPlatform.delivery(written));
  expect(told).toMatchObject({ entities: [{ id: "820982911946154508" }] });
  const { admin_graphql_api_id: _none, ...bare } = JSON.parse(written);
  expect(shopify.told(shopifyPlatform.delivery(JSON.stringify(bare)))).toEqual({ kind: "malformed" });
});

test("goods that come back without money are no refund", () => {
  const { refund } = shopifyRecords({ ...paidOrder, type: "order.refunded" });
  expect(connector.facts("refund", { ...refund, transactions: [] })).toEqual([]);
  const [transaction] = refund.transactions;
  expect(
    connector.facts("refund", { ...refund, transactions: [{ ...transaction, status: "failure" }] }),
  ).toEqual([]);
});

test("a refund told by its own topic and with its order is one fact", () => {
  const { refund, order } = shopifyRecords({ ...paidOrder, type: "order.refunded" });
  const [own] = connector.facts("refund", refund);
  expect(connector.facts("order", order).map(({ key }) => key)).toContain(own?.key);
});

test("a buyer without a sign-in has no account", () => {
  const { customer } = shopifyRecords({ ...paidOrder, type: "account.created" });
  expect(connector.facts("customer", { ...customer, state: "disabled" })).toEqual([]);
  expect(connector.facts("customer", customer)).toHaveLength(1);
});

test("what is fetched at the counter is delivered, and was never on its way", () => {
  const { fulfillment } = shopifyRecords({ ...paidOrder, type: "order.delivered" });
  const facts = connector.facts("fulfillment", { ...fulfillment, shipment_status: "picked_up" });
  expect(facts.map(({ state }) => state)).toEqual(["order.delivered"]);
});

test("a new customer is read through the API, as a webhook leaves the consents out", () => {
  const { customer } = shopifyRecords({ ...paidOrder, type: "account.created" });
  const told = shopify.told(shopifyPlatform.delivery(JSON.stringify(customer), "customers/create"));
  expect(told).toMatchObject({ kind: "acts", acts: [{ hostEvent: "customer" }], entities: [] });
});

test("a parcel tells its number and its address only where they are of use", async () => {
  const { order } = shopifyRecords({ ...paidOrder, type: "order.shipped" });
  const [parcel] = order.fulfillments;
  const odd = { ...parcel, tracking_number: "9".repeat(65), tracking_url: "http://track.example.com" };
  const host = hostOf({ [`order/${order.id}`]: { ...order, fulfillments: [odd] } });
  const [fact] = connector.facts("fulfillment", odd);
  if (!fact) throw new Error("no fact");
  expect((await connector.read(fact, host))?.data).toMatchObject({
    fulfillment: { ref: String(parcel?.id), carrier: "Island Post" },
  });
  expect(JSON.stringify(await connector.read(fact, host))).not.toMatch(/track/);
});

test("a consent field is an answer at the checkout, a tag, or a field of the order's own", () => {
  const value = shopifyRecords(paidOrder).order;
  const fieldOf = (field: string) => shopify.fieldOf({ kind: "order", id: "1", value }, field);
  expect(fieldOf("note_attributes.WhatsApp")).toBe("yes");
  expect(fieldOf("tags.first order")).toBe(true);
  expect(fieldOf("tags.vip")).toBe(false);
  expect(fieldOf("customer.first_name")).toBe("Sheena");
  for (const inherited of [
    "constructor",
    "customer.__proto__",
    "note_attributes.constructor",
    "customer.phone.toString",
  ]) {
    expect(fieldOf(inherited), inherited).toBeUndefined();
  }
});

test("a consent that Shopify keeps is for marketing alone, and no other field is", () => {
  const marketing = ["whatsapp", "sms"].map((channel) => `customer.${channel}_marketing_consent.state`);
  const fields = [...marketing, "note_attributes.WhatsApp", "tags.whatsapp_marketing", "customer.tags"];
  expect(fields.filter((field) => shopify.isForMarketingAlone?.(field))).toEqual(marketing);
});

describe("an order that was paid in another currency than the shop's", () => {
  /** As Shopify posts it: `total_price` in the shop's currency, a transaction's `amount` in the buyer's. */
  const set = (shop: string, paid: string) => ({
    shop_money: { amount: shop, currency_code: "USD" },
    presentment_money: { amount: paid, currency_code: "EUR" },
  });
  const abroad = (refunded: string) => {
    const { order } = shopifyRecords({ ...paidOrder, type: "order.refunded" });
    const [refund] = order.refunds;
    return {
      ...order,
      financial_status: "paid",
      currency: "USD",
      presentment_currency: "EUR",
      total_price: "54.20",
      total_price_set: set("54.20", "50.00"),
      refunds: [
        {
          ...refund,
          transactions: [{ id: 555, kind: "refund", status: "success", amount: refunded, currency: "EUR" }],
        },
      ],
    };
  };

  async function events(order: ReturnType<typeof abroad>) {
    const host = hostOf({ [`order/${order.id}`]: order });
    return await Promise.all(connector.facts("order", order).map((fact) => connector.read(fact, host)));
  }

  test("is told in the currency that the buyer paid, in its total, payment and refund (D 4.2)", async () => {
    const euros = { amount: 5_000, currency: "EUR" };
    expect(await events(abroad("50.00"))).toMatchObject([
      { type: "order.placed", data: { order: { total: euros } } },
      { type: "order.paid", data: { payment: { amount: euros } } },
      { type: "order.refunded", data: { refund: { amount: euros } } },
    ]);
    expect((await events(abroad("12.50"))).at(-1)).toMatchObject({
      type: "order.partially_refunded",
      data: { refund: { amount: { amount: 1_250, currency: "EUR" } } },
    });
  });
});

describe("a fulfilment with nothing to ship", () => {
  const parcel = (line_items: object[]) => ({
    ...shopifyRecords({ ...paidOrder, type: "order.shipped" }).fulfillment,
    line_items,
  });

  test.each([
    ["a gift card", [{ gift_card: true, requires_shipping: true }]],
    ["a download", [{ requires_shipping: false }]],
    ["both", [{ gift_card: true }, { requires_shipping: false }]],
  ])("is not told as shipped: %s (D 3.3)", (_what, items) => {
    expect(connector.facts("fulfillment", parcel(items))).toEqual([]);
  });

  test("is told as soon as one thing of it is shipped (D 3.3)", () => {
    const mixed = parcel([{ requires_shipping: false }, { requires_shipping: true, gift_card: false }]);
    expect(connector.facts("fulfillment", mixed).map(({ state }) => state)).toEqual(["order.shipped"]);
  });
});

describe("the GraphQL Admin API", () => {
  const DELIVERED = shopifyRecords({ ...paidOrder, type: "order.delivered" });
  const NODES = Array.from({ length: 130 }, (_, index) => ({
    ...graphqlNode(DELIVERED),
    id: `gid://shopify/Order/${index + 1}`,
    updatedAt: new Date(Date.parse("2026-03-14T09:00:00Z") + index * 1_000).toISOString(),
  }));

  /** As Shopify counts a query before it is run: one for each object, as many of a connection as are asked for, and two for it. */
  function costOf(query: string, first: number): number {
    const parts = query.matchAll(/(\w+)(?:\(([^)]*)\))?\s*\{|\}/g);
    const times = [1];
    let cost = 0;
    for (const [text, field, args = ""] of parts) {
      const outer = times.at(-1) ?? 1;
      if (text === "}") times.pop();
      else if (field === "query") times.push(1);
      else {
        const asked = /first: (\d+|\$first)/.exec(args)?.[1];
        const isConnection = /^(?:orders|transactions)$/.test(field ?? "");
        const count = asked === "$first" ? first : Number(asked);
        cost += outer * (isConnection ? 2 : field === "pageInfo" ? 0 : 1);
        times.push(isConnection ? outer * count : outer);
      }
    }
    return cost;
  }

  function answer({ body }: Asked): Answer {
    const { query, variables } = body as { query: string; variables: Record<string, string> };
    if (costOf(query, Number(variables["first"])) > 1_000)
      return { body: { errors: [{ message: "Too dear.", extensions: { code: "MAX_COST_EXCEEDED" } }] } };
    if (query.startsWith("mutation"))
      return { body: { data: { [/orderUpdate|tagsAdd/.exec(query)?.[0] ?? ""]: { userErrors: [] } } } };
    if (query.includes("orders(")) {
      const since = /updated_at:>='([^']+)'/.exec(variables["query"] ?? "")?.[1] ?? "";
      const changed = NODES.filter(({ updatedAt }) => updatedAt >= since);
      const start = Number(variables["after"] ?? 0);
      const end = start + Number(variables["first"]);
      const pageInfo = { hasNextPage: end < changed.length, endCursor: String(end) };
      const nodes = query.includes("nodes") ? { nodes: changed.slice(start, end) } : {};
      return { body: { data: { orders: { ...nodes, pageInfo } } } };
    }
    return { body: { data: { node: NODES.find(({ id }) => id === variables["id"]) ?? null } } };
  }

  test("finds an order that tells what its webhook tells", async () => {
    await using server = await servePlatform(answer);
    const found = await api.find(server.client, settings, "order", "1");
    const webhook = { ...DELIVERED.order, id: 1, admin_graphql_api_id: "gid://shopify/Order/1" };
    const facts = connector.facts("order", found);
    expect(facts).toEqual(connector.facts("order", webhook));
    expect(facts.map(({ state }) => state)).toEqual(["order.placed", "order.shipped", "order.delivered"]);
    for (const fact of facts) {
      const event = await connector.read(fact, hostOf({ "order/1": found }));
      expect({ ...event, time: "" }).toEqual({
        ...(await connector.read(fact, hostOf({ "order/1": webhook }))),
        time: "",
      });
    }
    expect(await api.find(server.client, settings, "order", "999")).toBeUndefined();
    expect(server.asked[0]).toMatchObject({ method: "POST", path: "admin/api/2026-07/graphql.json" });
    expect(server.asked[0]?.headers["x-shopify-access-token"]).toBe("access token");
  });

  test("keeps the consent fields of the webhook, and the consents that only it has", async () => {
    await using server = await servePlatform(answer);
    const value = await api.find(server.client, settings, "order", "1");
    const fieldOf = (field: string) => shopify.fieldOf({ kind: "order", id: "1", value }, field);
    expect(
      [
        ...["note_attributes.WhatsApp", "tags.first order"],
        ...["customer.whatsapp_marketing_consent.state", "customer.sms_marketing_consent.state"],
      ].map(fieldOf),
    ).toEqual(["yes", true, "subscribed", "not_subscribed"]);
  });

  test("gives a customer's consents under the field of an order's customer", async () => {
    const defaultPhoneNumber = {
      phoneNumber: "+16505551234",
      marketingState: "SUBSCRIBED",
      whatsAppMarketingConsent: { state: "UNSUBSCRIBED" },
    };
    const node = { id: "gid://shopify/Customer/7", createdAt: "2026-03-14T09:26:53Z", state: "ENABLED" };
    await using server = await servePlatform(() => ({
      body: { data: { node: { ...node, firstName: "Sheena", defaultPhoneNumber, defaultAddress: null } } },
    }));
    const value = await api.find(server.client, settings, "customer", "7");
    expect(connector.facts("customer", value)).toHaveLength(1);
    const fieldOf = (field: string) => shopify.fieldOf({ kind: "customer", id: "7", value }, field);
    expect(
      ["customer.whatsapp_marketing_consent.state", "customer.sms_marketing_consent.state"].map(fieldOf),
    ).toEqual(["unsubscribed", "subscribed"]);
  });

  test("gives what changed since, oldest first, by pages that are cheap enough", async () => {
    await using server = await servePlatform(answer);
    const since = new Date("2026-03-14T09:00:10Z");
    const pages = [];
    for (let skip = 0; skip <= 120; skip += 20)
      pages.push(await api.changed?.(server.client, settings, changedSince(since, { skip, limit: 20 })));
    const ids = pages.flatMap((page) => page?.entities.map(({ id }) => Number(id)) ?? []);
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 11));
    expect(pages.map((page) => page?.more)).toEqual([true, true, true, true, true, false, false]);
    expect(pages.at(-1)).toEqual({ entities: [], more: false });
    const [entity] = pages[0]?.entities ?? [];
    expect(api.actsOf?.({ kind: "order", id: "11", value: entity?.value })).toHaveLength(1);
  });

  test("steps over the pages before one without asking for their orders", async () => {
    await using server = await servePlatform(answer);
    const before = new Date("2026-03-14T10:00:00Z");
    const query = changedSince("2026-03-14T09:00:00Z", { before, skip: 100, limit: 20 });
    await api.changed?.(server.client, settings, query);
    const asked = server.asked.map(({ body }) => {
      const { query, variables } = body as { query: string; variables: Record<string, unknown> };
      return [query.includes("nodes"), variables["first"], variables["after"]];
    });
    expect(asked).toEqual([
      [false, 100, null],
      [true, 20, "100"],
    ]);
  });

  test("writes a note below the merchant's own, and a tag", async () => {
    await using server = await servePlatform(answer);
    await api.orderWriter?.(server.client, settings).write("1", { kind: "note", text: "Confirmed" });
    await api.orderWriter?.(server.client, settings).write("1", { kind: "tag", tag: "confirmed" });
    const variables = server.asked.map(({ body }) => (body as { variables: unknown }).variables);
    expect(variables).toEqual([
      { id: "gid://shopify/Order/1" },
      { input: { id: "gid://shopify/Order/1", note: "Ring twice\nConfirmed" } },
      { id: "gid://shopify/Order/1", tags: ["confirmed"] },
    ]);
    const writing = api
      .orderWriter?.(server.client, settings)
      .write("1", { kind: "state", state: "confirmed" });
    await expect(writing).rejects.toThrow(/has no state/);
  });

  test.each([
    [
      "errors with status 200",
      "platform_unauthorized",
      {
        body: {
          errors: [
            { message: "Access denied for sheena@example.com", extensions: { code: "ACCESS_DENIED" } },
          ],
        },
      },
    ],
    ["a status", "platform_unauthorized", { status: 403, body: {} }],
    [
      "too much at once",
      "platform_unavailable",
      { body: { errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }] } },
    ],
  ])("a refusal by %s is an error, not an empty answer: %s", async (_how, code, refusal) => {
    await using server = await servePlatform(() => refusal);
    const finding = api.find(server.client, settings, "order", "1");
    await expect(finding).rejects.toMatchObject({ code, message: expect.stringMatching(/^Shopify/) });
    await expect(finding).rejects.not.toThrow(/sheena/);
  });

  test("a write that Shopify did not do is an error", async () => {
    const body = { data: { tagsAdd: { userErrors: [{ field: ["id"] }] } } };
    await using server = await servePlatform(() => ({ body }));
    await expect(
      api.orderWriter?.(server.client, settings).write("1", { kind: "tag", tag: "confirmed" }),
    ).rejects.toThrow(/did not write/);
  });
});
