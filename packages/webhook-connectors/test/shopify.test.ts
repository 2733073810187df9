import { secret } from "@webxkey/core";
import { describe, expect, test } from "vitest";
import { shopify } from "../src/index.ts";
import { type Answer, type Asked, servePlatform } from "./platform-server.ts";
import { connectorOf, hmac, hostOf, paidOrder, postTo, URL_OF_HOOK } from "./platforms/platform.ts";
import { shopifyPlatform, shopifyRecords } from "./platforms/shopify.ts";

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
    expect(proof.verify(delivery, [secret("client secret")])).toBe(true);
    expect(shopify.told(delivery)).toMatchObject({ kind: "acts", deliveryId: "b54557e4" });
  });

  test("do not stand in for a classic one that is wrong", () => {
    const both = {
      "shopify-hmac-sha256": signature,
      "x-shopify-hmac-sha256": hmac("other", body).toString("base64"),
    };
    expect(proof.verify(postTo(URL_OF_HOOK, body, both), [secret("client secret")])).toBe(false);
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

  test.each(["customers/data_request", "customers/redact", "shop/redact"])(
    "%s without an id is malformed",
    (topic) => {
      expect(told(topic, { shop_domain: "tea.myshopify.com" })).toEqual({ kind: "malformed" });
    },
  );
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

test("a consent field is an answer at the checkout, a tag, or a consent that Shopify keeps", () => {
  const value = shopifyRecords(paidOrder).order;
  const fieldOf = (field: string) => shopify.fieldOf({ kind: "order", id: "1", value }, field);
  expect(fieldOf("note_attributes.WhatsApp")).toBe("yes");
  expect(fieldOf("tags.first order")).toBe(true);
  expect(fieldOf("tags.vip")).toBe(false);
  expect(fieldOf("customer.sms_marketing_consent.state")).toBe("subscribed");
  for (const inherited of [
    "constructor",
    "customer.__proto__",
    "note_attributes.constructor",
    "customer.sms_marketing_consent.toString",
  ]) {
    expect(fieldOf(inherited), inherited).toBeUndefined();
  }
});

describe("the GraphQL Admin API", () => {
  /** An order as GraphQL gives it, from the one that the webhook gives. */
  function graphqlNode({ order }: ReturnType<typeof shopifyRecords>) {
    const addressOf = ({ first_name, phone, country_code }: typeof order.shipping_address) => ({
      firstName: first_name,
      phone,
      countryCodeV2: country_code,
    });
    const gid = (type: string, id: number) => `gid://shopify/${type}/${id}`;
    return {
      id: gid("Order", order.id),
      name: order.name,
      createdAt: order.created_at,
      updatedAt: order.updated_at,
      cancelledAt: order.cancelled_at,
      displayFinancialStatus: order.financial_status.toUpperCase(),
      currencyCode: order.currency,
      totalPriceSet: { shopMoney: { amount: order.total_price } },
      phone: order.phone,
      customerLocale: order.customer_locale,
      note: "Ring twice",
      tags: ["tea", "first order"],
      customAttributes: [{ key: "WhatsApp", value: "yes" }],
      customer: {
        id: gid("Customer", order.customer.id),
        firstName: order.customer.first_name,
        defaultPhoneNumber: { phoneNumber: order.customer.phone, marketingState: "SUBSCRIBED" },
      },
      shippingAddress: addressOf(order.shipping_address),
      billingAddress: addressOf(order.billing_address),
      refunds: order.refunds.map(({ id, created_at, transactions }) => ({
        id: gid("Refund", id),
        createdAt: created_at,
        transactions: {
          nodes: transactions.map(({ amount }) => ({
            kind: "REFUND",
            status: "SUCCESS",
            amountSet: { shopMoney: { amount } },
          })),
        },
      })),
      fulfillments: order.fulfillments.map(({ id, created_at, updated_at, shipment_status }) => ({
        id: gid("Fulfillment", id),
        createdAt: created_at,
        updatedAt: updated_at,
        status: "SUCCESS",
        displayStatus: (shipment_status ?? "fulfilled").toUpperCase(),
        trackingInfo: [
          { company: "Island Post", number: "IP555010", url: "https://track.example.com/IP555010" },
        ],
      })),
    };
  }

  const DELIVERED = shopifyRecords({ ...paidOrder, type: "order.delivered" });
  const NODES = Array.from({ length: 130 }, (_, index) => ({
    ...graphqlNode(DELIVERED),
    id: `gid://shopify/Order/${index + 1}`,
    updatedAt: new Date(Date.parse("2026-03-14T09:00:00Z") + index * 1_000).toISOString(),
  }));

  function answer({ body }: Asked): Answer {
    const { query, variables } = body as { query: string; variables: Record<string, string> };
    if (query.startsWith("mutation"))
      return { body: { data: { [/orderUpdate|tagsAdd/.exec(query)?.[0] ?? ""]: { userErrors: [] } } } };
    if (query.includes("orders(")) {
      const since = /updated_at:>='([^']+)'/.exec(variables["query"] ?? "")?.[1] ?? "";
      const changed = NODES.filter(({ updatedAt }) => updatedAt >= since);
      const start = Number(variables["after"] ?? 0);
      const end = start + Number(variables["first"]);
      const pageInfo = { hasNextPage: end < changed.length, endCursor: String(end) };
      return { body: { data: { orders: { nodes: changed.slice(start, end), pageInfo } } } };
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

  test("keeps the same consent fields as the webhook", async () => {
    await using server = await servePlatform(answer);
    const value = await api.find(server.client, settings, "order", "1");
    const fieldOf = (field: string) => shopify.fieldOf({ kind: "order", id: "1", value }, field);
    expect(
      ["note_attributes.WhatsApp", "tags.first order", "customer.sms_marketing_consent.state"].map(fieldOf),
    ).toEqual(["yes", true, "subscribed"]);
  });

  test("gives what changed since, oldest first, and walks to a higher page", async () => {
    await using server = await servePlatform(answer);
    const since = new Date("2026-03-14T09:00:10Z");
    const first = await api.changed?.(server.client, settings, since, 1);
    const second = await api.changed?.(server.client, settings, since, 2);
    const third = await api.changed?.(server.client, settings, since, 3);
    const ids = [first, second].flatMap((page) => page?.entities.map(({ id }) => Number(id)) ?? []);
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => index + 11));
    expect([first?.more, second?.more, third]).toEqual([true, false, { entities: [], more: false }]);
    expect(api.actsOf?.({ kind: "order", id: "11", value: first?.entities[0]?.value })).toHaveLength(1);
  });

  test("writes a note below the merchant's own, and a tag", async () => {
    await using server = await servePlatform(answer);
    await api.writeBack?.(server.client, settings, "1", { kind: "note", text: "Confirmed" });
    await api.writeBack?.(server.client, settings, "1", { kind: "tag", tag: "confirmed" });
    const variables = server.asked.map(({ body }) => (body as { variables: unknown }).variables);
    expect(variables).toEqual([
      { id: "gid://shopify/Order/1" },
      { input: { id: "gid://shopify/Order/1", note: "Ring twice\nConfirmed" } },
      { id: "gid://shopify/Order/1", tags: ["confirmed"] },
    ]);
    const writing = api.writeBack?.(server.client, settings, "1", { kind: "state", state: "confirmed" });
    await expect(writing).rejects.toThrow(/has no state/);
  });

  test.each([
    ["errors with status 200", { body: { errors: [{ message: "Access denied for sheena@example.com" }] } }],
    ["a status", { status: 403, body: {} }],
  ])("a refusal by %s is an error, not an empty answer", async (_how, refusal) => {
    await using server = await servePlatform(() => refusal);
    const finding = api.find(server.client, settings, "order", "1");
    await expect(finding).rejects.toThrow(/Shopify/);
    await expect(finding).rejects.not.toThrow(/sheena/);
  });

  test("a write that Shopify did not do is an error", async () => {
    const body = { data: { tagsAdd: { userErrors: [{ field: ["id"] }] } } };
    await using server = await servePlatform(() => ({ body }));
    await expect(
      api.writeBack?.(server.client, settings, "1", { kind: "tag", tag: "confirmed" }),
    ).rejects.toThrow(/did not write/);
  });
});
